"""Helpers shared by the views of national oversight."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from shared.complaints.types import FileContent
from shared.forms.views import page_or_redirect, unjudged_redirect
from shared.kernel.errors import DomainError
from shared.ui.downloads import as_download
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
    """Render ``public_portal/oversight/{name}.html``; for htmx only the template ``part``."""
    page = f"public_portal/oversight/{name}.html"
    return page_or_redirect(request, page, context, status=status, part=part)


def page_of(request: HttpRequest, rows: Sequence[Any] | QuerySet[Any]) -> Page[Any]:
    """Return one page of a list; the number of the page is in the query string."""
    return Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))


def not_stored(response: HttpResponse) -> HttpResponse:
    """Set the header by which no cache stores a page about a person."""
    response["Cache-Control"] = "private, no-store"
    return response


def decided_page(
    request: HttpRequest, name: str, context: Mapping[str, object], *, refusal: DomainError
) -> HttpResponse:
    """Show a decision that was made before, without the case.

    If somebody sends another decision, the page also shows the sent text, so that it can be copied.
    """
    if (answer := unjudged_redirect(request)) is not None:
        messages.error(request, refusal_message(refusal))
        return answer
    is_late = request.method == "POST"
    given = {
        "refusal": refusal_message(refusal) if is_late else "",
        "typed": request.POST.get("text", ""),
    }
    status = 400 if is_late else 200
    return not_stored(oversight_page(request, name, {**context, **given}, status=status))


def file_download(found: FileContent) -> HttpResponse:
    """Return a file of a case as a download."""
    response = HttpResponse(found.content, content_type=found.content_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or ""
    return as_download(response)
