"""Selectors of many cases at once: their ids, rows, versions and languages."""

from collections.abc import Collection, Sequence

from django.db.models import QuerySet

from shared.complaints.models import Complaint


def case_numbers(rows: QuerySet[Complaint], *, limit: int) -> list[int]:
    """Return the ids of the first ``limit`` cases in the order of ``rows``; one query."""
    return list(rows.values_list("pk", flat=True)[:limit])


def cases_referenced(references: Collection[str]) -> QuerySet[Complaint]:
    """Return the cases with these references, sorted by case id."""
    return Complaint.objects.filter(reference__in=references).order_by("pk")


def cases_numbered(case_ids: Sequence[int]) -> list[Complaint]:
    """Return the cases with these ids, in the order of the ids, without long texts; one query."""
    rows = Complaint.objects.select_related("party", "assignee").defer(
        "body", "remedy", "search", "more_words"
    )
    found = rows.in_bulk(case_ids)
    return [found[number] for number in case_ids if number in found]


def case_versions(case_ids: Sequence[int]) -> list[int]:
    """Return the versions of these cases, in the order of ``case_ids``; 0 if unknown; one query."""
    found = dict(Complaint.objects.filter(pk__in=case_ids).values_list("pk", "version"))
    return [found.get(number, 0) for number in case_ids]


def case_languages(case_ids: Sequence[int]) -> set[str]:
    """Return the languages of these cases; one query."""
    rows = Complaint.objects.filter(pk__in=case_ids)
    return set(rows.values_list("language", flat=True).distinct())
