"""Cases whose late reply was brought to national oversight: numbers and days, no person."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Min, QuerySet

from shared.register.models import RegisterCase


class EscalatedCount(NamedTuple):
    """How many such cases an agency has, and when the first of them was brought here."""

    agency_code: str
    number: int
    since: datetime


class EscalatedCase(NamedTuple):
    """One of them; ``filed_on``: or the day on which the agency took it over from another one."""

    agency_code: str
    reference: str
    category_code: str
    filed_on: date
    reopened_count: int
    escalated_at: datetime


def escalated_counts() -> list[EscalatedCount]:
    """Return the agencies that have such cases, the one with most of them first; one query."""
    rows = RegisterCase.objects.filter(escalated_at__isnull=False).order_by()
    counted = rows.values("agency_code").annotate(number=Count("pk"), since=Min("escalated_at"))
    ordered = counted.order_by("-number", "agency_code")
    return [EscalatedCount(*row) for row in ordered.values_list(*EscalatedCount._fields)]


def escalated_rows(*, agency_code: str = "") -> "QuerySet[RegisterCase, tuple[object, ...]]":
    """Return the columns of ``EscalatedCase``, brought here longest ago first; of one agency or of
    all.
    """
    rows = RegisterCase.objects.filter(escalated_at__isnull=False)
    rows = rows.filter(agency_code=agency_code) if agency_code else rows
    return rows.order_by("escalated_at", "agency_code", "reference").values_list(
        *EscalatedCase._fields
    )


def escalated_cases(rows: Iterable[tuple[object, ...]]) -> list[EscalatedCase]:
    """Return some of these rows by name."""
    return [EscalatedCase._make(row) for row in rows]
