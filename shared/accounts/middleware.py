"""Who somebody is depends on the site as well as on the session.

Citizens and analysts are rows of one table, and their sessions of another: a cookie carried from
one site to the other by hand must open nothing there.
"""

from collections.abc import Callable
from functools import partial
from typing import cast

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from shared.accounts.models import User
from shared.accounts.permissions import is_citizens_site, may_sign_in_at

Responder = Callable[[HttpRequest], HttpResponse]


class SiteUserMiddleware:
    """Let ``request.user`` be somebody only where people of their role sign in."""

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on; who has no cookie is nobody, and no session is opened to learn that."""
        request.user = cast(User, SimpleLazyObject(partial(_user_here, request)))
        if is_citizens_site(request):
            _visit_settled(request)
        return self.get_response(request)


def _user_here(request: HttpRequest) -> User | AnonymousUser:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return AnonymousUser()
    user = get_user(request)
    if isinstance(user, User) and may_sign_in_at(user.role, citizens=is_citizens_site(request)):
        return user
    return AnonymousUser()


def _visit_settled(request: HttpRequest) -> None:
    """End a session that was signed out elsewhere before any page reads what lies in it.

    A visit in which nobody is signed in sees the pages that everybody sees: having looked does not
    make them private.
    """
    session = request.session
    looked = session.accessed
    if not request.user.is_authenticated and not session.modified:
        session.accessed = looked
