"""What the pages of an account share."""

from collections.abc import Mapping

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from shared.kernel.errors import DomainError, TooManyAttempts
from shared.ui.messages import refusal_message, refusal_status
from tenants.case_access.errors import TokenNotFound
from tenants.case_access.services.email_changes import has_email
from tenants.case_access.types import TRACKING_TOKEN_SESSION_KEY

HOME = "account:list-complaints"

reads_or_answers = require_http_methods(["GET", "HEAD", "POST"])


def posted(request: HttpRequest) -> QueryDict | None:
    """What was typed; nothing when the page is only read."""
    return request.POST if request.method == "POST" else None


def wanted_page(request: HttpRequest) -> str:
    """Where somebody wanted to go, when that is on this host; else blank."""
    target = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else ""


def anonymous_case_close(request: HttpRequest) -> None:
    """Close a request without an address that is open in this visit: an account says who it is."""
    token = request.session.get(TRACKING_TOKEN_SESSION_KEY, "")
    try:
        is_tied = bool(token) and not has_email(token=token)
    except TokenNotFound:
        is_tied = True
    if is_tied:
        del request.session[TRACKING_TOKEN_SESSION_KEY]


def account_page(
    request: HttpRequest,
    name: str,
    form: forms.BaseForm | None = None,
    refusal: DomainError | None = None,
    **context: object,
) -> HttpResponse:
    """A page of the account; a refusal is written into its form, and kept as the status."""
    if refusal is not None and form is not None:
        form.add_error(None, refusal_message(refusal))
    shown: Mapping[str, object] = {"form": form, **context}
    status = 400 if form is not None and form.is_bound and form.errors else 200
    if refusal is not None:
        status = refusal_status(refusal)
    response = render(request, f"public_portal/account/{name}.html", shown, status=status)
    if isinstance(refusal, TooManyAttempts):
        response["Retry-After"] = str(refusal.retry_after)
    return response
