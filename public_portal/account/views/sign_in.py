"""Views to sign in with a code by e-mail, to create an account, and to sign out."""

from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy

from public_portal.account.adapters import MailedCode, attempt_require
from public_portal.account.enums import Purpose
from public_portal.account.forms import CodeForm, EmailForm, WelcomeForm
from public_portal.account.permissions import CitizenRequest, citizen_required
from public_portal.account.selectors import citizen_find
from public_portal.account.services import account_email_change, account_make
from public_portal.account.views.base import HOME, account_page, anonymous_case_close, wanted_page
from shared.accounts.errors import EmailTaken
from shared.accounts.models import User
from shared.forms.views import posted, reads_or_answers, redirect_with_message, refusals_as_messages
from shared.kernel.actors import CITIZEN
from shared.kernel.errors import TooManyAttempts
from shared.ui.links import page_language
from shared.ui.messages import refusals_beside
from shared.ui.methods import form_of
from tenants.fleet.services.health.summary import mail_health

CODE_PAGE = "account:enter-code"
CODE_GONE = gettext_lazy("That code is no longer good. Ask for a new one.")
# Purpose of a code -> URL name of the page on which a new code can be requested.
BEGINNINGS = {
    Purpose.SIGN_IN: "account_login",
    Purpose.PROVE: HOME,
    Purpose.CHANGE_EMAIL: "account:change-email",
}


@reads_or_answers
def sign_in(request: HttpRequest) -> HttpResponse:
    """Send a sign-in code; the answer is equal for addresses with and without an account."""
    target = wanted_page(request)
    if request.user.is_authenticated:
        return redirect(target or HOME)
    form = EmailForm(posted(request))
    if form.is_valid():
        with refusals_beside(form, only=(TooManyAttempts,)):
            return send_code(request, purpose=Purpose.SIGN_IN, target=target, **form.cleaned_data)
    return account_page(request, "sign_in", form, next=target)


@reads_or_answers
def enter_code(request: HttpRequest) -> HttpResponse:
    """Check the typed code; after five wrong tries the code is not valid any more."""
    pending = MailedCode.resume(request)
    if pending is None:
        return redirect_with_message(request, CODE_GONE, HOME, level=messages.WARNING)
    if pending.is_proved:
        return redirect("account:begin")
    form = CodeForm(posted(request))
    if form.is_valid():
        if pending.matches(form.cleaned_data["code"]):
            return _proved(request, pending)
        if not pending.record_invalid_attempt():
            messages.error(request, _("Five wrong codes: that one is void. Ask for a new one."))
            return redirect(BEGINNINGS[pending.purpose])
        form.add_error("code", _("This is not the code. Read it again in the e-mail."))
    is_paused = mail_health().paused_since is not None
    return account_page(request, "code", form, pending=pending, is_mail_paused=is_paused)


@form_of(CODE_PAGE)
def send_again(request: HttpRequest) -> HttpResponse:
    """Send a new code at the citizen's request; the former code is not valid any more."""
    pending = MailedCode.resume(request)
    if pending is None or not pending.can_resend or pending.is_proved:
        page = BEGINNINGS[pending.purpose] if pending else HOME
        return redirect_with_message(request, CODE_GONE, page, level=messages.WARNING)
    with refusals_as_messages(request, only=(TooManyAttempts,)):
        attempt_require(request, action="code", key=pending.email)
        pending.resend()
        messages.success(request, _("We have sent a new code. The one before is void."))
    return redirect(CODE_PAGE)


@reads_or_answers
def begin(request: HttpRequest) -> HttpResponse:
    """Create the account of a new citizen, with a name and the consent."""
    pending = MailedCode.resume(request)
    if pending is None or not pending.is_proved:
        return redirect("account_login")
    form = WelcomeForm(posted(request), initial={"language": page_language()})
    if form.is_valid():
        name, language = form.cleaned_data["name"], form.cleaned_data["language"]
        with refusals_beside(form, only=(EmailTaken,)):
            user = account_make(email=pending.email, name=name, language=language, actor=CITIZEN)
            messages.success(
                request, _("Your account is open. What you send from now on is kept in it.")
            )
            return _signed_in(request, pending, user)
    return account_page(request, "begin", form, email=pending.email)


@reads_or_answers
@citizen_required
def prove(request: CitizenRequest) -> HttpResponse:
    """Send a code with which a signed-in citizen proves the identity again."""
    form = forms.Form(posted(request))
    target = wanted_page(request)
    if form.is_valid():
        email = request.user.email
        with refusals_beside(form, only=(TooManyAttempts,)):
            return send_code(request, purpose=Purpose.PROVE, email=email, target=target)
    return account_page(request, "prove", form, next=target)


@form_of(HOME)
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out, and remove the draft and the open request from the session."""
    get_adapter().logout(request)
    return redirect_with_message(
        request, _("You have signed out. Nobody can read your requests here now."), "account_login"
    )


def send_code(
    request: HttpRequest, *, purpose: Purpose, email: str, target: str = ""
) -> HttpResponse:
    """Send a code, and return a redirect to the page of the code. Raises ``TooManyAttempts``."""
    attempt_require(request, action="code", key=email)
    MailedCode.begin(request, purpose=purpose, email=email, target=target)
    return redirect(CODE_PAGE)


def _proved(request: HttpRequest, pending: MailedCode) -> HttpResponse:
    if pending.purpose == Purpose.SIGN_IN:
        user = citizen_find(email=pending.email)
        return _signed_in(request, pending, user) if user else redirect("account:begin")
    pending.abort()
    record_authentication(request, request.user, method="code", reauthenticated=True)
    if pending.purpose == Purpose.PROVE:
        return redirect(pending.target or HOME)
    return _address_changed(cast(CitizenRequest, request), pending.email)


def _address_changed(request: CitizenRequest, email: str) -> HttpResponse:
    # The citizen is signed in, because a code works only for the user who requested the code.
    with refusals_as_messages(request, only=(EmailTaken,)):
        account_email_change(user=request.user, email=email)
        messages.success(request, _("From now on you sign in with your new e-mail address."))
    return redirect("account:show-data")


def _signed_in(request: HttpRequest, pending: MailedCode, user: User) -> HttpResponse:
    pending.abort()
    return sign_in_complete(request, user, target=pending.target)


def sign_in_complete(request: HttpRequest, user: User, *, target: str) -> HttpResponse:
    """Sign in a citizen whose identity was proved, and return a redirect to ``target``."""
    record_authentication(request, user, method="code")
    anonymous_case_close(request)
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=target or None))
    return response
