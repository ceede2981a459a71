"""The list of cases, and the part of it that a page asks for again while it is looked at."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_safe

from agency_console.access.filters import list_address, list_query
from agency_console.access.types import ListAddress
from agency_console.access.views import (
    OfficerRequest,
    approvals_waiting,
    console_page,
    officer_required,
    scope_of,
)
from agency_console.inbox.enums import InboxView
from agency_console.inbox.filters import InboxForm, SavedViewForm, list_only
from agency_console.inbox.presenters import view_groups
from agency_console.inbox.selectors import (
    default_saved_view,
    default_view,
    filter_controls,
    inbox_emptiness,
    inbox_names,
    inbox_page,
    line_texts,
    list_counts,
    saved_view_counts,
    saved_views,
)
from agency_console.inbox.types import InboxNames, InboxPage, SavedViewInfo
from shared.accounts.permissions import may_assign
from shared.complaints.types.lists import CaseCount
from tenants.agencies.selectors import agency_bodies

ROWS = "agency_console/inbox_rows.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What stands on a page of the inbox."""

    address: ListAddress
    names: InboxNames
    counts: Mapping[str, CaseCount]
    approvals: int | None
    saved: list[SavedViewInfo]
    saved_numbers: Mapping[int, CaseCount]
    page: InboxPage


@officer_required
@require_safe
def list_cases(request: OfficerRequest) -> HttpResponse:
    """One view of the inbox, or what was searched in it; the address is the whole state."""
    form = InboxForm(request.GET)
    shown = _shown(request)
    bodies = agency_bodies(agency_code=request.agency.code)
    typed = form.cleaned_data.get("body_text", "") if form.is_valid() else ""
    filters = filter_controls(shown.address, body_text=typed, names=shown.names, bodies=bodies)
    if typed and len(filters.found) == 1:
        return redirect(filters.found[0][0])
    if typed and not filters.found:
        text = _("Your administration answers for no organisation of that name.")
        form.add_error("body_text", text)
    context = {"form": form, "filters": filters, **_list_context(request, shown, has_focus=True)}
    response = console_page(request, "agency_console/inbox.html", context)
    response["ETag"] = str(context["etag"])
    return response


@officer_required
@require_safe
def poll_cases(request: OfficerRequest) -> HttpResponse:
    """The rows and the numbers beside the lists; 304 where nothing changed since the last time."""
    shown = _shown(request)
    etag = _etag(shown)
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = render(request, ROWS, _list_context(request, shown) | {"is_polled": True})
    response["ETag"] = etag
    return response


def _shown(request: OfficerRequest) -> _Shown:
    officer, names = request.user, inbox_names(scope=scope_of(request))
    saved = saved_views(officer=officer)
    default = None if request.GET else default_saved_view(saved, role=officer.role)
    address = default.address if default else list_address(request.GET)
    counts = list_counts(officer=officer, scope=names.scope, only=address.only)
    if not address.view:
        view = default_view(role=officer.role, mine=counts[InboxView.MINE].number)
        address = replace(address, view=view.value)
    return _Shown(
        address=address,
        names=names,
        counts=counts,
        approvals=approvals_waiting(request),
        saved=saved,
        saved_numbers=saved_view_counts(saved, officer=officer, scope=names.scope),
        page=inbox_page(address=address, officer=officer, scope=names.scope),
    )


def _list_context(
    request: OfficerRequest, shown: _Shown, *, has_focus: bool = False
) -> dict[str, object]:
    query = list_query(shown.address)
    return {
        **_lists(request, shown),
        **_pages(shown),
        **_lines(request, shown, has_focus=has_focus),
        "list_query": query,
        "poll_url": f"{reverse('inbox:poll-cases')}{query}",
        "etag": _etag(shown),
        "save_form": SavedViewForm(initial={"query": list_only(query)}),
        "may_share": may_assign(request.user.role),
    }


def _lines(request: OfficerRequest, shown: _Shown, *, has_focus: bool) -> dict[str, object]:
    """The cases of the page, or why there are none."""
    return {
        "cases": shown.page.cases,
        "marks": shown.page.marks,
        "hits": shown.page.hits,
        "texts": line_texts(
            shown.page.cases,
            address=shown.address,
            names=shown.names,
            bodies=agency_bodies(agency_code=request.agency.code),
            has_focus=has_focus,
        ),
        "empty": inbox_emptiness(
            address=shown.address,
            counts=shown.counts,
            scope=shown.names.scope,
            is_search=bool(request.GET.get("q")),
        ),
    }


def _lists(request: OfficerRequest, shown: _Shown) -> dict[str, object]:
    """The lists beside the cases, and which of them is shown."""
    groups = view_groups(
        shown.address,
        shown.counts,
        shown.saved,
        shown.saved_numbers,
        needs_approval=request.agency.needs_approval,
        approvals=shown.approvals,
    )
    here = next((item for group in groups for item in group.items if item.is_current), None)
    view = InboxView(shown.address.view)
    title = here.label if here else str(view.label)
    return {"view": view, "groups": groups, "here": here, "title": title}


def _pages(shown: _Shown) -> dict[str, object]:
    """The ways to the first page and to the next one."""
    address, following = replace(shown.address, at=None), shown.page.following
    return {
        "is_later_page": address.after is not None,
        "first_url": list_query(replace(address, after=None)),
        "next_url": list_query(replace(address, after=following)) if following else "",
    }


def _etag(shown: _Shown) -> str:
    """The same as long as the page would say the same."""
    said = (get_language(), shown.address, shown.counts, shown.saved_numbers, shown.saved)
    lines = (shown.page, shown.names, shown.approvals, *said)
    return f'"{hashlib.sha256(repr(lines).encode()).hexdigest()[:32]}"'
