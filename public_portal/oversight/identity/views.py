"""Views that decrypt a citizen's identity, with a reason and, except in a review, an approval."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from public_portal.oversight.access.views import not_stored, oversight_page
from public_portal.oversight.identity.forms import IdentityForm
from shared.accounts.permissions import (
    OversightRequest,
    oversight_required,
    recent_proof_required,
)
from shared.complaints.types import Identity
from shared.forms.expired_session_input import input_forget
from shared.forms.views import posted, reads_or_answers, redirect_with_message, refusals_as_messages
from shared.kernel.errors import Conflict, NotAllowed, NotFound
from shared.kernel.identifiers import uuid_parse
from shared.ui.messages import refusals_beside
from shared.ui.methods import form_of
from tenants.approvals.errors import ApprovalNotFound
from tenants.approvals.services import approval_confirm, approval_withdraw, approvals_shown
from tenants.case_access.services.identity import identity_ask, identity_is_free, identity_open
from tenants.models.enums import ApprovalKind


@reads_or_answers
@oversight_required
@recent_proof_required()
def open_identity(request: OversightRequest) -> HttpResponse:
    """Show the identity of the citizen of a request under review; else ask for an approval."""
    form = IdentityForm(posted(request))
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        given = form.cleaned_data
        with refusals_beside(form, field="reference"):
            if not identity_is_free(reference=given["reference"]):
                identity_ask(**given, actor=request.actor)
                return redirect_with_message(
                    request,
                    _("Your request for access is recorded. Another person must agree."),
                    "oversight:open-identity",
                )
            context["opened"] = given["reference"]
            context["identity"] = identity_open(
                reference=given["reference"], reason=given["reason"], actor=request.actor
            )
            # There is no redirect, so the browser's saved input must be deleted here.
            input_forget(request)
    return _identity_page(request, context, status=400 if form.errors else 200)


@form_of("oversight:open-identity")
@oversight_required
@recent_proof_required("oversight:open-identity")
def answer_identity(request: OversightRequest) -> HttpResponse:
    """Approve, refuse or withdraw the reading of an identity, or read an approved identity once."""
    reference = request.POST.get("reference", "")
    found = None
    with refusals_as_messages(request, only=(Conflict, NotAllowed, NotFound)):
        found = _identity_answered(request, reference)
    if found is None:
        return redirect("oversight:open-identity")
    return _identity_page(request, {"identity": found, "opened": reference})


def _identity_answered(request: OversightRequest, reference: str) -> Identity | None:
    kind, read = ApprovalKind.IDENTITY, uuid_parse(request.POST.get("approval", ""))
    match request.POST.get("do", ""):
        case "open":
            if read is None:
                raise ApprovalNotFound(reference)
            return identity_open(reference=reference, approval_id=read, actor=request.actor)
        case "agree":
            approval_confirm(kind=kind, subject=reference, approval_id=read, actor=request.actor)
            messages.success(request, _("Your colleague can now see the identity, one time only."))
        case _:
            approval_withdraw(kind=kind, subject=reference, approval_id=read, actor=request.actor)
            messages.success(request, _("It remains encrypted."))
    return None


def _identity_page(
    request: OversightRequest, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    return not_stored(
        oversight_page(
            request,
            "identity/identity",
            {
                "form": IdentityForm(),
                "approvals": approvals_shown(reader_id=request.user.pk, kind=ApprovalKind.IDENTITY),
                **context,
            },
            status=status,
        )
    )
