"""Sort orders of the lists of cases, and the condition for cases after a position."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.db.models.functions import Coalesce

from shared.complaints.models import Complaint
from shared.complaints.models.complaint import NEVER, NO_TERM, TERM, WAITING
from shared.complaints.types import InboxCase, InboxPosition
from shared.complaints.types.lists import PlacedCase

EARLIEST = datetime(1, 1, 1, tzinfo=UTC)


class ListSort(StrEnum):
    """The sort order of a list; its values are used in URLs."""

    RISK = "risk"
    NEWEST = "newest"
    OLDEST = "oldest"
    LEGAL = "legal"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """The sort keys before the case id, keyed by the name of the position's field."""

    keys: Mapping[str, Any]
    is_downwards: bool = False


# For a missing day or moment ``NO_TERM`` or ``NEVER`` is compared, because PostgreSQL cannot
# compare a day with null.
_ORDERS: Mapping[ListSort, _Order] = {
    ListSort.RISK: _Order(keys={"day": F("risk_on"), "at": WAITING}),
    ListSort.NEWEST: _Order(keys={"at": F("received_at")}, is_downwards=True),
    ListSort.OLDEST: _Order(keys={"at": F("received_at")}),
    ListSort.LEGAL: _Order(keys={"day": TERM}),
    ListSort.WAITING: _Order(keys={"at": WAITING}),
}
SORTS_BY_DATE = (ListSort.NEWEST, ListSort.OLDEST)
# Views that contain closed cases, for which an index exists only in the order of arrival.
VIEWS_BY_DATE = ("answered", "all")


def list_sort(view: str, asked: str = "") -> ListSort:
    """Return the sort order ``asked`` for a view if possible, else the view's default order."""
    possible = SORTS_BY_DATE if view in VIEWS_BY_DATE else tuple(ListSort)
    return ListSort(asked) if asked in possible else possible[0]


def has_index(view: str, sort: ListSort) -> bool:
    """Return whether an index has the cases of a view in a sort order; otherwise PostgreSQL sorts.

    Open cases are sorted by arrival without an index, because most cases in that index are closed.
    """
    return sort in SORTS_BY_DATE if view in VIEWS_BY_DATE else sort == ListSort.RISK


def position_of(case: InboxCase | PlacedCase | Complaint, sort: ListSort) -> InboxPosition:
    """Return the position of a case in a list with this sort order."""
    case_id = case.pk if isinstance(case, Complaint) else case.case_id
    day = {ListSort.RISK: case.risk_on, ListSort.LEGAL: case.due_on}.get(sort)
    at = case.received_at if sort in SORTS_BY_DATE else case.waiting_since
    return InboxPosition(
        case_id=case_id,
        day=None if day == NO_TERM else day,
        at=None if sort == ListSort.LEGAL else at,
    )


def position_values(position: InboxPosition) -> dict[str, Any]:
    """Return a position's values for statements; ``NO_TERM`` or ``NEVER`` if a value is missing."""
    return {
        "day": position.day or NO_TERM,
        "at": position.at or NEVER,
        "case_id": position.case_id,
    }


def sorted_by(
    rows: QuerySet[Complaint, Any],
    sort: ListSort,
    *,
    is_backwards: bool = False,
    by_index: bool = True,
) -> QuerySet[Complaint, Any]:
    """Return the rows in a sort order; ``is_backwards``: in the reverse order.

    Without ``by_index`` PostgreSQL cannot use an index for the order, so PostgreSQL finds the few
    rows of a rare word and then sorts the rows. With the index PostgreSQL would read most other
    rows first.
    """
    order = _ORDERS[sort]
    keys = [key if by_index else Coalesce(key, key) for key in order.keys.values()]
    return rows.order_by(
        *(OrderBy(key, descending=order.is_downwards != is_backwards) for key in (*keys, F("id")))
    )


def beyond(
    sort: ListSort, *, day: date, at: datetime, case_id: int, is_backwards: bool = False
) -> Q:
    """Return the condition for cases after a position; before it if ``is_backwards``."""
    order, values = _ORDERS[sort], {"day": day, "at": at}
    # One comparison of all columns lets PostgreSQL start the index at that position. With "later,
    # or the same day and..." PostgreSQL would read the index from the first row.
    compare = TupleLessThan if order.is_downwards != is_backwards else TupleGreaterThan
    left = (*order.keys.values(), F("id"))
    return Q(compare(left, (*(values[name] for name in order.keys), case_id)))
