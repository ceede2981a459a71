"""Changes of plans, seats and billing details that need no call to Stripe."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import get_language

from shared.audit.services import audit_record
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.reference_data.files import Entry, LoadReport, file_entries
from shared.reference_data.wordings import wording_columns, wording_in
from tenants.billing.enums import Capability, EventState, PlanKind, SubscriptionStatus
from tenants.billing.errors import (
    InvalidTaxId,
    NoSeatLeft,
    PlansDataInvalid,
    SubscriptionRuns,
    TooFewSeats,
)
from tenants.billing.models import Plan, StripeEvent, Subscription
from tenants.billing.permissions import entitlements
from tenants.billing.selectors import (
    DETAILS,
    plan_free,
    plan_summary,
    plans_offered,
    seat_limit,
    seats_used,
    subscription_row,
)
from tenants.billing.types import ASKING, BillingDetails, PlanSummary
from tenants.isolation.schema_switch import national_context
from tenants.models import Agency

GIGABYTE = 1024**3
EVENTS_LIFE = timedelta(days=90)
TAX_ID_DIGITS = 15


@transaction.atomic
def plans_load(*, actor: Actor) -> LoadReport:
    """Load the plans from the file ``plans.toml``; plans missing there are no longer offered.

    Raises ``PlansDataInvalid``.
    """
    entries = file_entries(
        "tenants.billing", "plans.toml", table="plan", key="code", invalid=PlansDataInvalid
    )
    if [entry["kind"] for entry in entries].count(PlanKind.FREE) != 1:
        raise PlansDataInvalid("one plan must be free, and one only")
    codes = {entry["code"] for entry in entries}
    before = {row.pk: plan_summary(row) for row in Plan.objects.all()}
    for position, entry in enumerate(entries):
        Plan.objects.update_or_create(code=entry["code"], defaults=_columns(entry, position))
    gone = Plan.objects.filter(is_offered=True).exclude(pk__in=codes).update(is_offered=False)
    after = {row.pk: plan_summary(row) for row in Plan.objects.all()}
    changed = [code for code, summary in after.items() if before.get(code) != summary]
    for code in changed:
        audit_record(actor=actor, action="plan.loaded", subject=f"plan {code}")
    created = len(after) - len(before)
    updated = len(changed) - created - gone
    return LoadReport(
        created=created,
        updated=updated,
        unchanged=len(entries) - created - updated,
        deactivated=gone,
    )


@transaction.atomic
def plan_set(*, agency: Agency, plan: PlanSummary, actor: Actor) -> Subscription:
    """Set the plan of an agency. Raises ``SubscriptionRuns`` if ``subscription_runs`` is true."""
    row = subscription_locked(agency)
    if row.status in ASKING:
        raise SubscriptionRuns(agency.code)
    row.plan_id, row.seats = plan.code, None
    row.save(update_fields=["plan", "seats"])
    audit_record(actor=actor, action="plan.assigned", subject=f"agency {agency.code} {plan.code}")
    return row


@transaction.atomic
def plan_begin(*, agency: Agency, plan_code: str, actor: Actor) -> None:
    """Set the plan that was chosen in the request for a new workspace.

    A plan of seats, which needs a payment, and a plan that is not offered are ignored, because the
    creation of the workspace must not fail at its last step.
    """
    plan = next((one for one in plans_offered() if one.code == plan_code), None)
    if plan is not None and plan.kind is not PlanKind.SEATS:
        plan_set(agency=agency, plan=plan, actor=actor)


def details_change(*, agency: Agency, details: BillingDetails, actor: Actor) -> None:
    """Save the billing details of an agency. Raises ``InvalidTaxId``."""
    if details.tax_id and not (
        len(details.tax_id) == TAX_ID_DIGITS
        and details.tax_id.isascii()
        and details.tax_id.isdigit()
    ):
        raise InvalidTaxId(field="tax_id")
    with national_context(), transaction.atomic():
        row = subscription_locked(agency)
        for name in DETAILS:
            setattr(row, name, getattr(details, name))
        row.save(update_fields=list(DETAILS))
        audit_record(actor=actor, action="billing.details", subject=f"agency {agency.code}")


@transaction.atomic
def subscription_forget(*, agency: Agency) -> None:
    """Erase the billing details of a destroyed agency; keep its invoices and its customer id.

    The payloads of Stripe's events about the agency are erased too, because they name people.
    """
    row = Subscription.objects.select_for_update().filter(agency_id=agency.pk).first()
    if row is None:
        return
    for name in DETAILS:
        setattr(row, name, "")
    if row.status != SubscriptionStatus.NONE:
        row.status = SubscriptionStatus.CANCELED
    row.past_due_since, row.end_reason = None, ""
    row.save(update_fields=[*DETAILS, "status", "past_due_since", "end_reason"])
    if row.customer_id:
        StripeEvent.objects.filter(customer_id=row.customer_id).update(payload=None)


def seat_claim(*, agency: Agency) -> None:
    """Require a free seat for one more person, in the transaction that adds the person.

    The seat count is locked until that transaction ends, so two people cannot get the last seat.
    Raises ``LimitedUntilPaid``, ``WorkspaceClosed``, ``NoSeatLeft``.
    """
    entitlements.require(agency, Capability.ADD_STAFF, today=clock.today())
    with national_context():
        seats_locked(agency)
        row = subscription_row(agency)
        plan = plan_summary(row.plan) if row else plan_free()
        limit = seat_limit(row, plan)
    used = seats_used(agency)
    if limit is not None and used >= limit:
        raise NoSeatLeft(
            agency.code,
            values={"plan": plan.name(get_language() or ""), "used": used, "seats": limit},
        )


def seats_require_enough(*, agency: Agency, seats: int) -> None:
    """Require at least as many seats as people who may sign in. Raises ``TooFewSeats``."""
    used = seats_used(agency)
    if seats < used:
        raise TooFewSeats(agency.code, values={"used": used, "seats": seats})


def seats_hold(*, agency: Agency, seats: int) -> None:
    """Limit an agency to the seats being ordered, until ``seats_release`` or for ten minutes.

    The seat count is locked only in this call. Raises ``TooFewSeats``.
    """
    with national_context(), transaction.atomic():
        seats_locked(agency)
        seats_require_enough(agency=agency, seats=seats)
        Subscription.objects.filter(agency_id=agency.pk).update(
            seats_asked=seats, seats_asked_at=clock.now()
        )


def seats_release(*, agency: Agency) -> None:
    """End the limit to the seats being ordered, so that the seats read from Stripe count."""
    Subscription.objects.filter(agency_id=agency.pk).update(seats_asked=None, seats_asked_at=None)


def events_forget() -> int:
    """Delete settled events of Stripe after ninety days, because they name people."""
    return (
        StripeEvent.objects.filter(settled_at__lt=clock.now() - EVENTS_LIFE)
        .exclude(state=EventState.DEAD)
        .delete()[0]
    )


def seats_locked(agency: Agency) -> None:
    """Lock the seat count of an agency until this transaction ends."""
    # FOR UPDATE would block citizens from filing requests, because a route refers to this row.
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)


def subscription_locked(agency: Agency) -> Subscription:
    """Lock and return the subscription row of an agency; create the row if it is missing."""
    if not (free_code := plan_free().code):
        raise PlansDataInvalid("no plan has been loaded")
    Subscription.objects.get_or_create(agency_id=agency.pk, defaults={"plan_id": free_code})
    # A join to the plan would not find a row whose plan is being changed.
    return Subscription.objects.select_for_update().get(agency_id=agency.pk)


def _columns(entry: Entry, position: int) -> dict[str, object]:
    storage = entry.get("storage_gb")
    return {
        "kind": entry["kind"],
        **wording_columns("name", wording_in(entry, "name")),
        "unit_amount": entry.get("unit_amount", 0),
        "currency": entry.get("currency", "mad"),
        **wording_columns("tax", wording_in(entry, "tax", is_required=False)),
        "lookup_key": entry.get("lookup_key", ""),
        "seats": entry.get("seats"),
        "storage_bytes": None if storage is None else storage * GIGABYTE,
        "api_calls": entry.get("api_calls"),
        "has_custom_host": entry.get("has_custom_host", False),
        "is_offered": True,
        "position": position,
    }
