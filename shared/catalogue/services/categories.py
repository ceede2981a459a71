"""Loading of the national list of categories from its data file."""

from django.db import transaction

from shared.catalogue.enums import LISTED, QuestionKind
from shared.catalogue.errors import CatalogueDataInvalid
from shared.catalogue.models import Category, Option, Question
from shared.catalogue.selectors import category_info, with_questions
from shared.catalogue.types import CategoryInfo, CategoryRow, OptionInfo, QuestionInfo
from shared.kernel.actors import Actor
from shared.reference_data.files import Entry, LoadReport, assign_changed, file_entries
from shared.reference_data.wordings import wording_columns, wording_in
from shared.register.enums import RequestKind


@transaction.atomic
def catalogue_load(*, actor: Actor) -> LoadReport:
    """Create, update and deactivate categories so that the tables equal the data file.

    A category that is not in the file any more is deactivated and not deleted, because old cases
    refer to the category.
    """
    rows = [
        _row(entry)
        for entry in file_entries(
            "shared.catalogue",
            "categories.toml",
            table="category",
            key="code",
            invalid=CatalogueDataInvalid,
        )
    ]
    # Without the lock, two loads at once would create the same category twice.
    stored = {row.code: row for row in with_questions().select_for_update()}
    written = [
        row.info.code
        for position, row in enumerate(rows)
        if _write(stored.get(row.info.code) or Category(code=row.info.code), row, position)
    ]
    codes = {row.info.code for row in rows}
    gone = Category.objects.filter(is_active=True).exclude(code__in=codes)
    created = len(codes - stored.keys())
    return LoadReport(
        created=created,
        updated=len(written) - created,
        unchanged=len(rows) - len(written),
        deactivated=gone.update(is_active=False),
    )


def _write(category: Category, row: CategoryRow, position: int) -> bool:
    """Save a category if the data file has other values; return whether it was saved."""
    is_new = category.pk is None
    is_other = is_new or category_info(category).questions != row.info.questions
    values = {
        **wording_columns("name", row.info.names),
        "kinds": list(row.info.kinds),
        "organisation_kinds": list(row.bodies),
        "organisation_codes": list(row.organisations),
        "position": position,
        "is_active": True,
    }
    if not assign_changed(category, values) and not is_other:
        return False
    category.save()
    # The questions may be replaced, because cases store the texts of questions and answers.
    Question.objects.filter(category=category).delete()
    for place, question in enumerate(row.info.questions):
        made = Question.objects.create(
            category=category,
            code=question.code,
            kind=question.kind,
            position=place,
            **wording_columns("text", question.texts),
        )
        Option.objects.bulk_create(
            Option(
                question=made,
                code=option.code,
                position=number,
                **wording_columns("text", option.texts),
            )
            for number, option in enumerate(question.options)
        )
    return True


# --- the file ----------------------------------------------------------------------------------


def _row(entry: Entry) -> CategoryRow:
    kinds = entry.get("kinds", RequestKind.values)
    if not set(kinds) <= set(RequestKind.values):
        raise CatalogueDataInvalid(f"{entry['code']}: unknown kind of request")
    return CategoryRow(
        info=CategoryInfo(
            code=entry["code"],
            names=wording_in(entry, "name"),
            kinds=tuple(kinds),
            questions=tuple(_question(entry["code"], item) for item in entry.get("question", [])),
        ),
        bodies=tuple(entry.get("bodies", [])),
        organisations=tuple(entry.get("organisations", [])),
    )


def _question(category_code: str, item: Entry) -> QuestionInfo:
    options = tuple(
        OptionInfo(code=option["code"], texts=wording_in(option, "text"))
        for option in item.get("option", [])
    )
    if item["kind"] not in QuestionKind.values:
        raise CatalogueDataInvalid(f"{category_code}: unknown kind of question")
    if (item["kind"] in LISTED) != bool(options):
        raise CatalogueDataInvalid(f"{category_code}: a list has options, and only a list")
    return QuestionInfo(
        code=item["code"], kind=item["kind"], texts=wording_in(item, "text"), options=options
    )
