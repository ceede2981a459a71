"""Pages of staff sessions, and the page after too many tries to sign in."""

from typing import cast
from uuid import UUID

from allauth.core.internal.ratelimit import handler429
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shared.accounts.models import User
from shared.accounts.permissions import is_citizens_site
from shared.accounts.selectors import staff_sessions
from shared.accounts.services.users import sign_in_refused, staff_session_end, staff_sessions_end
from shared.forms.views import redirect_with_message
from shared.ui.methods import form_of

SESSIONS = "staff_sessions:list-sessions"


@require_safe
@login_required
@never_cache
def list_sessions(request: HttpRequest) -> HttpResponse:
    """Show the open sessions of the user."""
    return render(
        request,
        "account/sessions.html",
        {
            "sessions": staff_sessions(
                user_id=_reader(request).pk, session_key=request.session.session_key or ""
            )
        },
    )


@form_of(SESSIONS)
@login_required
def end_session(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """End one session of the user."""
    if staff_session_end(user=_reader(request), session_id=session_id):
        messages.success(request, _("You are signed out on that device."))
    else:
        messages.info(request, _("Your account is not open on that device any more."))
    return redirect(SESSIONS)


@form_of(SESSIONS)
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """End every session of the user except the session of this request."""
    staff_sessions_end(user=_reader(request), session_key=request.session.session_key or "")
    return redirect_with_message(request, _("You are signed out on every other device."), SESSIONS)


def too_many(request: HttpRequest) -> HttpResponse:
    """Show allauth's page for too many tries; record a refused sign-in in the audit log."""
    if not is_citizens_site(request) and request.path == reverse("account_login"):
        sign_in_refused(email=request.POST.get("login", ""))
    return cast(HttpResponse, handler429(request))


def _reader(request: HttpRequest) -> User:
    # ``login_required`` has refused everybody who is not signed in.
    return cast(User, request.user)
