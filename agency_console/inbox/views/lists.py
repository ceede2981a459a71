"""Views of the inbox: the list, its polled part, its filter, and the preview of a case."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_safe

from agency_console.access.forms import list_address, list_query
from agency_console.access.types import ListAddress
from agency_console.access.views import (
    OfficerRequest,
    approvals_waiting,
    console_form_page,
    console_page,
    get_case,
    officer_required,
    scope_of,
)
from agency_console.inbox.enums import InboxView
from agency_console.inbox.forms import InboxForm, SnoozeForm, back_query
from agency_console.inbox.selectors.controls import (
    bodies_meant,
    filter_controls,
    list_controls,
    view_groups,
)
from agency_console.inbox.selectors.pages import (
    all_names,
    default_view,
    inbox_emptiness,
    inbox_names,
    inbox_page,
    line_marks,
    line_texts,
    list_counts,
)
from agency_console.inbox.selectors.previews import case_preview
from agency_console.inbox.selectors.saved_views import saved_view_counts, saved_views
from agency_console.inbox.types import (
    Choices,
    EmptyInbox,
    FilterControls,
    InboxNames,
    InboxPage,
    LineTexts,
    SavedViewInfo,
)
from shared.catalogue.selectors import category_names_shown
from shared.complaints.selectors import EVERYTHING
from shared.complaints.services import case_snooze
from shared.complaints.types.lists import CaseCount
from shared.forms.views import posted, reads_or_answers, redirect_with_message
from shared.kernel import clock
from shared.kernel.text import Wording
from shared.rows.data_versions import CASES, SETTINGS
from shared.rows.kept_values import kept_value
from shared.ui.dates import day_text
from shared.ui.messages import refusals_beside
from shared.ui.parts import etag_of, part_if_changed
from tenants.agencies.selectors import agency_bodies
from tenants.agencies.types import AgencyBodies

ROWS = "agency_console/inbox_rows.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """The data of a page of the inbox; ``empty``: the text of a page without cases."""

    address: ListAddress
    query: str
    names: InboxNames
    counts: Mapping[str, CaseCount]
    needs_approval: bool
    approvals: int | None
    saved: list[SavedViewInfo]
    saved_numbers: Mapping[int, CaseCount]
    page: InboxPage
    texts: LineTexts
    empty: EmptyInbox | None


@officer_required
@require_safe
def list_cases(request: OfficerRequest) -> HttpResponse:
    """Show a list of the inbox, or a search in the list."""
    form = InboxForm(request.GET)
    bodies = _bodies(request)
    found = bodies_meant(list_address(request.GET), text=form.typed_body, bodies=bodies)
    if len(found) == 1:
        return redirect(found[0][0])
    shown = _shown(request, approvals_waiting(request), has_filter=True)
    etag = _etag(shown)
    context = {
        "form": form,
        "found": found,
        "filters": _typed_filter(shown, form, found, bodies),
        "controls": list_controls(shown.address, names=shown.names, bodies=bodies),
        **_list_context(shown, etag, has_focus=True),
    }
    response = console_page(request, "agency_console/inbox.html", context)
    response["ETag"] = etag
    return response


@officer_required
@require_safe
def poll_cases(request: OfficerRequest) -> HttpResponse:
    """Show the rows of a list and the counts of all lists; 304 if the page has not changed."""
    etag, shown = _polled(request)
    return part_if_changed(request, etag, partial(_rows, request, shown))


def _rows(request: OfficerRequest, shown: _Shown | None) -> HttpResponse:
    """Render the polled part; ``shown`` is its data, if it was read already."""
    shown = shown or _shown(request, approvals_waiting(request))
    etag = _etag(shown)
    response = render(request, ROWS, _list_context(shown, etag) | {"is_polled": True})
    response["ETag"] = etag
    return response


@officer_required
@require_safe
def choose_filter(request: OfficerRequest) -> HttpResponse:
    """Show the filter form of a list, as a part of the list's page or as its own page."""
    address = list_address(request.GET)
    filters = filter_controls(
        address,
        names=all_names(scope=scope_of(request)),
        bodies=_bodies(request),
    )
    return console_page(
        request,
        "agency_console/inbox_filter_page.html",
        {"form": InboxForm(), "filters": filters, "list_query": list_query(address)},
        part="agency_console/inbox_filter.html",
    )


def _shown(request: OfficerRequest, approvals: int | None, *, has_filter: bool = False) -> _Shown:
    """Return the data of the page; ``has_filter``: also the names of the filter's parts."""
    officer, scope = request.user, scope_of(request)
    saved = saved_views(officer=officer)
    address, counts = _asked(request, saved)
    page = inbox_page(address=address, officer=officer, scope=scope)
    only = address.only if has_filter else EVERYTHING
    names = inbox_names(scope=scope, cases=page.cases, only=only)
    return _Shown(
        address=address,
        query=list_query(address),
        names=names,
        counts=counts,
        needs_approval=request.agency.needs_approval,
        approvals=approvals,
        saved=saved,
        saved_numbers=saved_view_counts(saved, officer=officer, scope=scope),
        page=page,
        texts=line_texts(page.cases, address=address, names=names, bodies=_bodies(request)),
        empty=None if page.cases else _empty(request, address, counts),
    )


def _empty(
    request: OfficerRequest, address: ListAddress, counts: Mapping[str, CaseCount]
) -> EmptyInbox:
    return inbox_emptiness(
        address=address,
        counts=counts,
        scope=scope_of(request),
        is_search=bool(request.GET.get("q")),
    )


def _asked(
    request: OfficerRequest, saved: list[SavedViewInfo]
) -> tuple[ListAddress, dict[str, CaseCount]]:
    """Return the list in the address or the default list, and the counts of all lists."""
    officer = request.user
    opened = () if request.GET else saved
    address = next(
        (view.address for view in opened if view.default_for == officer.role),
        list_address(request.GET),
    )
    counts = list_counts(officer=officer, scope=scope_of(request), only=address.only)
    if not address.view:
        view = default_view(role=officer.role, mine=counts[InboxView.MINE].number)
        address = replace(address, view=view.value)
    return address, counts


def _bodies(request: OfficerRequest) -> AgencyBodies:
    return agency_bodies(agency_code=request.agency.code)


def _typed_filter(
    shown: _Shown, form: InboxForm, found: Choices, bodies: AgencyBodies
) -> FilterControls | None:
    """Return the filter form if the typed organisation matches no body or several bodies.

    So the page still shows the typed text.
    """
    if not str(form["body_text"].value() or "").strip():
        return None
    if form.is_valid() and not found:
        form.add_error(
            "body_text", _("Your administration answers for no organisation of that name.")
        )
    return filter_controls(shown.address, names=all_names(scope=shown.names.scope), bodies=bodies)


def _list_context(shown: _Shown, etag: str, *, has_focus: bool = False) -> dict[str, object]:
    """Return the context of a list; ``has_focus``: the highlighted line gets the focus."""
    return {
        **_lists(shown),
        **_pages(shown),
        "cases": shown.page.cases,
        "marks": shown.page.marks,
        "hits": shown.page.hits,
        "texts": replace(shown.texts, has_focus=True) if has_focus else shown.texts,
        "empty": shown.empty,
        "list_query": shown.query,
        "poll_url": f"{reverse('inbox:poll-cases')}{shown.query}",
        "etag": etag,
    }


def _lists(shown: _Shown) -> dict[str, object]:
    groups = view_groups(
        shown.address,
        shown.counts,
        shown.saved,
        shown.saved_numbers,
        needs_approval=shown.needs_approval,
        approvals=shown.approvals,
    )
    here = next((item for group in groups for item in group.items if item.is_current), None)
    view = InboxView(shown.address.view)
    title = here.label if here else str(view.label)
    return {"view": view, "groups": groups, "here": here, "title": title}


def _pages(shown: _Shown) -> dict[str, object]:
    address, following = replace(shown.address, at=None), shown.page.following
    return {
        "is_later_page": address.after is not None,
        "first_url": list_query(replace(address, after=None)),
        "next_url": list_query(replace(address, after=following)) if following else "",
    }


def _etag(shown: _Shown) -> str:
    """Return the ETag of all values that the page shows."""
    return etag_of(_digest(shown), shown.page.marks)


def _digest(shown: _Shown) -> str:
    """Return a digest of all values that the page shows, except officers' marks on the cases."""
    saved = [(view.id, view.name, view.query) for view in shown.saved]
    beside = (shown.counts, shown.saved_numbers, saved, shown.needs_approval, shown.approvals)
    page = (shown.page.cases, shown.page.hits, shown.page.following)
    return etag_of(get_language(), shown.query, page, shown.texts, shown.empty, beside)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A list that was shown: its cases with their versions, its digest, and the national names
    that it shows.
    """

    versions: dict[int, int]
    digest: str
    bodies: AgencyBodies
    categories: Mapping[str, Wording]


def _polled(request: OfficerRequest) -> tuple[str, _Shown | None]:
    """Return the ETag of a list, from what this process knows of the list, and the list if read.

    The list is read only if something of the agency has changed since this process read it.
    Officers' marks change every few seconds, so one query reads them. The ETag is "" if a name of
    the national lists has changed meanwhile.
    """
    officer, bodies, categories = request.user, _bodies(request), category_names_shown()
    approvals = approvals_waiting(request)
    key = (
        "inbox", officer.pk, officer.role, scope_of(request), request.META["QUERY_STRING"],
        get_language(), clock.today(), request.agency.needs_approval, approvals,
    )  # fmt: skip
    found: list[_Shown] = []

    def read() -> _Known:
        found.append(_shown(request, approvals))
        return _known(found[0], bodies, categories)

    known = kept_value((CASES, SETTINGS), key, read)
    if found:
        return _etag(found[0]), found[0]
    if known.bodies != bodies or known.categories != categories:
        return "", None
    return etag_of(known.digest, line_marks(known.versions, user_id=officer.pk)), None


def _known(shown: _Shown, bodies: AgencyBodies, categories: Mapping[str, Wording]) -> _Known:
    versions = {case.case_id: case.version for case in shown.page.cases}
    return _Known(versions=versions, digest=_digest(shown), bodies=bodies, categories=categories)


@officer_required
@require_safe
def preview_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Show the last message, the request, the terms and the files of one case.

    The access is recorded, but the mark "new from the citizen" stays.
    """
    case = get_case(request, reference)
    return console_page(
        request,
        "agency_console/inbox_preview_page.html",
        {
            "preview": case_preview(
                case, officer=request.user, bodies=agency_bodies(agency_code=request.agency.code)
            ),
            "list_query": list_query(list_address(request.GET)),
        },
        part="agency_console/inbox_preview.html",
    )


@officer_required
@reads_or_answers
def snooze_case(request: OfficerRequest, reference: str) -> HttpResponse:
    """Put a case aside for the officer until a day, or show the case in the lists again."""
    case = get_case(request, reference)
    form = SnoozeForm(posted(request), initial={"back": list_query(list_address(request.GET))})
    if form.is_valid():
        with refusals_beside(form, field="until_on"):
            until = form.to_day()
            case_snooze(complaint=case, user=request.user, until=until)
            back = back_query(form.cleaned_data["back"])
            return redirect_with_message(
                request, _done(until), f"{reverse('inbox:list-cases')}{back}"
            )
    page = "agency_console/inbox_snooze.html"
    return console_form_page(request, page, form, reference=case.reference, subject=case.subject)


def _done(until: date | None) -> str:
    if until is None:
        return _("The case is back in your lists.")
    return _("The case is put aside until %(day)s.") % {"day": day_text(until)}
