"""Middleware that decides who is signed in: by site, by session and by idle time.

Citizens and analysts share one table of accounts and one table of sessions, so a cookie that is
copied from one site to another must give no access there.
"""

from functools import partial
from typing import cast

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY as USER_KEY
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from shared.accounts.adapters.known_browsers import known_browser_keep
from shared.accounts.adapters.session_store import SessionStore
from shared.accounts.adapters.signed_in_cookie import signed_in_cookie_settle
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

# Session key for the time of the last activity, and the least seconds between two updates of this
# time.
SEEN_IN_SESSION = "seen_at"
NOTED_SECONDS = 60
# Paths served without the second step: second step, sign-in, sign-out and language.
WITHOUT_SECOND_STEP = (
    "/accounts/2fa/authenticate/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/login/",
    "/accounts/logout/",
    "/language/",
)
# Paths at which staff give the password or a code again.
PROOF_AGAIN = ("/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/")
# Paths served before an app is set up. Recovery codes would replace the app, so they are left out.
WITHOUT_APP = ("/accounts/2fa/totp/activate/", "/accounts/reauthenticate/")


def presence_begin(session: SessionBase) -> None:
    """Start to measure the idle time of a staff session, and fix the end of the session."""
    # The end is fixed, because otherwise each write to the session would postpone it.
    session.set_expiry(session.get_expiry_date())
    session[SEEN_IN_SESSION] = clock.timestamp()


def session_record(request: HttpRequest, user: User) -> None:
    """Insert or update the row of an open session of staff."""
    staff_session_record(
        user=user,
        session_key=request.session.session_key or "",
        device=device_of(request.headers.get("User-Agent", "")),
    )


class SiteUserMiddleware(ResponderMiddleware):
    """A middleware that sets ``request.user``; the user is anonymous at a site of other roles."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set ``request.user``; a request without a session cookie reads no session."""
        request.user = cast(User, SimpleLazyObject(partial(_user_here, request)))
        if is_citizens_site(request):
            _session_settled(request)
        response = self.get_response(request)
        known_browser_keep(request, response)
        if is_citizens_site(request):
            signed_in_cookie_settle(request, response)
        return response


class StaffLanguageMiddleware(ResponderMiddleware):
    """A middleware that activates, on every page, the language that the member of staff has saved.

    allauth's account pages have no decorator of ours, so without this middleware they would use the
    browser's language. The cookie of the language menu has precedence.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the user's language; a request without a session reads no user."""
        if (
            # National staff cannot save a language, so their pages use the browser's language.
            getattr(request, "urlconf", "") == settings.ROOT_URLCONF
            and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES
            and request.user.is_authenticated
        ):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)


class SecondStepMiddleware(ResponderMiddleware):
    """A middleware that serves no page after a password alone where a second step is required.

    National oversight always requires a second step; an agency does if its administrators chose so.
    A session from before the set-up of the app must give a code too, because a stranger may have
    the session.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirect a user without a second-step code to set up the app or to give the code."""
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

    A thief of the former key must not get the access that the proof gives.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Change the session's key if this request added a proof of identity to the session."""
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
    is_citizens = is_citizens_site(request)
    user = get_user(request) if is_citizens else _staff_here(request)
    if (
        isinstance(user, User)
        and may_sign_in_at(user.role, citizens=is_citizens)
        and (is_citizens or _still_here(request, user))
    ):
        return user
    return AnonymousUser()


def _staff_here(request: HttpRequest) -> User | AnonymousUser:
    """Return the user of a session as Django does, in one statement for session and account.

    The session decides who its user is. Django reads the account itself unless the account that was
    read with the session is this user, active, and of the password of the sign-in.
    """
    session = cast(SessionStore, request.session)
    session.reads_owner = True
    backend, digest = session.get(BACKEND_SESSION_KEY), session.get(HASH_SESSION_KEY, "")
    owner = session.owner
    if (
        owner is not None
        and owner.is_active
        and backend in settings.AUTHENTICATION_BACKENDS
        and session.get(USER_KEY) == str(owner.pk)
        and constant_time_compare(digest, owner.get_session_auth_hash())
    ):
        return owner
    return get_user(request)


def _still_here(request: HttpRequest, user: User) -> bool:
    """Record activity of staff; if the session was idle too long, end it and return ``False``.

    Sessions of citizens are not ended here, because citizens see and end their own sessions.
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
    """Load the user of the session, because Django then ends a session signed out elsewhere.

    If nobody is signed in, ``accessed`` is reset, because this check must not make a public page
    private.
    """
    session = request.session
    looked = session.accessed
    if not request.user.is_authenticated and not session.modified:
        session.accessed = looked
