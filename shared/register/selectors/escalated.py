"""Cases whose late reply was escalated to national oversight: counts and days, no person."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Min, QuerySet

from shared.register.models import RegisterCase


class EscalatedCount(NamedTuple):
    """The count of escalated cases of an agency, and the moment of the first escalation."""

    agency_code: str
    number: int
    since: datetime


class EscalatedCase(NamedTuple):
    """One escalated case; ``filed_on`` may be the day on which the agency took the case over."""

    agency_code: str
    reference: str
    category_code: str
    filed_on: date
    reopened_count: int
    escalated_at: datetime


def escalated_counts() -> list[EscalatedCount]:
    """Return the count of escalated cases of each agency that has such cases, largest first."""
    rows = RegisterCase.objects.filter(escalated_at__isnull=False).order_by()
    counted = rows.values("agency_code").annotate(number=Count("pk"), since=Min("escalated_at"))
    ordered = counted.order_by("-number", "agency_code")
    return [EscalatedCount(*row) for row in ordered.values_list(*EscalatedCount._fields)]


def escalated_rows(*, agency_code: str = "") -> "QuerySet[RegisterCase, tuple[object, ...]]":
    """Return the escalated cases of one agency or of all as tuples, oldest escalation first."""
    rows = RegisterCase.objects.filter(escalated_at__isnull=False)
    rows = rows.filter(agency_code=agency_code) if agency_code else rows
    return rows.order_by("escalated_at", "agency_code", "reference").values_list(
        *EscalatedCase._fields
    )


def escalated_cases(rows: Iterable[tuple[object, ...]]) -> list[EscalatedCase]:
    """Return rows of ``escalated_rows`` as ``EscalatedCase`` objects."""
    return [EscalatedCase._make(row) for row in rows]
