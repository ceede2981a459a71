"""Views of the passkeys and open sessions of an account."""

from uuid import UUID

from allauth.account.models import Login
from allauth.mfa.webauthn.internal import auth, flows
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from public_portal.account.adapters import attempt_require
from public_portal.account.errors import TooManyPasskeys
from public_portal.account.forms import PasskeyAddForm, PasskeyNameForm, PasskeySignInForm
from public_portal.account.permissions import (
    CitizenRequest,
    citizen_required,
    fresh_proof_required,
)
from public_portal.account.selectors import open_sessions, passkey_get, passkeys_of
from public_portal.account.services import (
    account_session_end,
    account_sign_out_everywhere,
    passkey_add,
    passkey_remove,
    passkey_rename,
)
from public_portal.account.views.base import account_page, anonymous_case_close, wanted_page
from shared.forms.views import posted, reads_or_answers, redirect_with_message
from shared.ui.messages import refusals_beside
from shared.ui.methods import form_of
from tenants.case_access.types import CITIZEN_SESSION_KEY

SECURITY = "account:show-security"


@require_safe
@citizen_required
def show_security(request: CitizenRequest) -> HttpResponse:
    """Show the passkeys and the open sessions of the account."""
    return account_page(
        request,
        "security",
        passkeys=passkeys_of(user=request.user),
        sessions=open_sessions(user=request.user, here=_here(request)),
    )


@require_safe
def passkey_options(request: HttpRequest) -> HttpResponse:
    """Return the options with which the browser offers the passkeys of its device."""
    attempt_require(request, action="passkey")
    return JsonResponse({"request_options": auth.begin_authentication(user=None)})


@form_of("account_login")
def sign_in_by_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey."""
    attempt_require(request, action="passkey")
    form = PasskeySignInForm(request.POST)
    if not form.is_valid():
        return redirect_with_message(
            request, form.errors["credential"][0], "account_login", level=messages.ERROR
        )
    passkey = form.cleaned_data["credential"]
    anonymous_case_close(request)
    login = Login(user=passkey.user, redirect_url=wanted_page(request) or None)
    response: HttpResponse = flows.perform_passwordless_login(request, passkey, login)
    return response


@reads_or_answers
@fresh_proof_required
def add_passkey(request: CitizenRequest) -> HttpResponse:
    """Add a new passkey to the account."""
    form = PasskeyAddForm(posted(request), user=request.user, initial={"name": ""})
    if form.is_valid():
        with refusals_beside(form, only=(TooManyPasskeys,)):
            name, credential = form.cleaned_data["name"], form.cleaned_data["credential"]
            passkey_add(user=request.user, name=name, credential=credential)
            return redirect_with_message(
                request, _("The passkey has been added. Next time you can sign in by it."), SECURITY
            )
    return account_page(
        request,
        "passkey_add",
        form,
        options={"creation_options": auth.begin_registration(request.user, True)},
    )


@reads_or_answers
@citizen_required
def rename_passkey(request: CitizenRequest, key: str) -> HttpResponse:
    """Rename a passkey."""
    known = passkey_get(user=request.user, key=key)
    form = PasskeyNameForm(posted(request), initial={"name": known.name})
    if not form.is_valid():
        return account_page(request, "passkey_rename", form)
    passkey_rename(user=request.user, passkey_id=known.id, name=form.cleaned_data["name"])
    return redirect_with_message(request, _("The passkey has a new name."), SECURITY)


@reads_or_answers
@fresh_proof_required
def remove_passkey(request: CitizenRequest, key: str) -> HttpResponse:
    """Remove a passkey after a confirmation."""
    known = passkey_get(user=request.user, key=key)
    form = forms.Form(posted(request))
    if not form.is_valid():
        return account_page(request, "passkey_remove", form, passkey=known)
    passkey_remove(user=request.user, passkey_id=known.id)
    return redirect_with_message(request, _("The passkey has been removed."), SECURITY)


@form_of(SECURITY)
@citizen_required
def end_session(request: CitizenRequest, visit_id: UUID) -> HttpResponse:
    """Sign out another device."""
    if visit_id != _here(request) and account_session_end(user=request.user, session_id=visit_id):
        messages.success(request, _("You are signed out on that device."))
    else:
        messages.info(request, _("Your account is not open on that device any more."))
    return redirect(SECURITY)


@form_of(SECURITY)
@citizen_required
def sign_out_everywhere(request: CitizenRequest) -> HttpResponse:
    """Sign out all other devices."""
    user = account_sign_out_everywhere(user=request.user, keeping=_here(request))
    update_session_auth_hash(request, user)
    return redirect_with_message(request, _("You are signed out on every other device."), SECURITY)


def _here(request: CitizenRequest) -> UUID | None:
    known = request.session.get(CITIZEN_SESSION_KEY, {}).get("id")
    return UUID(known) if known else None
