"""The proof that a request is one's own: its receipt code, or a link sent to its address."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from public_portal.tracking.forms import ProofForm
from public_portal.tracking.services import proof_link_send, tracking_page_open
from public_portal.tracking.views.sign_in import (
    PROOF,
    SPACE,
    asker_of,
    let_in,
    reads_or_answers,
    tracking_required,
)
from shared.kernel.errors import DomainError, TooManyAttempts
from shared.limits.errors import ProofNeeded
from shared.ui.links import page_language
from shared.ui.messages import refusal_message, refusal_status
from shared.ui.methods import form_of
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import CaseNotFound


@reads_or_answers
@tracking_required
def prove_identity(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the receipt code, or offer a link; then go on where the proof was wanted."""
    detail = gateway.token_detail(token=token)
    if detail.is_proved:
        return redirect(SPACE)
    form = ProofForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form, detail.reference, 400 if form.is_bound else 200)
    try:
        token = _proved(request, detail.reference, form.cleaned_data["code"])
    except (CaseNotFound, ProofNeeded):
        form.add_error("code", _("This is not the receipt code of this request."))
        return _page(request, form, detail.reference, 400)
    except TooManyAttempts as refusal:
        return _refused(request, form, detail.reference, refusal)
    return let_in(request, token)


@form_of(PROOF)
@tracking_required
def send_proof_link(request: HttpRequest, token: str) -> HttpResponse:
    """Send the link to the address of the request, whoever asks for it."""
    try:
        proof_link_send(token=token, language=page_language())
    except TooManyAttempts as refusal:
        reference = gateway.token_detail(token=token).reference
        return _refused(request, ProofForm(), reference, refusal)
    messages.success(request, _("We have sent a link to the e-mail address of this request."))
    return redirect(PROOF)


def _proved(request: HttpRequest, reference: str, code: str) -> str:
    return tracking_page_open(
        reference=reference,
        kind=KeyKind.RECEIPT,
        value=code,
        asker=asker_of(request),
        proves=lambda: False,
    ).token


def _refused(
    request: HttpRequest, form: ProofForm, reference: str, refusal: DomainError
) -> HttpResponse:
    if form.is_bound:
        form.add_error(None, refusal_message(refusal))
    else:
        messages.warning(request, refusal_message(refusal))
    response = _page(request, form, reference, refusal_status(refusal))
    if isinstance(refusal, TooManyAttempts):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _page(request: HttpRequest, form: ProofForm, reference: str, status: int) -> HttpResponse:
    context = {"form": form, "reference": reference}
    return render(request, "public_portal/tracking/prove.html", context, status=status)
