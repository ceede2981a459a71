"""Helpers shared by the views of the citizens' account."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from shared.forms.views import form_page
from tenants.case_access.enums import EmailState
from tenants.case_access.errors import TokenNotFound
from tenants.case_access.services.email_proofs import email_state_of
from tenants.case_access.types import TRACKING_TOKEN_SESSION_KEY

HOME = "account:list-complaints"


def wanted_page(request: HttpRequest) -> str:
    """Return the address in ``next``, or "" if it is not on this host."""
    target = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else ""


def anonymous_case_close(request: HttpRequest) -> None:
    """Remove from the session an invalid token, or the token of a case without an e-mail address.

    Such a case may be anonymous, and the account would reveal its author.
    """
    token = request.session.get(TRACKING_TOKEN_SESSION_KEY, "")
    try:
        is_tied = bool(token) and email_state_of(token=token) == EmailState.NONE
    except TokenNotFound:
        is_tied = True
    if is_tied:
        del request.session[TRACKING_TOKEN_SESSION_KEY]


def account_page(
    request: HttpRequest, name: str, form: forms.BaseForm | None = None, **context: object
) -> HttpResponse:
    """Return a page of the account, or a redirect if the form was refused."""
    return form_page(
        request,
        f"public_portal/account/{name}.html",
        form or forms.Form(),
        {"form": form, **context},
    )
