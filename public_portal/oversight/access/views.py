"""What the pages of national oversight share."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from shared.forms.views import page_or_redirect, unjudged_redirect
from shared.kernel.errors import DomainError
from shared.ui.messages import refusal_message

ROWS_ON_A_PAGE = 50


def oversight_page(
    request: HttpRequest,
    name: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
    part: str = "",
) -> HttpResponse:
    """Render ``public_portal/oversight/{name}.html``; htmx gets the template ``part`` alone."""
    page = f"public_portal/oversight/{name}.html"
    return page_or_redirect(request, page, context, status=status, part=part)


def page_of(request: HttpRequest, rows: Sequence[Any] | QuerySet[Any]) -> Page[Any]:
    """Return the page of a list that the address asks for; the last one for a number too high."""
    return Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))


def not_stored(response: HttpResponse) -> HttpResponse:
    """Keep a page about a person out of every store."""
    response["Cache-Control"] = "private, no-store"
    return response


def late_redirect(request: HttpRequest, refusal: DomainError) -> HttpResponse | None:
    """Lead whoever decides what is decided by now to that decision, with their text to be copied.

    ``None`` for somebody who reads, and where their text cannot be kept: ``given_back`` shows it.
    """
    answer = unjudged_redirect(request)
    if answer is not None:
        messages.error(request, refusal_message(refusal))
    return answer


def given_back(request: HttpRequest, refusal: DomainError) -> dict[str, str]:
    """What a page says to whoever sends a decision too late: why it is refused, and their text."""
    if request.method != "POST":
        return {"refusal": "", "typed": ""}
    return {"refusal": refusal_message(refusal), "typed": request.POST.get("text", "")}
