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

# A form that is refused with 429 (limit) or 503 (no storage) is shown at once and not saved.
IN_PLACE = frozenset({429, 503})
NOT_SENT = gettext_lazy(
    "Nothing was sent, because your session had ended or was renewed. What you typed is below: "
    "check it and send it again."
)

reads_or_answers = require_http_methods(["GET", "HEAD", "POST"])


def posted(request: HttpRequest) -> QueryDict | None:
    """Return the data of a POST request, or ``None`` for another method."""
    return request.POST if request.method == "POST" else None


def see_other(url: str) -> HttpResponse:
    """Return a redirect with status 303, so that the browser reads the page with GET."""
    return HttpResponseRedirect(url, status=303)


def form_status(form: BaseForm) -> int:
    """Return the HTTP status of a page with a form: 200 without errors, otherwise 400.

    If ``refusals_beside`` has added a domain error to the form, returns the status of this error.
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
    """Return a page with a form, or a redirect if the form was refused.

    For a request of htmx, only the template ``part`` is rendered, if ``part`` is given.
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
    """Return a page, or a redirect if one of its forms was refused.

    After the redirect, the page shows the form with the saved input. There is no redirect for a
    form with a secret, for a status in ``IN_PLACE``, and for a request of htmx. For a request of
    htmx, only the template ``part`` is rendered, if ``part`` is given.
    """
    if request.method == "POST":
        refused = next((one for one in _forms_in(context) if one.is_bound and one.errors), None)
        if refused is not None and form_status(refused) in IN_PLACE:
            status = form_status(refused)
        if refused is not None and (target := refused_page(request, refused, status=status)):
            return HttpResponseRedirect(target, status=303)
    elif shown := input_shown(request, context):
        # A page with saved input has status 200, because the sent form was answered before.
        context, status = {**context, **shown}, 200
    asked = part if part and is_htmx(request) else template
    return render(request, asked, dict(context), status=status)


def refused_redirect(request: HttpRequest, form: BaseForm) -> HttpResponse | None:
    """Return a redirect to the page of a refused form, or ``None`` if no redirect is needed.

    Call this function before slow parts of the page are computed.
    """
    if request.method != "POST" or not form.errors:
        return None
    target = refused_page(request, form, status=form_status(form))
    return HttpResponseRedirect(target, status=303) if target else None


def unjudged_redirect(request: HttpRequest) -> HttpResponse | None:
    """Save a form that was not validated, and return a redirect to the page of the form.

    Returns ``None`` if the form may not be saved.
    """
    target = input_of_unjudged(request)
    return see_other(target) if target else None


def form_refilled(request: HttpRequest, *shown: BaseForm) -> BaseForm | None:
    """Fill one of the forms with its saved input and return the form.

    Returns ``None`` without saved input for these forms. Only views that answer a POST
    with a form call this function; other views call ``page_or_redirect``.
    """
    saved = saved_input(request)
    form = forms_refill(saved, shown) if saved else None
    if form is not None:
        request.refilled_form = form  # type: ignore[attr-defined]
    return form


def input_shown(request: HttpRequest, context: Mapping[str, object]) -> dict[str, object]:
    """Return the template context that shows saved input, in the form or as plain texts."""
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
    """Save a refused form; return the address of its page, or "" if no redirect is needed."""
    return "" if status in IN_PLACE or is_part(request) else input_of_refused(request, form)


def _forms_in(shown: object) -> Iterator[BaseForm]:
    """Yield all forms in the context of a template, also in nested objects."""
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
    """Return a redirect to the URL ``to`` (with arguments ``parts``), which shows ``message``."""
    messages.add_message(request, level, str(message))
    return HttpResponseRedirect(resolve_url(to, **parts))


def sign_in_first(request: HttpRequest, *, entrance: str, start: str = "/") -> HttpResponse:
    """Return a redirect to the sign-in page, which leads back to the requested page.

    ``entrance`` is the URL name of the sign-in page. ``start`` is the page after the sign-in if a
    sent form may not be saved. A script gets 401 instead.
    """
    if is_part(request):
        return signed_out_answer(request)
    reads = request.method in ("GET", "HEAD")
    target = request.get_full_path() if reads else input_of_unjudged(request) or start
    if target == start and typed_texts(request):
        # The form is too long to be saved, so an error page shows the typed texts.
        return error_pages.error_page(request, status=413)
    return redirect_to_login(target, resolve_url(entrance))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the answer to a form with a wrong CSRF token, whose action is not done.

    If a sign-in has renewed the token, the form is saved and shown again. A form from another site
    gets 403; the signed field of a form proves that this site showed the form.
    """
    # Without a cookie, the next page could not find the saved input.
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
    """Catch a domain error of the block, and show the error as a message on the next page.

    Only the classes in ``only`` are caught; other errors lead to an error page.
    """
    try:
        yield
    except only as refusal:
        messages.error(request, refusal_message(refusal))
