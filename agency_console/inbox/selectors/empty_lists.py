"""What to say of a list without cases."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from agency_console.access.types import ListAddress
from agency_console.inbox.enums import InboxView
from agency_console.inbox.types import EmptyInbox
from shared.complaints.types.lists import CaseCount
from shared.units.types import UnitScope


def inbox_emptiness(
    *,
    address: ListAddress,
    counts: Mapping[str, CaseCount],
    scope: UnitScope,
    is_search: bool,
) -> EmptyInbox:
    """Why the list is empty: first use, no match, nothing for one's unit, nothing of one's own."""
    view = InboxView(address.view)
    if address.only:
        return EmptyInbox(
            reason="no_result",
            title=_("No case in this list matches"),
            text=_("Remove a part of the filter, or try another list."),
            url=view.url,
            label=_("Clear search and filters") if is_search else _("Clear the filters"),
        )
    if counts[InboxView.ALL].number == 0:
        return _nothing_at_all(scope)
    if is_search:
        return _nothing_found(view)
    if view == InboxView.MINE:
        return EmptyInbox(
            reason="nothing_mine",
            title=_("No open case is assigned to you"),
            text=_("Take one of the unassigned cases."),
            url=InboxView.UNASSIGNED.url,
            label=_("Show unassigned cases"),
        )
    return EmptyInbox(
        reason="all_done",
        title=_("No cases in this list"),
        text=_("There is nothing to do in this list now."),
        url=InboxView.OPEN.url,
        label=_("Show all open cases"),
    )


def _nothing_found(view: InboxView) -> EmptyInbox:
    return EmptyInbox(
        reason="no_result",
        title=_("No case in this list matches"),
        text=_("Try fewer words, the first digits of a reference, or another list."),
        url=view.url,
        label=_("Clear the search"),
    )


def _nothing_at_all(scope: UnitScope) -> EmptyInbox:
    if scope.unit_ids is None:
        return EmptyInbox(
            reason="first_use",
            title=_("No request has come in yet"),
            text=_("What citizens send to your administration through the portal arrives here."),
        )
    return EmptyInbox(
        reason="no_permission",
        title=_("Your units have no cases"),
        text=_(
            "You see the cases of the units to which you belong. If you need those of another "
            "unit, ask an administrator of your workspace."
        ),
    )
