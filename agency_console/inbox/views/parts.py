"""Answers that are a part of a page where its script asks, and else a page of their own."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render

from agency_console.access.views import OfficerRequest, console_page


def part_or_page(
    request: OfficerRequest,
    part: str,
    page: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render the template ``part`` where htmx asks for it, else ``page``, which includes it."""
    if request.headers.get("HX-Request"):
        return render(request, part, dict(context), status=status)
    return console_page(request, page, context, status=status)
