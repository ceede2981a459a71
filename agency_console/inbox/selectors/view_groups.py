"""The lists beside an inbox with their numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from agency_console.access.forms import list_query
from agency_console.access.types import ListAddress
from agency_console.inbox.enums import ALERTS, REST, InboxView
from agency_console.inbox.selectors.controls import list_url
from agency_console.inbox.types import SavedViewInfo, ViewGroup
from shared.complaints.types.lists import CaseCount
from shared.ui.types import NavItem


def view_groups(
    address: ListAddress,
    counts: Mapping[str, CaseCount],
    saved: Sequence[SavedViewInfo],
    saved_numbers: Mapping[int, CaseCount],
    *,
    needs_approval: bool,
    approvals: int | None,
) -> list[ViewGroup]:
    """What an officer works through, the views that were saved, and the rest.

    The lists keep the filter that is set, and their numbers are those of it. ``approvals``: how
    many texts wait for the officer's own approval, for those who approve.
    """
    here = replace(address, after=None, at=None)
    current = next((view.id for view in saved if view.address == here), None)
    # A list that says twice where one is would say it nowhere.
    shown = None if current is not None else InboxView(address.view)
    work = [view for view in InboxView if view not in REST]
    if not needs_approval and not counts[InboxView.APPROVAL].number:
        work.remove(InboxView.APPROVAL)
    to_do = _views(work, here, counts, shown)
    if approvals is not None:
        # Whoever approves is led to the texts, and not to their cases.
        place = work.index(InboxView.APPROVAL)
        to_do[place] = replace(
            to_do[place], url=reverse("casework:list-approvals"), count=approvals, is_more=False
        )
    groups = [
        ViewGroup(title=_("To do"), items=to_do),
        ViewGroup(
            title=_("Saved views"),
            items=[_saved(view, saved_numbers.get(view.id), current) for view in saved],
        ),
        ViewGroup(title=_("The rest"), items=_views(REST, here, counts, shown)),
    ]
    return [group for group in groups if group.items]


def _views(
    views: Iterable[InboxView],
    here: ListAddress,
    counts: Mapping[str, CaseCount],
    shown: InboxView | None,
) -> list[NavItem]:
    # All but the view is the same in all of their addresses.
    rest = list_query(replace(here, view="", text="")).replace("?", "&", 1)
    start = f"{reverse('inbox:list-cases')}?view="
    return [
        NavItem(
            label=str(view.label),
            url=f"{start}{view.value}{rest}",
            count=counts[view].number,
            is_more=counts[view].is_more,
            is_current=view == shown,
            is_alert=view in ALERTS and counts[view].number > 0,
            keys="KeyG KeyM" if view == InboxView.MINE else "",
            key=view.value,
        )
        for view in views
    ]


def _saved(view: SavedViewInfo, number: CaseCount | None, current: int | None) -> NavItem:
    return NavItem(
        label=view.name,
        url=list_url(view.address),
        count=number.number if number else None,
        is_more=bool(number and number.is_more),
        is_current=view.id == current,
        key=f"saved-{view.id}",
    )
