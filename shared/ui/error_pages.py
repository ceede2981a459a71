"""Pages of refusals and failures, in three languages, each with a link to go on.

Error pages use no database, no session and no list of static files, because one of the three may
have failed.
"""

import sys
from collections.abc import Mapping

from django.conf import settings
from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import get_language_from_request, gettext_lazy, override

from shared.kernel import memory
from shared.kernel.errors import DomainError, TooManyAttempts, TryLater
from shared.ui.form_keys import typed_texts
from shared.ui.links import language_links
from shared.ui.messages import refusal_message, refusal_status
from shared.ui.parts import REASON_HEADER, RENEWED, TOKEN_RENEWED, is_part, words_answer

# Code and text of an error in the REST API, keyed by HTTP status.
API_ERRORS: Mapping[int, tuple[str, Promise]] = {
    400: ("bad_request", gettext_lazy("The request cannot be understood.")),
    403: ("not_allowed", gettext_lazy("You are not allowed to do this.")),
    404: ("not_found", gettext_lazy("There is nothing at this address.")),
    405: ("method_not_allowed", gettext_lazy("This address does not take that.")),
    409: ("conflict", gettext_lazy("This cannot be done as things stand now.")),
    413: ("too_large", gettext_lazy("This is too large to be sent.")),
    415: (
        "unsupported_media_type",
        gettext_lazy("Text is taken in UTF-8 alone: send it so, and name no other charset."),
    ),
    429: ("throttled", gettext_lazy("Too many requests. Try again later.")),
    500: ("server_error", gettext_lazy("Something went wrong on our side. Try again later.")),
    503: ("unavailable", gettext_lazy("The service is closed for a short while.")),
}
# A restarted database or its standby usually responds after this time.
DATABASE_SECONDS = 5
# Error codes with a page of their own, because the page of their status would say another error.
PAGES_BY_CODE: Mapping[str, str] = {"attachment_missing": "409_file.html"}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page of 400 for an unreadable request, or of 413 for a too large request."""
    return error_page(request, status=413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page of 403 for a user who is not allowed to do this."""
    return error_page(request, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page of 404 for an address without a page, or without a page for this reader."""
    return error_page(request, status=404)


def method_not_allowed(request: HttpRequest, *, allow: str) -> HttpResponse:
    """Return the page of 405; ``allow`` lists the methods of the address."""
    return error_page(request, status=405, headers={"Allow": allow})


def charset_refused(request: HttpRequest) -> HttpResponse:
    """Return the page of 415 for a request that names another charset than UTF-8."""
    return error_page(request, status=415)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page of 500, or of 503 if the database does not respond or memory is short.

    The page of 503 is also for ``TryLater`` that no view handles, for example from the session.
    Without memory no page can be rendered, so ``MemoryError`` is raised again, and the web server
    sends prepared bytes (config.gunicorn_worker).
    """
    error = sys.exc_info()[1]
    if isinstance(error, MemoryError):
        raise error
    if isinstance(error, TryLater):
        return refusal_page(request, error)
    if isinstance(error, OperationalError | InterfaceError):
        return unavailable(request, retry_after=DATABASE_SECONDS)
    if memory.is_short():
        return unavailable(request, retry_after=memory.NOTED_SECONDS)
    return error_page(request, status=500)


def csrf_failure_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page of 403 for a form of another site or without a valid CSRF token."""
    if is_part(request):
        return words_answer(request, TOKEN_RENEWED, status=403, headers={REASON_HEADER: RENEWED})
    return error_page(request, status=403, template="403_csrf.html")


def unavailable(request: HttpRequest, *, retry_after: int = 120) -> HttpResponse:
    """Return the page of 503, which says that the portal is closed for a short time."""
    return error_page(request, status=503, headers={"Retry-After": str(retry_after)})


def refusal_page(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Return the page of a domain error, with the sentence and the status of the error."""
    with override(_language(request)):
        message = refusal_message(refusal)
    return error_page(
        request,
        status=refusal_status(refusal),
        message=message,
        template=PAGES_BY_CODE.get(refusal.code, ""),
        headers={"Retry-After": str(refusal.retry_after)}
        if isinstance(refusal, TooManyAttempts | TryLater)
        else None,
    )


def error_page(
    request: HttpRequest,
    *,
    status: int,
    template: str = "",
    message: str = "",
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """Return the page of a status, JSON under ``/api/``, or a text for a script (``is_part``)."""
    with override(_language(request)):
        if request.path.startswith("/api/"):
            code, words = API_ERRORS[status]
            body = {"errors": [{"code": code, "message": words}]}
            return JsonResponse(body, status=status, headers=headers)
        if is_part(request):
            said = message or API_ERRORS[status][1]
            return words_answer(request, said, status=status, headers=headers)
        urlconf = getattr(request, "urlconf", settings.ROOT_URLCONF)
        prefixed, _default = is_language_prefix_patterns_used(urlconf)
        context = {
            "links": language_links(request) if prefixed else [],
            "message": message,
            # An unreadable request has no form that can be read.
            "typed": typed_texts(request)
            if request.method == "POST" and status not in (400, 415)
            else [],
            # Opening the address again does not send the form again.
            "is_sent": request.method not in {"GET", "HEAD"},
            "path": request.get_full_path(),
        }
        usual = f"{status if status in API_ERRORS else 400}.html"
        page = render_to_string(template or usual, context)
    return HttpResponse(page, status=status, headers=headers)


def _language(request: HttpRequest) -> str:
    # Some errors occur before the request has a language. A language of the request has precedence,
    # because staff may have saved another language than their browser's.
    chosen = getattr(request, "LANGUAGE_CODE", "")
    return chosen or get_language_from_request(request, check_path=True)
