"""The list of cases."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agency_console.access.filters import filter_query
from agency_console.access.views import OfficerRequest, console_page, officer_required
from agency_console.inbox.enums import InboxView
from agency_console.inbox.filters import InboxForm, position_text
from agency_console.inbox.selectors import (
    MAX_COUNTED,
    default_view,
    filter_controls,
    inbox_emptiness,
    inbox_page,
    line_texts,
    list_counts,
)
from agency_console.inbox.types import InboxQuery
from shared.complaints.selectors import CaseFilter
from shared.ui.types import NavItem
from tenants.agencies.selectors import agency_bodies
from tenants.agencies.types import AgencyBodies


@officer_required
@require_safe
def list_cases(request: OfficerRequest) -> HttpResponse:
    """One view of the inbox, or what was searched in it; the address is the whole state."""
    form = InboxForm(request.GET)
    query = form.to_query()
    bodies = agency_bodies(agency_code=request.agency.code)
    filters = filter_controls(query, bodies=bodies)
    if query.body_text and len(filters.found) == 1:
        return redirect(_address_with_body(request, filters.found[0][0]))
    if query.body_text and not filters.found:
        text = _("Your administration answers for no organisation of that name.")
        form.add_error("body_text", text)
    context = {"form": form, "filters": filters, **_list_shown(request, query, bodies)}
    return console_page(request, "agency_console/inbox.html", context)


def _list_shown(
    request: OfficerRequest, query: InboxQuery, bodies: AgencyBodies
) -> dict[str, object]:
    counts = list_counts(officer=request.user, only=query.only)
    view = query.view or default_view(role=request.user.role, mine=counts["mine"])
    shown = inbox_page(view=view, query=query, officer=request.user)
    return {
        "view": view,
        "views": _views(view, counts, query.only),
        "cases": shown.cases,
        "texts": line_texts(shown.cases, view=view, only=query.only, bodies=bodies),
        "is_later_page": query.after is not None,
        "following": position_text(shown.following),
        "empty": inbox_emptiness(
            view=view, counts=counts, query=query, is_search=bool(request.GET.get("q"))
        ),
    }


def _address_with_body(request: OfficerRequest, code: str) -> str:
    """The same list, of the organisation whose name was typed."""
    address = request.GET.copy()
    for name in ("body_text", "after"):
        address.pop(name, None)
    address["body"] = code
    return f"{reverse('inbox:list-cases')}?{address.urlencode()}"


def _views(here: InboxView, counts: Mapping[str, int], only: CaseFilter) -> list[NavItem]:
    start = reverse("inbox:list-cases")
    return [
        NavItem(
            label=str(view.label),
            url=start + filter_query(only, view=view.value),
            count=min(counts[view], MAX_COUNTED),
            is_more=counts[view] > MAX_COUNTED,
            is_current=view == here,
            is_alert=view == InboxView.OVERDUE and counts[view] > 0,
            keys="KeyG KeyM" if view == InboxView.MINE else "",
        )
        for view in InboxView
    ]
