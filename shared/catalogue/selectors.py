"""Queries for categories, working terms and holidays."""

from collections.abc import Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase

from django.conf import settings
from django.db.models import Prefetch, QuerySet

from shared.catalogue.enums import HolidayState
from shared.catalogue.errors import CategoryNotFound, HolidayNotFound
from shared.catalogue.models import Category, Holiday, Option, Question, WorkingTerm
from shared.catalogue.types import CategoryInfo, HolidayInfo, OptionInfo, QuestionInfo
from shared.kernel import clock_ledger
from shared.kernel.groups import grouped
from shared.kernel.text import Wording
from shared.kernel.ttl_cache import ttl_cached
from shared.rows.selectors import first_or_refuse


def categories_for(
    *, organisation_code: str, organisation_kind: str, kind: str | None = None
) -> list[CategoryInfo]:
    """Return the active categories of an organisation, for one kind of request or for all kinds."""
    return [
        category_info(row)
        for row in (_active() if kind is None else _active().filter(kinds__contains=[kind]))
        if _is_offered(
            row, organisation_code=organisation_code, organisation_kind=organisation_kind
        )
    ]


def category_codes_offered(*, bodies: Mapping[str, str]) -> frozenset[str]:
    """Return the codes of the active categories of any organisation in ``bodies``.

    ``bodies`` maps the code of an organisation to its kind.
    """
    kinds = set(bodies.values())
    return frozenset(
        row.code
        for row in _active()
        if kinds.intersection(row.organisation_kinds)
        or any(_is_offered(row, organisation_code=code, organisation_kind="") for code in bodies)
    )


def category_get(*, code: str) -> CategoryInfo:
    """Return an active category. Raises ``CategoryNotFound``."""
    return category_info(first_or_refuse(_active().filter(code=code), CategoryNotFound(code)))


def category_info(row: Category) -> CategoryInfo:
    """Return the data object of a category's row, with its questions."""
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
    """Return all categories, also inactive categories, with their questions and options."""
    questions = Question.objects.order_by("position").prefetch_related(
        Prefetch("options", Option.objects.order_by("position"))
    )
    return Category.objects.prefetch_related(Prefetch("questions", questions)).order_by(
        "position", "code"
    )


def working_days(*, category_code: str, on: date) -> int:
    """Return the working term of a request filed on the day ``on``, in working days.

    Of the terms that have begun by that day, this is the category's latest term; without one, the
    latest term for all categories; without one, 20 days.
    """
    found = (
        WorkingTerm.objects.filter(category_code__in={category_code, ""}, effective_from__lte=on)
        .order_by("-category_code", "-effective_from")
        .values_list("days", flat=True)
        .first()
    )
    return clock_ledger.WORKING_DAYS if found is None else found


def promised_on(*, category_code: str, filed_on: date) -> date:
    """Return the last day of the working term of a request filed on the day ``filed_on``."""
    return clock_ledger.working_due_on(
        filed_on=filed_on,
        term=working_days(category_code=category_code, on=filed_on),
        holidays=holidays_since(filed_on),
    )


def holidays_since(first: date) -> list[clock_ledger.Holiday]:
    """Return the holidays from the day ``first`` on, sorted by day."""
    return _days_off(_in_force().filter(day__gte=first))


def calendar_shown(*, category_code: str, filed_on: date) -> tuple[int, list[clock_ledger.Holiday]]:
    """Return the working term, and the holidays from ``filed_on`` on, from a cache, for pages.

    The cache may be a minute old, so terms that are sent or stored must not be computed from this
    result.
    """
    holidays, terms = _calendar()
    in_force = (
        days
        for first, days in (*terms.get(category_code, ()), *terms.get("", ()))
        if first <= filed_on
    )
    return next(in_force, clock_ledger.WORKING_DAYS), [
        one for one in holidays if one.day >= filed_on
    ]


def calendar_clear() -> None:
    """Clear the caches of this process; caches of other processes may be a minute old."""
    _calendar.cache_clear()
    category_names_shown.cache_clear()


@ttl_cached(seconds=lambda: float(settings.CALENDAR_SECONDS))
def category_names_shown() -> Mapping[str, Wording]:
    """Return the names of all categories as a dict keyed by code, cached for a minute."""
    columns = ("code", "name_ar", "name_fr", "name_en")
    return {
        code: Wording(ar=ar, fr=fr, en=en)
        for code, ar, fr, en in Category.objects.values_list(*columns)
    }


def holidays_of(*, year: int) -> list[HolidayInfo]:
    """Return the holidays of a year, sorted by day."""
    return [_holiday_info(row) for row in _in_force().filter(day__year=year)]


def holiday_get(*, key: str) -> HolidayInfo:
    """Return a holiday. Raises ``HolidayNotFound``."""
    return _holiday_info(first_or_refuse(_in_force().filter(key=key), HolidayNotFound(key)))


def holiday_years() -> list[int]:
    """Return the years with holidays in the table, the earliest first."""
    return [first.year for first in _in_force().dates("day", "year")]


def _days_off(rows: QuerySet[Holiday]) -> list[clock_ledger.Holiday]:
    return [clock_ledger.Holiday(day=row.day, names=row.names) for row in rows]


def _holiday_info(row: Holiday) -> HolidayInfo:
    return HolidayInfo(
        key=row.key,
        day=row.day,
        names=row.names,
        is_lunar=row.is_lunar,
        state=row.state,
        state_label=str(HolidayState(row.state).label),
    )


def _in_force() -> QuerySet[Holiday]:
    return Holiday.objects.exclude(state=HolidayState.REMOVED).order_by("day", "is_lunar", "key")


def _active() -> QuerySet[Category]:
    return with_questions().filter(is_active=True)


def _is_offered(row: Category, *, organisation_code: str, organisation_kind: str) -> bool:
    if not row.organisation_kinds and not row.organisation_codes:
        return True
    return organisation_kind in row.organisation_kinds or any(
        fnmatchcase(organisation_code, pattern) for pattern in row.organisation_codes
    )


@ttl_cached(seconds=lambda: float(settings.CALENDAR_SECONDS))
def _calendar() -> tuple[Sequence[clock_ledger.Holiday], Mapping[str, Sequence[tuple[date, int]]]]:
    # The first value is all holidays. The second value is the working terms, keyed by category, the
    # latest term first.
    terms = grouped(
        (code, (effective_from, days))
        for code, effective_from, days in WorkingTerm.objects.order_by(
            "-effective_from", "category_code"
        ).values_list("category_code", "effective_from", "days")
    )
    return tuple(_days_off(_in_force())), terms
