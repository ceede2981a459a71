"""The rows of the list of pages with their costs."""

from public_portal.oversight.agencies.types import PageCostRow
from shared.ui.page_costs import OTHER, PageCost, page_counters

MILLISECONDS = 1_000


def page_cost_rows() -> list[PageCostRow]:
    """Return the cost of each page that was requested, the most processor time first."""
    # A request that another process is adding at this moment may have no number yet.
    return [_row(one) for one in page_counters().costs() if one.requests]


def _row(one: PageCost) -> PageCostRow:
    return PageCostRow(
        page="" if one.page == OTHER else one.page,
        requests=one.requests,
        processor_seconds=one.processor_seconds,
        processor_ms=one.processor_seconds * MILLISECONDS / one.requests,
        elapsed_ms=one.elapsed_seconds * MILLISECONDS / one.requests,
        statements=one.statements / one.requests,
        rows=one.rows / one.requests,
    )
