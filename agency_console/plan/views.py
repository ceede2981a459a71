"""Plan, seats and invoices, for administrators: however the agency stands towards its bill."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agency_console.access.views import (
    OfficerRequest,
    administrator_required,
    console_page,
)
from agency_console.plan.forms import (
    DetailsForm,
    EndingForm,
    OrderForm,
    SeatsForm,
    TokenForm,
)
from agency_console.plan.selectors import offer, plan_page
from agency_console.plan.types import Order
from shared.kernel.errors import DomainError, TryLater
from shared.ui.fields import token_renew
from shared.ui.links import own_url
from shared.ui.messages import refusal_message, refusals_beside
from tenants.billing.enums import Collection, PlanKind
from tenants.billing.selectors import subscription_summary
from tenants.billing.services import payments
from tenants.billing.services.stripe_sync import subscription_reread

reads_or_answers = require_http_methods(["GET", "HEAD", "POST"])


@administrator_required
@require_safe
def show_plan(request: OfficerRequest) -> HttpResponse:
    """Plan, use, invoices. Asks Stripe nothing: it is there while Stripe is not."""
    page = plan_page(request.agency, waits="paid" in request.GET)
    context = {"page": page, "portal_form": TokenForm()}
    return console_page(request, "agency_console/plan.html", context)


@administrator_required
@require_safe
def show_next_invoice(request: OfficerRequest) -> HttpResponse:
    """The invoice that comes next, asked for beside the page."""
    context: dict[str, object] = {}
    try:
        context["preview"] = payments.next_invoice(agency=request.agency)
    except DomainError as refusal:
        context["refusal"] = refusal_message(refusal)
    return console_page(request, "agency_console/plan_next.html", context)


@administrator_required
@reads_or_answers
def change_details(request: OfficerRequest) -> HttpResponse:
    """How invoices are headed."""
    known = asdict(subscription_summary(request.agency).details)
    form = DetailsForm(request.POST or None, initial=known)
    if form.is_valid():
        with refusals_beside(form):
            payments.details_keep(
                agency=request.agency, details=form.to_details(), actor=request.actor
            )
            messages.success(request, _("The details have been saved."))
            return redirect("plan:subscribe" if "then" in request.GET else "plan:show-plan")
    return console_page(request, "agency_console/plan_details.html", {"form": form})


@administrator_required
@reads_or_answers
def subscribe(request: OfficerRequest) -> HttpResponse:
    """Take seats, by card or by bank transfer."""
    look = subscription_summary(request.agency)
    is_covered = look.plan.kind is PlanKind.AGREEMENT
    if is_covered or (look.is_live and request.method != "POST"):
        return redirect("plan:show-plan")
    if not look.details.is_complete:
        return redirect(f"{reverse('plan:change-details')}?then")
    form = OrderForm(request.POST or None, initial={"seats": max(look.seats_used, 1)})
    if form.is_valid():
        with _refusals_beside(form):
            return _ordered(request, form.to_order())
    plan, language = offer(), get_language() or "fr"
    tax = plan.tax(language) if plan else ""
    context = {"form": form, "offer": plan, "look": look, "tax": tax}
    return console_page(request, "agency_console/plan_subscribe.html", context)


@administrator_required
@reads_or_answers
def change_seats(request: OfficerRequest) -> HttpResponse:
    """First what it costs, then whether that is agreed to."""
    look, preview = subscription_summary(request.agency), None
    if not look.is_live:
        return redirect("plan:show-plan")
    form = SeatsForm(request.POST or None, initial={"seats": look.seats})
    if form.is_valid():
        order = form.to_order()
        with _refusals_beside(form):
            if order.seen is not None:
                payments.seats_change(
                    agency=request.agency, seats=order.seats, seen=order.seen,
                    key=order.token, actor=request.actor,
                )  # fmt: skip
                messages.success(request, _("The number of seats has been changed."))
                return redirect("plan:show-plan")
            preview = payments.seats_preview(agency=request.agency, seats=order.seats)
    tax = look.plan.tax(get_language() or "fr")
    context = {"form": form, "look": look, "preview": preview, "tax": tax}
    return console_page(request, "agency_console/plan_seats.html", context)


@administrator_required
@reads_or_answers
def change_ending(request: OfficerRequest) -> HttpResponse:
    """Let the subscription end with its period, or take that back."""
    look = subscription_summary(request.agency)
    if not look.is_live:
        return redirect("plan:show-plan")
    initial = {"ends": "no" if look.ends_at_period_end else "yes"}
    form = EndingForm(request.POST or None, initial=initial)
    if form.is_valid():
        with _refusals_beside(form):
            # What the page said, and not the opposite of what is so now: a colleague was faster.
            ends = form.cleaned_data["ends"]
            payments.ending_change(
                agency=request.agency, ends=ends, key=form.to_token(), actor=request.actor
            )
            messages.success(request, _("Your subscription ends with its period.") if ends
                             else _("Your subscription goes on."))  # fmt: skip
            return redirect("plan:show-plan")
    return console_page(request, "agency_console/plan_ending.html", {"form": form, "look": look})


@administrator_required
@require_POST
def open_portal(request: OfficerRequest) -> HttpResponse:
    """Stripe's page where cards and papers are kept."""
    form = TokenForm(request.POST)
    if form.is_valid():
        with _refusals_beside(form):
            url = payments.portal_begin(
                agency=request.agency, back_url=_absolute(request, "plan:show-plan"),
                key=form.to_token(), actor=request.actor,
            )  # fmt: skip
            return console_page(request, "agency_console/plan_go_on.html", {"url": url})
    return console_page(request, "agency_console/plan_go_on.html", {"form": form})


@administrator_required
@require_safe
def come_back(request: OfficerRequest) -> HttpResponse:
    """Back from Stripe's page: what was done there is read at once, if Stripe answers."""
    with suppress(DomainError):
        subscription_reread(agency_code=request.agency.code)
    return redirect(f"{reverse('plan:show-plan')}?paid")


@contextmanager
def _refusals_beside(form: TokenForm) -> Iterator[None]:
    """Beside the form; sent again it is another order, unless this one has perhaps been done."""
    with refusals_beside(form):
        try:
            yield
        except TryLater:
            raise
        except DomainError:
            token_renew(form)
            raise


def _ordered(request: OfficerRequest, order: Order) -> HttpResponse:
    plan = offer()
    code = plan.code if plan else ""
    if order.collection is Collection.TRANSFER:
        payments.invoicing_begin(
            agency=request.agency, plan_code=code, seats=order.seats, key=order.token,
            actor=request.actor,
        )  # fmt: skip
        messages.success(request, _("Your seats are there. The first invoice comes by e-mail."))
        return redirect("plan:show-plan")
    url = payments.checkout_begin(
        agency=request.agency, plan_code=code, seats=order.seats, key=order.token,
        language=get_language() or "fr", done_url=_absolute(request, "plan:come-back"),
        back_url=_absolute(request, "plan:show-plan"), actor=request.actor,
    )  # fmt: skip
    # A link and no redirect: a form of ours may lead to no other host (form-action).
    return console_page(request, "agency_console/plan_go_on.html", {"url": url, "pays": True})


def _absolute(request: OfficerRequest, name: str) -> str:
    return own_url(request, reverse(name))
