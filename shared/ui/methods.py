"""Decorators that limit a view to POST requests, or to requests from our own pages."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from shared.ui.error_pages import csrf_failure_page
from shared.ui.form_keys import with_input

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
# The request may be of a subclass of HttpRequest.
View = Callable[Concatenate[R, P], HttpResponseBase]


def form_of(page: str, *kept: str) -> Callable[[View[R, P]], View[R, P]]:
    """Return a decorator that passes POST to the view and redirects GET to the form's page.

    A refused form is shown at the address to which the form was sent. A switch of the language, or
    Enter in the address bar, sends a GET to this address. ``kept`` are the URL arguments that the
    page also has.
    """

    def decorate(view: View[R, P]) -> View[R, P]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            target = reverse(page, kwargs={name: kwargs[name] for name in kept})
            return redirect(with_input(request, target))

        return guarded

    return decorate


def from_own_pages(view: View[HttpRequest, P]) -> View[HttpRequest, P]:
    """Decorate a view, so that it refuses requests from other sites and needs no CSRF cookie.

    Use this only for actions that concern no particular person, because only a CSRF token shows
    that the form was sent to this reader.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs) if _is_own(request) else csrf_failure_page(request)

    return csrf_exempt(guarded)


def _is_own(request: HttpRequest) -> bool:
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched == "same-origin"
    # Browsers before 2023 send Origin or Referer; a request without either header is refused.
    page = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        return urlsplit(page).netloc.lower() == request.get_host().lower()
    except ValueError:
        return False
