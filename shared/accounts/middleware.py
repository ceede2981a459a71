"""Middleware that decides who is signed in: by site, by session and by time without activity.

Citizens and analysts are rows of one table, and their sessions of another: a cookie copied from one
site to another by hand must give no access there.
"""

from functools import partial
from typing import cast

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from shared.accounts.adapters.known_browsers import known_browser_keep
from shared.accounts.models import User
from shared.accounts.permissions import (
    has_second_proof,
    is_citizens_site,
    is_second_step_needed,
    may_sign_in_at,
)
from shared.accounts.selectors import has_app
from shared.accounts.services.users import (
    staff_act_record,
    staff_session_move,
    staff_session_record,
)
from shared.forms.views import sign_in_first
from shared.kernel import clock
from shared.kernel.devices import device_of
from shared.ui.middleware import ResponderMiddleware
from shared.ui.parts import is_poll

# When a member of staff was last active, written once in so many seconds.
SEEN_IN_SESSION = "seen_at"
NOTED_SECONDS = 60
# Served without the second step: the step itself, sign-in, sign-out and language.
WITHOUT_SECOND_STEP = (
    "/accounts/2fa/authenticate/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/login/",
    "/accounts/logout/",
    "/language/",
)
# Where staff give password or code again.
PROOF_AGAIN = ("/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/")
# Served before there is an app; not recovery codes, which would replace it.
WITHOUT_APP = ("/accounts/2fa/totp/activate/", "/accounts/reauthenticate/")


def presence_begin(session: SessionBase) -> None:
    """Start to measure the idle time of a staff session, and fix the end of the session."""
    # Fixed, or each write to the session would postpone its end.
    session.set_expiry(session.get_expiry_date())
    session[SEEN_IN_SESSION] = clock.timestamp()


def session_record(request: HttpRequest, user: User) -> None:
    """Record a session of staff, for the list of their open sessions."""
    staff_session_record(
        user=user,
        session_key=request.session.session_key or "",
        device=device_of(request.headers.get("User-Agent", "")),
    )


class SiteUserMiddleware(ResponderMiddleware):
    """A middleware that sets ``request.user`` only where people of the user's role sign in."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set ``request.user``; without a session cookie no session is read for it."""
        request.user = cast(User, SimpleLazyObject(partial(_user_here, request)))
        if is_citizens_site(request):
            _session_settled(request)
        response = self.get_response(request)
        known_browser_keep(request, response)
        return response


class StaffLanguageMiddleware(ResponderMiddleware):
    """A middleware that activates the language saved by an agency's staff, on every page.

    The pages of one's own account come from a library and have no decorator of ours: without this
    they use the browser's language. The cookie of the language menu has precedence.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the user's language; without a session no user is read."""
        if (
            # National staff have no page on which to save a language: theirs is the browser's.
            getattr(request, "urlconf", "") == settings.ROOT_URLCONF
            and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES
            and request.user.is_authenticated
        ):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)


class SecondStepMiddleware(ResponderMiddleware):
    """A middleware that serves nothing after a password alone, where a second step is required.

    National oversight always requires it; an agency if its administrators have chosen so.

    A session from before the app was set up must give a code too: it may be somebody else's.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirect a user without the step to set up the app, or to give its code."""
        if (
            not is_second_step_needed(request)
            or request.path.startswith(WITHOUT_SECOND_STEP)
            or not request.user.is_authenticated
            or has_second_proof(request)
        ):
            return self.get_response(request)
        if not has_app(user_id=request.user.pk):
            return (
                self.get_response(request)
                if request.path.startswith(WITHOUT_APP)
                else redirect("mfa_activate_totp")
            )
        return sign_in_first(request, entrance="mfa_reauthenticate")


class NewKeyMiddleware(ResponderMiddleware):
    """A middleware that gives a staff session a new key after a new proof of identity.

    Whoever had learned the former key must not get the access that the proof gives.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Change the session's key if this request added an accepted proof to the session."""
        if request.method != "POST" or request.path not in PROOF_AGAIN:
            return self.get_response(request)
        before = len(get_authentication_records(request, request.user))
        response = self.get_response(request)
        if len(get_authentication_records(request, request.user)) > before:
            former = request.session.session_key or ""
            request.session.cycle_key()
            staff_session_move(former_key=former, session_key=request.session.session_key or "")
        return response


def _user_here(request: HttpRequest) -> User | AnonymousUser:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return AnonymousUser()
    user = get_user(request)
    is_citizens = is_citizens_site(request)
    if (
        isinstance(user, User)
        and may_sign_in_at(user.role, citizens=is_citizens)
        and (is_citizens or _still_here(request, user))
    ):
        return user
    return AnonymousUser()


def _still_here(request: HttpRequest, user: User) -> bool:
    """Record activity of staff; after too long without, end the session and return ``False``.

    Not for citizens: they see where their account is open, and end sessions there.
    """
    now = clock.timestamp()
    seen_at = request.session.get(SEEN_IN_SESSION)
    if seen_at is not None and now - seen_at > settings.STAFF_IDLE_SECONDS:
        request.session.flush()
        staff_act_record(user=user, what="session_idle")
        return False
    if seen_at is None:
        presence_begin(request.session)
        session_record(request, user)
    elif now - seen_at > NOTED_SECONDS and not is_poll(request):
        request.session[SEEN_IN_SESSION] = now
        session_record(request, user)
    return True


def _session_settled(request: HttpRequest) -> None:
    """End a session that was signed out elsewhere, before any page reads its data.

    If nobody is signed in, ``accessed`` is reset: the page is the one that everybody sees, and a
    read of the session must not make it private.
    """
    session = request.session
    looked = session.accessed
    if not request.user.is_authenticated and not session.modified:
        session.accessed = looked
