"""Who somebody is depends on the site, on the session, and on how long it was left alone.

Citizens and analysts are rows of one table, and their sessions of another: a cookie carried from
one site to the other by hand must open nothing there.
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

# When a member of staff was last here, noted once in so many seconds.
SEEN_IN_SESSION = "seen_at"
NOTED_SECONDS = 60
# What is served without the second step: the step itself, and the ways in and out.
WITHOUT_SECOND_STEP = (
    "/accounts/2fa/authenticate/",
    "/accounts/2fa/reauthenticate/",
    "/accounts/login/",
    "/accounts/logout/",
    "/language/",
)
# Where staff show once more who they are.
PROOF_AGAIN = ("/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/")
# And before there is an app: the recovery codes are not, which would stand in for it.
WITHOUT_APP = ("/accounts/2fa/totp/activate/", "/accounts/reauthenticate/")


def presence_begin(session: SessionBase) -> None:
    """Note in a session of staff that somebody is there from now on."""
    # Fixed, or what is noted in it would move the end of the session on and on.
    session.set_expiry(session.get_expiry_date())
    session[SEEN_IN_SESSION] = clock.timestamp()


def session_record(request: HttpRequest, user: User) -> None:
    """Let somebody of staff see that they are signed in here."""
    staff_session_record(
        user=user,
        session_key=request.session.session_key or "",
        device=device_of(request.headers.get("User-Agent", "")),
    )


class SiteUserMiddleware(ResponderMiddleware):
    """Let ``request.user`` be somebody only where people of their role sign in."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on; who has no cookie is nobody, and no session is opened to learn that."""
        request.user = cast(User, SimpleLazyObject(partial(_user_here, request)))
        if is_citizens_site(request):
            _session_settled(request)
        response = self.get_response(request)
        known_browser_keep(request, response)
        return response


class StaffLanguageMiddleware(ResponderMiddleware):
    """Speak the language that somebody of an agency's staff has saved, on every page of its host.

    The pages of one's own account come from a library and have no decorator of ours: without this
    they speak the browser's language. The menu in the bar leaves a cookie and goes before it.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on; without a session nobody is asked for."""
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
    """Serve nothing to somebody who has given a password alone, where a second step is wanted.

    At national oversight it always is; at an agency when its administrators have chosen so.

    A session from before the app was set up is asked for its code as well: it may be somebody
    else's.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on; lead to the setting up of the app, or to its code, whoever lacks the step."""
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
    """Give a session of staff another key when they have shown once more who they are.

    Whoever had learned the former key must not come into what the proof has opened.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Hand on; each proof that was accepted is written into the session."""
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
    """Note that staff are here; ``False``, and the session is over, after too long without them.

    Citizens are not asked: they see where their account is open, and end it there.
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
    """End a session that was signed out elsewhere before any page reads what lies in it.

    A session in which nobody is signed in sees the pages that everybody sees: having looked does
    not make them private.
    """
    session = request.session
    looked = session.accessed
    if not request.user.is_authenticated and not session.modified:
        session.accessed = looked
