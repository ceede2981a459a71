"""What the address of a case carries along: the view of the inbox from which it was opened."""

from urllib.parse import urlencode

from django.http import HttpRequest

from agency_console.access import presenters
from shared.complaints.selectors import INBOX_VIEWS


def view_asked(request: HttpRequest) -> str:
    """The view from which the officer came; "" for none or an unknown one."""
    view = request.GET.get("view", "")
    return view if view in INBOX_VIEWS else ""


def view_query(request: HttpRequest) -> str:
    """``?view=mine`` for the links of a page that keep the view, or nothing."""
    view = view_asked(request)
    return f"?{urlencode({'view': view})}" if view else ""


def case_url(request: HttpRequest, reference: str) -> str:
    """The page of a case, in the same view."""
    return presenters.case_url("show-case", reference) + view_query(request)
