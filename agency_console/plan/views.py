"""Pages of plan, seats and invoices, for administrators in every payment status."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext as _, gettext_lazy
from django.views.decorators.http import require_safe

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
from agency_console.plan.selectors import plan_page, seat_plan, tax_text
from shared.forms.views import reads_or_answers, redirect_with_message
from shared.kernel.errors import DomainError, TryLater
from shared.ui.fields import token_renew
from shared.ui.form_keys import with_input
from shared.ui.links import own_url
from shared.ui.messages import refusal_message, refusals_beside
from shared.ui.methods import form_of
from tenants.billing.enums import Collection, PlanKind
from tenants.billing.selectors import subscription_summary
from tenants.billing.services import payments
from tenants.billing.services.stripe_sync import subscription_reread
from tenants.billing.types import BillingDetails

PLAN = "plan:show-plan"
ENDING_MESSAGES = {
    True: gettext_lazy("Your subscription will end at the end of the paid period."),
    False: gettext_lazy("Your subscription goes on."),
}


@administrator_required
@require_safe
def show_plan(request: OfficerRequest) -> HttpResponse:
    """Show plan, use and invoices; the page works without Stripe."""
    page = plan_page(request.agency, waits="paid" in request.GET)
    return console_page(
        request, "agency_console/plan.html", {"page": page, "portal_form": TokenForm()}
    )


@administrator_required
@require_safe
def show_next_invoice(request: OfficerRequest) -> HttpResponse:
    """Show the next invoice, a part of the plan's page that htmx loads."""
    try:
        found: dict[str, object] = {"preview": payments.next_invoice(agency=request.agency)}
    except DomainError as refusal:
        found = {"refusal": refusal_message(refusal)}
    return console_page(
        request, "agency_console/plan_next.html", found, part="agency_console/plan_next_part.html"
    )


@administrator_required
@reads_or_answers
def change_details(request: OfficerRequest) -> HttpResponse:
    """Change the details on the invoices, such as name, tax number and address."""
    form = DetailsForm(
        request.POST or None, initial=asdict(subscription_summary(request.agency).details)
    )
    if form.is_valid():
        with refusals_beside(form):
            details = BillingDetails(**form.cleaned_data)
            payments.details_keep(agency=request.agency, details=details, actor=request.actor)
            to = "plan:subscribe" if "then" in request.GET else PLAN
            return redirect_with_message(request, _("The details have been saved."), to)
    return console_page(request, "agency_console/plan_details.html", {"form": form})


@administrator_required
@reads_or_answers
def subscribe(request: OfficerRequest) -> HttpResponse:
    """Order seats, by card or by bank transfer."""
    found = subscription_summary(request.agency)
    if found.plan.kind is PlanKind.AGREEMENT or (found.is_live and request.method != "POST"):
        return redirect(with_input(request, reverse(PLAN)))
    if not found.details.is_complete:
        return redirect(f"{reverse('plan:change-details')}?then")
    form = OrderForm(request.POST or None, initial={"seats": max(found.seats_used, 1)})
    if form.is_valid():
        with _refusals_beside(form):
            return _begin(request, form)
    plan = seat_plan()
    return console_page(
        request,
        "agency_console/plan_subscribe.html",
        {"form": form, "offer": plan, "subscription": found, "tax": tax_text(plan)},
    )


@administrator_required
@reads_or_answers
def change_seats(request: OfficerRequest) -> HttpResponse:
    """Show the price of a new number of seats, and change the number if the user agrees."""
    found, preview = subscription_summary(request.agency), None
    if not found.is_live:
        return redirect(with_input(request, reverse(PLAN)))
    form = SeatsForm(request.POST or None, initial={"seats": found.seats})
    if form.is_valid():
        seats, seen = form.cleaned_data["seats"], form.cleaned_data["seen"]
        with _refusals_beside(form):
            if seen is not None:
                payments.seats_change(**_order(request, form), seats=seats, seen=seen)
                return redirect_with_message(
                    request, _("The number of seats has been changed."), PLAN
                )
            preview = payments.seats_preview(agency=request.agency, seats=seats)
    return console_page(
        request,
        "agency_console/plan_seats.html",
        {"form": form, "subscription": found, "preview": preview, "tax": tax_text(found.plan)},
    )


@administrator_required
@reads_or_answers
def change_ending(request: OfficerRequest) -> HttpResponse:
    """End the subscription at the end of its period, or cancel this decision."""
    found = subscription_summary(request.agency)
    if not found.is_live:
        return redirect(with_input(request, reverse(PLAN)))
    initial = {"ends": "no" if found.ends_at_period_end else "yes"}
    form = EndingForm(request.POST or None, initial=initial)
    if form.is_valid():
        with _refusals_beside(form):
            # The opposite of the current state could be wrong, because a colleague may have
            # changed the state since the page was shown.
            ends = form.cleaned_data["ends"]
            payments.ending_change(**_order(request, form), ends=ends)
            return redirect_with_message(request, ENDING_MESSAGES[ends], PLAN)
    return console_page(
        request,
        "agency_console/plan_ending.html",
        {"form": form, "subscription": found, "is_to_end": form["ends"].value() == "yes"},
    )


@form_of(PLAN)
@administrator_required
def open_portal(request: OfficerRequest) -> HttpResponse:
    """Show a link to Stripe's page with cards and billing documents."""
    form = TokenForm(request.POST)
    if form.is_valid():
        with _refusals_beside(form):
            url = payments.portal_begin(
                **_order(request, form), back_url=own_url(request, reverse(PLAN))
            )
            return console_page(request, "agency_console/plan_go_on.html", {"url": url})
    return console_page(request, "agency_console/plan_go_on.html", {"form": form})


@administrator_required
@require_safe
def come_back(request: OfficerRequest) -> HttpResponse:
    """Read the subscription from Stripe, if Stripe answers, and redirect to the plan."""
    with suppress(DomainError):
        subscription_reread(agency_code=request.agency.code)
    return redirect(f"{reverse(PLAN)}?paid")


@contextmanager
def _refusals_beside(form: TokenForm) -> Iterator[None]:
    """Show a refusal; also renew the token, unless the order may have been executed."""
    with refusals_beside(form):
        try:
            yield
        except TryLater:
            raise
        except DomainError:
            token_renew(form)
            raise


def _begin(request: OfficerRequest, form: OrderForm) -> HttpResponse:
    plan, seats = seat_plan(), form.cleaned_data["seats"]
    order = {**_order(request, form), "plan_code": plan.code if plan else "", "seats": seats}
    if form.cleaned_data["collection"] is Collection.TRANSFER:
        payments.invoicing_begin(**order)
        return redirect_with_message(
            request, _("Your seats are available. The first invoice is sent by e-mail."), PLAN
        )
    url = payments.checkout_begin(
        **order,
        language=get_language() or "fr",
        done_url=own_url(request, reverse("plan:come-back")),
        back_url=own_url(request, reverse(PLAN)),
    )
    # The page shows a link, because the browser would refuse a redirect of a form to another host
    # (form-action).
    return console_page(request, "agency_console/plan_go_on.html", {"url": url, "pays": True})


def _order(request: OfficerRequest, form: TokenForm) -> dict[str, Any]:
    """Return agency, actor and the key by which a second click makes no second order."""
    return {
        "agency": request.agency,
        "key": str(form.cleaned_data["token"]),
        "actor": request.actor,
    }
