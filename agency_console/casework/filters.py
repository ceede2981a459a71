"""The list of the inbox from which a case was opened, kept in its address."""

from dataclasses import replace

from django.http import HttpRequest

from agency_console.access import presenters
from agency_console.access.filters import list_address, list_query
from agency_console.access.types import ListAddress
from shared.complaints.types.lists import ListPlace


def list_asked(request: HttpRequest) -> ListAddress:
    """Return the list in the address."""
    return list_address(request.GET)


def view_query(request: HttpRequest) -> str:
    """Return ``?view=mine&body=dgi`` for links that keep the list, or nothing."""
    return list_query(list_asked(request))


def case_url(request: HttpRequest, reference: str) -> str:
    """Return the address of the page of a case, in the same list."""
    return presenters.case_url("show-case", reference) + view_query(request)


def neighbour_url(request: HttpRequest, place: ListPlace | None) -> str:
    """Return the address of another case of the same list, with where it stands; "" for none."""
    if place is None:
        return ""
    here = replace(list_asked(request), at=place.position)
    return presenters.case_url("show-case", place.reference) + list_query(here)
