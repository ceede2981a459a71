"""Views of the plans, invoices and refunds of agencies, and of dead Stripe events."""

from collections.abc import Mapping

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from public_portal.oversight.access.views import oversight_page
from public_portal.oversight.agencies.forms.billing import (
    EndForm,
    PlanForm,
    RefundForm,
    TransferForm,
)
from public_portal.oversight.agencies.selectors.workspaces import bill_of
from shared.accounts.permissions import (
    OversightRequest,
    may_operate,
    national_required,
    operator_required,
    recent_proof_required,
)
from shared.forms.views import reads_or_answers, redirect_with_message, refusals_as_messages
from shared.kernel.errors import TryLater
from shared.ui.fields import answers_replace, token_renew
from shared.ui.messages import refusals_beside
from shared.ui.methods import form_of
from tenants.agencies.selectors import agency_by_code, agency_info
from tenants.billing.enums import InvoiceStatus
from tenants.billing.selectors import (
    events_unsettled,
    invoice_of,
    subscription_runs,
    subscription_summary,
    transfer_of,
)
from tenants.billing.services import payments
from tenants.billing.services.stripe_sync import subscription_reread
from tenants.billing.services.stripe_webhooks import event_replay

# The name of the button on a page that asks for a confirmation.
CONFIRMED = "confirmed"


@require_safe
@national_required
def show_bill(request: OversightRequest, code: str) -> HttpResponse:
    """Show an agency's plan, its usage, its invoices and the last Stripe events."""
    return _bill(request, code, PlanForm())


@form_of("agencies:show-bill", "code")
@operator_required
@recent_proof_required("agencies:show-bill", "code")
def assign_plan(request: OversightRequest, code: str) -> HttpResponse:
    """Assign another plan to an agency."""
    form = PlanForm(request.POST)
    if form.is_valid():
        with refusals_beside(form):
            payments.plan_assign(
                agency_code=code, plan_code=form.cleaned_data["plan"], actor=request.actor
            )
            return redirect_with_message(
                request, _("The plan has been changed."), "agencies:show-bill", code=code
            )
    return _bill(request, code, form)


@require_POST
@operator_required
@recent_proof_required("agencies:show-bill", "code")
def read_bill(request: OversightRequest, code: str) -> HttpResponse:
    """Compare an agency's stored payments with Stripe, and correct differences."""
    agency = agency_by_code(code)
    with refusals_as_messages(request):
        was_different = subscription_reread(agency_code=agency.code)
        messages.success(
            request,
            _("The differences have been corrected.")
            if was_different
            else _("There was no difference."),
        )
    return redirect("agencies:show-bill", code=code)


@reads_or_answers
@operator_required
@recent_proof_required()
def end_subscription(request: OversightRequest, code: str) -> HttpResponse:
    """End a subscription, after a confirmation."""
    agency = agency_by_code(code)
    form = EndForm(request.POST or None)
    is_valid = form.is_valid()
    if is_valid and CONFIRMED in request.POST:
        with refusals_beside(form):
            payments.subscription_end(
                agency_code=code, is_at_once=form.is_at_once, reason=form.cleaned_data["reason"],
                key=form.cleaned_data["token"], actor=request.actor,
            )  # fmt: skip
            return redirect_with_message(
                request,
                _("The subscription ends when you chose. The administrators get an e-mail."),
                "agencies:show-bill",
                code=code,
            )
    context = {"form": form, "agency": agency_info(agency), "summary": subscription_summary(agency)}
    return _page(
        request, "end", {**context, "runs": subscription_runs(agency=agency), "asks": is_valid}
    )


@reads_or_answers
@operator_required
@recent_proof_required()
def refund_invoice(request: OversightRequest, code: str, invoice_id: str) -> HttpResponse:
    """Refund a paid invoice, in part or fully, after a confirmation."""
    agency = agency_by_code(code)
    invoice = invoice_of(agency, invoice_id=invoice_id)
    form = RefundForm(request.POST or None, initial={"seen": invoice.refunded})
    refund = form.to_refund() if form.is_valid() else None
    if refund and CONFIRMED in request.POST:
        with refusals_beside(form):
            payments.invoice_refund(
                agency=agency, invoice_id=invoice_id, refund=refund,
                key=form.cleaned_data["token"], actor=request.actor,
            )  # fmt: skip
            return redirect_with_message(
                request, _("The refund has been started."), "agencies:show-bill", code=code
            )
    if form.is_bound:
        # The page shows the refunded amount as it is now, so the form must send the same amount.
        invoice = invoice_of(agency, invoice_id=invoice_id)
        answers_replace(form, seen=invoice.refunded)
    context = {"form": form, "agency": agency_info(agency), "invoice": invoice, "refund": refund}
    return _page(request, "refund", context)


@reads_or_answers
@operator_required
@recent_proof_required()
def settle_invoice(request: OversightRequest, code: str, invoice_id: str) -> HttpResponse:
    """Record that an invoice was paid by bank transfer."""
    agency = agency_by_code(code)
    invoice = invoice_of(agency, invoice_id=invoice_id)
    form = TransferForm(request.POST or None)
    is_open = invoice.status is InvoiceStatus.OPEN
    if is_open and form.is_valid():
        with refusals_beside(form):
            payments.invoice_settle(
                agency=agency, invoice_id=invoice_id, transfer=form.to_transfer(),
                key=form.cleaned_data["token"], actor=request.actor,
            )  # fmt: skip
            return redirect_with_message(
                request, _("The invoice counts as paid."), "agencies:show-bill", code=code
            )
    context = {"form": form, "agency": agency_info(agency), "invoice": invoice, "is_open": is_open}
    return _page(request, "settle", {**context, "transfer": transfer_of(invoice_id=invoice_id)})


@require_safe
@national_required
def list_events(request: OversightRequest) -> HttpResponse:
    """Show the dead Stripe events."""
    return _page(request, "events", {"events": events_unsettled()})


@require_POST
@operator_required
@recent_proof_required("agencies:list-events")
def replay_event(request: OversightRequest, event_id: str) -> HttpResponse:
    """Schedule a Stripe event to be processed again."""
    event_replay(event_id=event_id, actor=request.actor)
    messages.success(request, _("The event will be processed again in a moment."))
    if came_from := request.POST.get("bill", ""):
        return redirect("agencies:show-bill", code=agency_by_code(came_from).code)
    return redirect("agencies:list-events")


def _bill(request: OversightRequest, code: str, form: PlanForm) -> HttpResponse:
    agency = agency_by_code(code)
    return _page(
        request, "bill", {"agency": agency_info(agency), "bill": bill_of(agency), "form": form}
    )


def _page(request: OversightRequest, name: str, context: Mapping[str, object]) -> HttpResponse:
    form, may = context.get("form"), may_operate(request.user.role)
    refusal = getattr(form, "refusal", None)
    if isinstance(form, BaseForm) and refusal and not isinstance(refusal, TryLater):
        # After an error, the form needs a new token, because its next sending is a new act.
        token_renew(form)
    return oversight_page(request, f"agencies/{name}", {"may_operate": may, **context})
