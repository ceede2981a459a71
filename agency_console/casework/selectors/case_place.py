"""Where a case stands in the list from which it was opened."""

from typing import TYPE_CHECKING

from agency_console.access.filters import search_text
from agency_console.access.types import ListAddress
from agency_console.casework.types import CasePlace
from shared.accounts.models import User
from shared.complaints.selectors import case_position, inbox, inbox_neighbours
from shared.kernel import clock
from shared.units.types import UnitScope

if TYPE_CHECKING:
    from shared.complaints.models import Complaint

# Nobody counts on: further down, the page says only what stands before and after.
MAX_COUNTED = 200


def case_place(
    case: "Complaint", *, address: ListAddress, officer: User, scope: UnitScope
) -> CasePlace:
    """The place of a case in the officer's list; nothing without a view. Three queries, or four.

    A case that has left the list since, or stands far down, has no number.
    """
    if not address.view:
        return CasePlace()
    text, today = search_text(address.text), clock.today()
    rows = inbox(
        view=address.view, user_id=officer.pk, today=today, scope=scope,
        text=text, only=address.only, sort=address.sort,
    )  # fmt: skip
    references = list(rows.values_list("reference", flat=True)[: MAX_COUNTED + 1])
    shown = references[:MAX_COUNTED]
    around = inbox_neighbours(
        view=address.view,
        user_id=officer.pk,
        today=today,
        scope=scope,
        at=address.at or case_position(case, view=address.view, sort=address.sort),
        text=text,
        only=address.only,
        sort=address.sort,
    )
    return CasePlace(
        position=shown.index(case.reference) + 1 if case.reference in shown else None,
        total=len(shown),
        is_more=len(references) > MAX_COUNTED,
        previous=around.previous,
        following=around.following,
    )
