"""The list of cases."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from agency_console.access.views import OfficerRequest, console_page, officer_required
from agency_console.inbox.enums import InboxView
from agency_console.inbox.filters import InboxForm, position_text
from agency_console.inbox.selectors import (
    MAX_COUNTED,
    default_view,
    inbox_emptiness,
    inbox_page,
    list_counts,
)
from shared.ui.types import NavItem


@officer_required
@require_safe
def list_cases(request: OfficerRequest) -> HttpResponse:
    """One view of the inbox, or what was searched in it; the address is the whole state."""
    form = InboxForm(request.GET)
    query = form.to_query()
    counts = list_counts(officer=request.user)
    view = query.view or default_view(role=request.user.role, mine=counts["mine"])
    shown = inbox_page(view=view, query=query, officer=request.user)
    return console_page(
        request,
        "agency_console/inbox.html",
        {
            "form": form,
            "view": view,
            "views": _views(view, counts),
            "cases": shown.cases,
            "is_later_page": query.after is not None,
            "following": position_text(shown.following),
            "empty": inbox_emptiness(view=view, counts=counts, is_search=bool(form.data.get("q"))),
        },
    )


def _views(here: InboxView, counts: Mapping[str, int]) -> list[NavItem]:
    start = reverse("inbox:list-cases")
    return [
        NavItem(
            label=str(view.label),
            url=start + view.query,
            count=min(counts[view], MAX_COUNTED),
            is_more=counts[view] > MAX_COUNTED,
            is_current=view == here,
            is_alert=view == InboxView.OVERDUE and counts[view] > 0,
            keys="KeyG KeyM" if view == InboxView.MINE else "",
        )
        for view in InboxView
    ]
