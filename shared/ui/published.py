"""Published pages: one response for all readers, whether they have a session or not.

The response depends on its address and on one bit, whether the menu says "Sign in" or "My account".
The view of such a page sees no cookie, no session and no user, so the response holds nothing of its
reader. A page with a token of a form sets a cookie and is therefore never shared.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

from shared.ui.cache_control import mark_shared, public_page

# The header in which the proxy names the key of its store: the bit of the page. A proxy that sends
# this header stores both pages apart; for other caches the page varies by cookie.
STORE_KEY = "HTTP_X_STORE_KEY"
SIGNED_IN, ANYBODY = "signed-in", "anybody"
# The cookies that change nothing on a published page, except for the bit.
SHARED_COOKIES = frozenset(
    {
        settings.CSRF_COOKIE_NAME,
        settings.LANGUAGE_COOKIE_NAME,
        settings.SESSION_COOKIE_NAME,
        settings.SIGNED_IN_COOKIE_NAME,
    }
)

View = TypeVar("View", bound=Callable[..., HttpResponse])


def store_key(request: HttpRequest) -> str:
    """Return which of the two pages a request is for: the proxy's word, or else the cookie's."""
    told = request.META.get(STORE_KEY)
    is_signed_in = (
        request.COOKIES.get(settings.SIGNED_IN_COOKIE_NAME) == "1"
        if told is None
        else told == SIGNED_IN
    )
    return SIGNED_IN if is_signed_in else ANYBODY


def published_page(view: View) -> View:
    """Let all readers share the responses of a view, and hide the reader from the view.

    A reader with a message, or with a cookie that is not known here, gets a page of their own.
    """

    @wraps(view)
    def shared_view(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        # A session that changed in this request must still be saved or deleted.
        if not request.COOKIES.keys() <= SHARED_COOKIES or request.session.modified:
            return view(request, *args, **kwargs)
        _hide_reader(request)
        return mark_shared(view(request, *args, **kwargs))

    return cast(View, public_page(shared_view))


def _hide_reader(request: HttpRequest) -> None:
    # The template of the menu reads this attribute.
    request.is_marked_signed_in = store_key(request) == SIGNED_IN  # type: ignore[attr-defined]
    request.COOKIES = {}
    # An invalid token is replaced by the next page that has a form.
    for name in ("HTTP_COOKIE", "CSRF_COOKIE", "CSRF_COOKIE_NEEDS_UPDATE"):
        request.META.pop(name, None)
    # An empty session, whose write raises an error.
    request.session = SessionBase()
    request.user = AnonymousUser()
