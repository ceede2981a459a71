"""The national list of categories is brought to what its file says."""

import tomllib
from importlib import resources
from typing import TypedDict

from django.db import transaction

from shared.catalogue.enums import LISTED, QuestionKind, RequestKind
from shared.catalogue.errors import CatalogueDataInvalid
from shared.catalogue.models import Category, Option, Question
from shared.catalogue.selectors import category_info, with_questions
from shared.catalogue.types import CategoryInfo, CategoryRow, LoadReport, OptionInfo, QuestionInfo
from shared.kernel.actors import Actor
from shared.kernel.text import Wording


class _Option(TypedDict):
    code: str
    text_ar: str
    text_fr: str
    text_en: str


class _Question(_Option):
    kind: str
    option: list[_Option]


class _Entry(TypedDict, total=False):
    code: str
    name_ar: str
    name_fr: str
    name_en: str
    kinds: list[str]
    bodies: list[str]
    organisations: list[str]
    question: list[_Question]


@transaction.atomic
def catalogue_load(*, actor: Actor) -> LoadReport:
    """Create, update and deactivate categories until the tables equal the file; run it at will.

    A category that left the file is kept, inactive: its old cases still name it.
    """
    rows = _rows()
    # One load at a time: two would create the same codes.
    stored = {row.code: row for row in with_questions().select_for_update()}
    created = updated = 0
    for position, row in enumerate(rows):
        category = stored.get(row.info.code)
        if category is None:
            _write(Category(code=row.info.code), row, position)
            created += 1
        elif not _is_same(category, row, position):
            _write(category, row, position)
            updated += 1
    wanted = [row.info.code for row in rows]
    gone = Category.objects.filter(is_active=True).exclude(code__in=wanted)
    return LoadReport(
        created=created,
        updated=updated,
        unchanged=len(rows) - created - updated,
        deactivated=gone.update(is_active=False),
    )


def _is_same(category: Category, row: CategoryRow, position: int) -> bool:
    return (
        category.is_active
        and category.position == position
        and tuple(category.organisation_kinds) == row.bodies
        and tuple(category.organisation_codes) == row.organisations
        and category_info(category) == row.info
    )


def _write(category: Category, row: CategoryRow, position: int) -> None:
    category.name_ar, category.name_fr, category.name_en = (
        row.info.names.ar,
        row.info.names.fr,
        row.info.names.en,
    )
    category.kinds = list(row.info.kinds)
    category.organisation_kinds = list(row.bodies)
    category.organisation_codes = list(row.organisations)
    category.position = position
    category.is_active = True
    category.save()
    # Cases keep the words of a question with its answer, so the rows may be made anew.
    Question.objects.filter(category=category).delete()
    for place, question in enumerate(row.info.questions):
        _write_question(category, question, place)


def _write_question(category: Category, question: QuestionInfo, position: int) -> None:
    made = Question.objects.create(
        category=category,
        code=question.code,
        kind=question.kind,
        text_ar=question.texts.ar,
        text_fr=question.texts.fr,
        text_en=question.texts.en,
        position=position,
    )
    Option.objects.bulk_create(
        Option(
            question=made,
            code=option.code,
            text_ar=option.texts.ar,
            text_fr=option.texts.fr,
            text_en=option.texts.en,
            position=place,
        )
        for place, option in enumerate(question.options)
    )


# --- the file ----------------------------------------------------------------------------------


def _rows() -> list[CategoryRow]:
    path = resources.files("shared.catalogue") / "data" / "categories.toml"
    entries: list[_Entry] = tomllib.loads(path.read_text(encoding="utf-8"))["category"]
    rows = [_row(entry) for entry in entries]
    codes = [row.info.code for row in rows]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice:
        raise CatalogueDataInvalid(f"{twice}: twice in the file")
    return rows


def _row(entry: _Entry) -> CategoryRow:
    kinds = entry.get("kinds", list(RequestKind.values))
    if not set(kinds) <= set(RequestKind.values):
        raise CatalogueDataInvalid(f"{entry['code']}: unknown kind of request")
    return CategoryRow(
        info=CategoryInfo(
            code=entry["code"],
            names=Wording(ar=entry["name_ar"], fr=entry["name_fr"], en=entry["name_en"]),
            kinds=tuple(kinds),
            questions=tuple(_question(entry["code"], item) for item in entry.get("question", [])),
        ),
        bodies=tuple(entry.get("bodies", [])),
        organisations=tuple(entry.get("organisations", [])),
    )


def _question(category_code: str, item: _Question) -> QuestionInfo:
    options = tuple(
        OptionInfo(code=option["code"], texts=_texts(option)) for option in item.get("option", [])
    )
    if item["kind"] not in QuestionKind.values:
        raise CatalogueDataInvalid(f"{category_code}: unknown kind of question")
    if (item["kind"] in LISTED) != bool(options):
        raise CatalogueDataInvalid(f"{category_code}: a list has options, and only a list")
    return QuestionInfo(code=item["code"], kind=item["kind"], texts=_texts(item), options=options)


def _texts(item: _Option | _Question) -> Wording:
    return Wording(ar=item["text_ar"], fr=item["text_fr"], en=item["text_en"])
