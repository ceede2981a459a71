"""What every page with a form does: take what was sent, show it again, say the status."""

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
    """Return what was sent; nothing when the page is only read."""
    return request.POST if request.method == "POST" else None


def form_status(form: BaseForm) -> int:
    """Return 200 while nothing is wrong with the form, then 400 or the status of the refusal.

    A refusal is one that ``refusals_beside`` has written into the form.
    """
    refusal = getattr(form, "refusal", None)
    return refusal_status(refusal) if refusal else 400 if form.errors else 200


def form_page(
    request: HttpRequest,
    template: str,
    form: BaseForm,
    context: Mapping[str, object] = MappingProxyType({}),
) -> HttpResponse:
    """Render a page with its form under the form's status."""
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
    """Redirect to ``to``, where ``message`` is shown; ``parts`` are those of its address."""
    messages.add_message(request, level, str(message))
    return HttpResponseRedirect(resolve_url(to, **parts))


@contextmanager
def refusals_as_messages(
    request: HttpRequest, *, only: tuple[type[DomainError], ...] = (DomainError,)
) -> Iterator[None]:
    """Say on the next page what the domain refuses; what follows the act in the block is left out.

    What is not ``only`` goes on to the page of its status.
    """
    try:
        yield
    except only as refusal:
        messages.error(request, refusal_message(refusal))
