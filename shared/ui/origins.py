"""Where a form was sent from, for the few forms that carry no token."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from shared.ui.error_pages import csrf_failure

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def from_own_pages(view: View[P]) -> View[P]:
    """Refuse what another site's page has sent; in place of a token, and so without a cookie.

    Only for what is done for nobody in particular: a token also ties a form to its reader.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not _is_own(request):
            return csrf_failure(request)
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)


def _is_own(request: HttpRequest) -> bool:
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched == "same-origin"
    # Browsers before 2023 name the page; one that names neither is not believed.
    page = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        return urlsplit(page).netloc.lower() == request.get_host().lower()
    except ValueError:
        return False
