"""The frame around each page of national oversight."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def oversight_page(
    request: HttpRequest, name: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """Render ``public_portal/oversight/{name}.html`` with the name of the workspace."""
    frame = {"workspace_name": _("National oversight")}
    template = f"public_portal/oversight/{name}.html"
    return render(request, template, {**frame, **context}, status=status)


def not_stored(response: HttpResponse) -> HttpResponse:
    """Keep a page about a person out of every store."""
    response["Cache-Control"] = "private, no-store"
    return response
