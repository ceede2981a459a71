"""The view of the inbox from which a case was opened, kept in its address."""

from urllib.parse import urlencode

from django.http import HttpRequest

from agency_console.access import presenters
from shared.complaints.selectors import INBOX_VIEWS


def view_asked(request: HttpRequest) -> str:
    """Return the view in the address; "" for none or an unknown one."""
    view = request.GET.get("view", "")
    return view if view in INBOX_VIEWS else ""


def view_query(request: HttpRequest) -> str:
    """Return ``?view=mine`` for links that keep the view, or nothing."""
    view = view_asked(request)
    return f"?{urlencode({'view': view})}" if view else ""


def case_url(request: HttpRequest, reference: str) -> str:
    """Return the address of the page of a case, in the same view."""
    return presenters.case_url("show-case", reference) + view_query(request)
