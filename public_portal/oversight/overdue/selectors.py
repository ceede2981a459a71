"""Queries on late replies that agencies brought to national oversight."""

from collections.abc import Iterable, Sequence

from public_portal.oversight.overdue.types import OverdueAgency, OverdueCase
from shared.catalogue.selectors import category_names_shown
from shared.register.selectors.escalated import escalated_cases, escalated_counts
from shared.ui.links import page_language
from tenants.agencies.selectors import agencies_by_code


def overdue_agencies(*, chosen: str) -> list[OverdueAgency]:
    """Return the agencies with late replies, sorted by count of late replies, highest first."""
    counts, language = escalated_counts(), page_language()
    agencies = agencies_by_code(codes=[one.agency_code for one in counts])
    return [
        OverdueAgency(
            count=one,
            name=agencies[one.agency_code].name(language)
            if one.agency_code in agencies
            else one.agency_code,
            is_chosen=one.agency_code == chosen,
        )
        for one in counts
    ]


def overdue_cases(
    rows: Iterable[tuple[object, ...]], *, agencies: Sequence[OverdueAgency]
) -> list[OverdueCase]:
    """Return late replies from rows of the register, with names of agencies and categories."""
    names = {one.count.agency_code: one.name for one in agencies}
    categories, language = category_names_shown(), page_language()
    return [
        OverdueCase(
            case=one,
            agency=names.get(one.agency_code, one.agency_code),
            category=categories[one.category_code].text(language)
            if one.category_code in categories
            else one.category_code,
        )
        for one in escalated_cases(rows)
    ]
