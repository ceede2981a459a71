"""The list of the inbox from which a case was opened, kept in its address."""

from django.http import HttpRequest

from agency_console.access import presenters
from agency_console.access.filters import case_filter, filter_query
from shared.complaints.selectors import INBOX_VIEWS


def view_asked(request: HttpRequest) -> str:
    """Return the view in the address; "" for none or an unknown one."""
    view = request.GET.get("view", "")
    return view if view in INBOX_VIEWS else ""


def view_query(request: HttpRequest) -> str:
    """Return ``?view=mine&body=dgi`` for links that keep view and filter, or nothing."""
    return filter_query(case_filter(request.GET), view=view_asked(request))


def case_url(request: HttpRequest, reference: str) -> str:
    """Return the address of the page of a case, in the same view."""
    return presenters.case_url("show-case", reference) + view_query(request)
