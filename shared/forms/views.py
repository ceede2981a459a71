"""Helpers for views with a form: the sent data, redirects, errors and the HTTP status."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shared.forms.expired_session_input import (
    ANEW,
    forms_refill,
    input_of_refused,
    input_of_unjudged,
    saved_input,
    unplaced_input,
)
from shared.kernel import clock
from shared.kernel.errors import DomainError, TooManyAttempts
from shared.ui import error_pages
from shared.ui.form_keys import (
    form_key_read,
    page_path,
    typed_texts,
    user_number,
    with_number,
)
from shared.ui.messages import refusal_message, refusal_status
from shared.ui.parts import is_htmx, is_part, signed_out_answer

# Forms with these statuses are not saved: over a limit, or while nothing can be stored.
IN_PLACE = frozenset({429, 503})
NOT_SENT = gettext_lazy(
    "Nothing was sent, because your session had ended or was renewed. What you typed is below: "
    "check it and send it again."
)

reads_or_answers = require_http_methods(["GET", "HEAD", "POST"])


def posted(request: HttpRequest) -> QueryDict | None:
    """Return the data of a POST request, ``None`` for any other method."""
    return request.POST if request.method == "POST" else None


def see_other(url: str) -> HttpResponse:
    """Redirect with 303 to a page, which is then read by GET after any method."""
    return HttpResponseRedirect(url, status=303)


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
    *,
    part: str = "",
) -> HttpResponse:
    """Render a page with a form; redirect a refused form to the page that shows it again.

    htmx gets only the template ``part`` of the page, if it is given.
    """
    shown = {"form": form, **context}
    response = page_or_redirect(request, template, shown, status=form_status(form), part=part)
    refusal = getattr(form, "refusal", None)
    if isinstance(refusal, TooManyAttempts):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def page_or_redirect(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
    part: str = "",
) -> HttpResponse:
    """Render a page, or redirect to the page where one of its forms was sent and refused.

    htmx gets only the template ``part`` of the page, if it is given.

    The page then shows the saved input (``saved_input``). A form with a secret, over a limit or
    while nothing can be stored, is shown without a redirect. So is a part for htmx, which is no
    page in the browser's history.
    """
    if request.method == "POST":
        refused = next((one for one in _forms_in(context) if one.is_bound and one.errors), None)
        if refused is not None and form_status(refused) in IN_PLACE:
            status = form_status(refused)
        if refused is not None and (target := refused_page(request, refused, status=status)):
            return HttpResponseRedirect(target, status=303)
    elif shown := input_shown(request, context):
        # A page with saved input has status 200, whatever the reason of the refusal.
        context, status = {**context, **shown}, 200
    asked = part if part and is_htmx(request) else template
    return render(request, asked, dict(context), status=status)


def refused_redirect(request: HttpRequest, form: BaseForm) -> HttpResponse | None:
    """Redirect to the page of a refused form; ``None`` if the form is shown in place.

    Use it for a page with slow content besides the form, computed only when it is shown.
    """
    if request.method != "POST" or not form.errors:
        return None
    target = refused_page(request, form, status=form_status(form))
    return HttpResponseRedirect(target, status=303) if target else None


def unjudged_redirect(request: HttpRequest) -> HttpResponse | None:
    """Redirect to the page of a form that was not validated; ``None`` if it may not be saved.

    A page without that form shows the typed texts, to be copied.
    """
    target = input_of_unjudged(request)
    return see_other(target) if target else None


def form_refilled(request: HttpRequest, *shown: BaseForm) -> BaseForm | None:
    """Fill one of the forms with its saved input and return it; ``None`` without saved input.

    Use it for a page that shows its form only after a POST; other pages use ``page_or_redirect``.
    """
    saved = saved_input(request)
    form = forms_refill(saved, shown) if saved else None
    if form is not None:
        request.refilled_form = form  # type: ignore[attr-defined]
    return form


def input_shown(request: HttpRequest, context: Mapping[str, object]) -> dict[str, object]:
    """Return the context that shows saved input, in its form or as texts to be copied."""
    saved = saved_input(request)
    if saved is None:
        return {}
    form = getattr(request, "refilled_form", None) or forms_refill(saved, _forms_in(context))
    if form is None and saved.begun_at is not None:
        return {}
    if form is None:
        return {"unplaced": unplaced_input(saved)}
    shown: dict[str, object] = {"form": context.get("form") or form}
    if saved.begun_at is not None:
        at = datetime.fromtimestamp(saved.begun_at, clock.NATIONAL_ZONE)
        shown["begun_input"] = {"at": f"{at:%H:%M}", "anew": with_number(page_path(request), ANEW)}
    elif not saved.is_refused:
        messages.info(request, NOT_SENT)
    return shown


def refused_page(request: HttpRequest, form: BaseForm, *, status: int) -> str:
    """Save a refused form; return the address of its page, "" if it is shown in place."""
    return "" if status in IN_PLACE or is_part(request) else input_of_refused(request, form)


def _forms_in(shown: object) -> Iterator[BaseForm]:
    """Yield the forms in the context of a template, also the forms of rows."""
    if isinstance(shown, BaseForm):
        yield shown
    elif isinstance(shown, Mapping):
        for value in shown.values():
            yield from _forms_in(value)
    elif isinstance(shown, list | tuple):
        for value in shown:
            yield from _forms_in(value)
    elif is_dataclass(shown):
        for one in fields(shown):
            yield from _forms_in(getattr(shown, one.name))


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


def sign_in_first(request: HttpRequest, *, entrance: str, start: str = "/") -> HttpResponse:
    """Redirect to the sign-in page, which leads back to where the user was.

    ``entrance`` names the sign-in page; ``start`` is the page after the sign-in if the form may not
    be saved. A script gets 401, so that the page in which somebody types stays.
    """
    if is_part(request):
        return signed_out_answer(request)
    reads = request.method in ("GET", "HEAD")
    target = request.get_full_path() if reads else input_of_unjudged(request) or start
    if target == start and typed_texts(request):
        # The input is too long to be saved, so the page shows it to be copied.
        return error_pages.error_page(request, status=413)
    return redirect_to_login(target, resolve_url(entrance))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403, or show a form again whose token was renewed by a sign-in.

    Nothing was done, and the form has the typed values. A form sent from another site gets 403,
    because the signed field names the user to whom this site showed the form.
    """
    # Without a cookie the page could not find saved input, so the form is not read.
    has_cookie = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} & request.COOKIES.keys()
    key = form_key_read(request) if has_cookie else None
    is_ours = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    is_theirs = key is not None and (not key.user.isdecimal() or key.user == user_number(request))
    is_signed_out = not request.user.is_authenticated
    is_foreign = reason.startswith(("Origin", "Referer"))
    may_keep = is_ours and has_cookie and not is_foreign and (is_theirs or is_signed_out)
    if may_keep and not is_part(request) and (answer := unjudged_redirect(request)):
        return answer
    return error_pages.csrf_failure_page(request, reason)


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
