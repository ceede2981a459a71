"""Views with a form: read what was sent, show it with its errors, set the HTTP status."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods

from shared.kernel.errors import DomainError, TooManyAttempts
from shared.ui.messages import refusal_message, refusal_status

reads_or_answers = require_http_methods(["GET", "HEAD", "POST"])


def posted(request: HttpRequest) -> QueryDict | None:
    """Return the sent data of a POST request, ``None`` for any other method."""
    return request.POST if request.method == "POST" else None


def form_status(form: BaseForm) -> int:
    """Return 200 for a form without errors, otherwise 400 or the HTTP status of the refusal.

    The refusal is the domain error that ``refusals_beside`` has added to the form.
    """
    refusal = getattr(form, "refusal", None)
    return refusal_status(refusal) if refusal else 400 if form.errors else 200


def form_page(
    request: HttpRequest,
    template: str,
    form: BaseForm,
    context: Mapping[str, object] = MappingProxyType({}),
) -> HttpResponse:
    """Render a page with a form; the response has the HTTP status of the form."""
    response = render(request, template, {"form": form, **context}, status=form_status(form))
    refusal = getattr(form, "refusal", None)
    if isinstance(refusal, TooManyAttempts):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def redirect_with_message(
    request: HttpRequest,
    message: str | Promise,
    to: str,
    *,
    level: int = messages.SUCCESS,
    **parts: Any,
) -> HttpResponse:
    """Redirect to the URL named ``to``, where ``message`` is shown; ``parts`` are its arguments."""
    messages.add_message(request, level, str(message))
    return HttpResponseRedirect(resolve_url(to, **parts))


@contextmanager
def refusals_as_messages(
    request: HttpRequest, *, only: tuple[type[DomainError], ...] = (DomainError,)
) -> Iterator[None]:
    """Show a domain error as a message on the next page; the rest of the block is skipped.

    Errors that are not in ``only`` are not caught: the user gets the error page for their HTTP
    status.
    """
    try:
        yield
    except only as refusal:
        messages.error(request, refusal_message(refusal))
