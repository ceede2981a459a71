"""Selector of the place of a case in the list from which it was opened."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agency_console.access.forms import search_text
from agency_console.access.types import ListAddress
from agency_console.casework.types import CasePlace
from shared.accounts.models import User
from shared.complaints.selectors import (
    ListSort,
    case_position,
    first_places,
    inbox_neighbours,
    list_sort,
    position_of,
)
from shared.complaints.types import InboxPosition
from shared.complaints.types.lists import ListPlace, Neighbours, PlacedCase
from shared.kernel import clock
from shared.units.types import UnitScope

if TYPE_CHECKING:
    from shared.complaints.models import Complaint

# A case after this place of the list has no number; its page only links to the neighbours.
MAX_COUNTED = 200


def case_place(
    case: "Complaint", *, address: ListAddress, officer: User, scope: UnitScope
) -> CasePlace:
    """Return the case's place in the officer's list; empty without a list; 1 to 3 queries.

    A case that has left the list or is after ``MAX_COUNTED`` cases has no number.
    """
    if not address.view:
        return CasePlace()
    asked: dict[str, Any] = {
        "view": address.view, "user_id": officer.pk, "today": clock.today(), "scope": scope,
        "text": search_text(address.text), "only": address.only, "sort": address.sort,
    }  # fmt: skip
    places = first_places(at_most=MAX_COUNTED + 1, **asked)
    references = [one.reference for one in places]
    shown = references[:MAX_COUNTED]
    index = shown.index(case.reference) if case.reference in shown else None
    at = address.at or case_position(case, view=address.view, sort=address.sort)
    order = list_sort(address.view, address.sort)
    around = _around(places, index, at, order) or inbox_neighbours(at=at, **asked)
    return CasePlace(
        position=None if index is None else index + 1,
        total=len(shown),
        is_more=len(references) > MAX_COUNTED,
        previous=around.previous,
        following=around.following,
    )


def _around(
    places: Sequence[PlacedCase], index: int | None, at: InboxPosition, order: ListSort
) -> Neighbours | None:
    """Return the neighbours of the case at ``index``; ``None`` without ``index`` or after a move.

    The first case follows the last case of the list.
    """
    if index is None or position_of(places[index], order) != at:
        return None
    before = index - 1 if index else None
    after = index + 1 if index + 1 < len(places) else 0
    return Neighbours(
        previous=None if before is None else _place(places[before], order),
        following=_place(places[after], order) if after != index else None,
    )


def _place(case: PlacedCase, order: ListSort) -> ListPlace:
    return ListPlace(reference=case.reference, position=position_of(case, order))
