"""Questions to the catalogue: what a request to one body may be about."""

from fnmatch import fnmatchcase

from django.db.models import Prefetch, QuerySet

from shared.catalogue.errors import CategoryNotFound
from shared.catalogue.models import Category, Option, Question
from shared.catalogue.types import CategoryInfo, OptionInfo, QuestionInfo


def categories_for(
    *, organisation_code: str, organisation_kind: str, kind: str | None = None
) -> list[CategoryInfo]:
    """What a request of ``kind`` (or of any) to one body may be about, in the order of the list."""
    rows = _active() if kind is None else _active().filter(kinds__contains=[kind])
    return [
        category_info(row)
        for row in rows
        if _is_offered(
            row, organisation_code=organisation_code, organisation_kind=organisation_kind
        )
    ]


def category_get(*, code: str) -> CategoryInfo:
    """One category in use. Raises ``CategoryNotFound``."""
    try:
        return category_info(_active().get(code=code))
    except Category.DoesNotExist:
        raise CategoryNotFound(code) from None


def category_info(row: Category) -> CategoryInfo:
    """The frozen copy of a category, with its questions in their order."""
    return CategoryInfo(
        code=row.code,
        names=row.names,
        kinds=tuple(row.kinds),
        questions=tuple(
            QuestionInfo(
                code=question.code,
                kind=question.kind,
                texts=question.texts,
                options=tuple(
                    OptionInfo(code=option.code, texts=option.texts)
                    for option in question.options.all()
                ),
            )
            for question in row.questions.all()
        ),
    )


def with_questions() -> QuerySet[Category]:
    """Every category, in use or not, with its questions and their options: three queries in all."""
    questions = Question.objects.order_by("position").prefetch_related(
        Prefetch("options", Option.objects.order_by("position"))
    )
    return Category.objects.prefetch_related(Prefetch("questions", questions)).order_by(
        "position", "code"
    )


def _active() -> QuerySet[Category]:
    return with_questions().filter(is_active=True)


def _is_offered(row: Category, *, organisation_code: str, organisation_kind: str) -> bool:
    if not row.organisation_kinds and not row.organisation_codes:
        return True
    return organisation_kind in row.organisation_kinds or any(
        fnmatchcase(organisation_code, pattern) for pattern in row.organisation_codes
    )
