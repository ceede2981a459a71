"""Functions that keep, in a case's address, the list from which the case was opened."""

from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest

from agency_console.access.forms import list_address, list_query
from agency_console.access.selectors import case_url as page_url
from agency_console.access.types import ListAddress
from agency_console.casework.types import Act
from shared.complaints.types.lists import ListPlace

# Attribute of a request that caches the list parsed from its address.
LIST_ASKED = "list_asked"


def list_asked(request: HttpRequest) -> ListAddress:
    """Return the list in the request's address; the request caches the parsed list."""
    kept = vars(request)
    if LIST_ASKED not in kept:
        kept[LIST_ASKED] = list_address(request.GET)
    asked: ListAddress = kept[LIST_ASKED]
    return asked


def view_query(request: HttpRequest) -> str:
    """Return the query of the list in the request's address (``?view=mine``), or ""."""
    return list_query(list_asked(request))


def case_url_in_list(request: HttpRequest, reference: str, *, write: str = "") -> str:
    """Return the address of a case's page with the list in its query; ``write``: an ``Act``."""
    return page_url("show-case", reference) + write_query(request, write)


def write_query(request: HttpRequest, write: str) -> str:
    """Return ``view_query`` with the parameter ``write``."""
    query = view_query(request)
    if not write:
        return query
    return f"{query}{'&' if query else '?'}{urlencode({'write': write})}"


def neighbour_url(request: HttpRequest, place: ListPlace | None) -> str:
    """Return the address of the case at ``place`` of the list; "" without ``place``."""
    if place is None:
        return ""
    here = replace(list_asked(request), at=place.position)
    return page_url("show-case", place.reference) + list_query(here)


def act_asked(request: HttpRequest) -> Act | None:
    """Return the act named by ``write`` in the address, or ``None`` if it is missing or unknown."""
    given = request.GET.get("write", "")
    return Act(given) if given in list(Act) else None
