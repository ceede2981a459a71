"""Queries about plans, seats, invoices and events of Stripe."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shared.accounts.selectors import officers
from shared.kernel import clock
from shared.kernel.text import Wording
from shared.rows.selectors import first_or_refuse
from shared.ui.types import Tone
from tenants.billing.enums import (
    Collection,
    EventState,
    InvoiceStatus,
    PlanKind,
    SubscriptionStatus,
)
from tenants.billing.errors import InvoiceNotFound, PlanNotFound
from tenants.billing.models import Invoice, Plan, StripeEvent, Subscription
from tenants.billing.types import (
    ASKING,
    BillingDetails,
    InvoiceRow,
    InvoiceSummary,
    PlanSummary,
    StripeEventSummary,
    SubscriptionSummary,
    Transfer,
)
from tenants.isolation.schema_switch import agency_context, national_context
from tenants.models import Agency, AgencyUsage
from tenants.models.enums import AgencyState

# The plan of all agencies in an installation that has loaded no plans.
UNLIMITED = PlanSummary(
    code="",
    kind=PlanKind.FREE,
    names=Wording(ar="بلا حدود", fr="Sans limite", en="Without limit"),
    taxes=Wording(ar="", fr="", en=""),
    has_custom_host=True,
)
DETAILS = (
    "legal_name", "tax_id", "address", "city", "postal_code", "email", "purchase_order",
)  # fmt: skip
# After this time an order for seats is complete or its process has crashed; the limit ends.
SEATS_ASKED_LIFETIME = timedelta(minutes=10)

STATUS_TONES = {
    SubscriptionStatus.ACTIVE: Tone.OK,
    SubscriptionStatus.TRIALING: Tone.OK,
    SubscriptionStatus.INCOMPLETE: Tone.WARN,
    SubscriptionStatus.PAST_DUE: Tone.WARN,
    SubscriptionStatus.UNPAID: Tone.BAD,
}
INVOICE_TONES = {
    InvoiceStatus.PAID: Tone.OK,
    InvoiceStatus.OPEN: Tone.WARN,
    InvoiceStatus.UNCOLLECTIBLE: Tone.BAD,
}


def plan_summary(row: Plan) -> PlanSummary:
    """Return the row of a plan as frozen data."""
    return PlanSummary(
        code=row.code,
        kind=PlanKind(row.kind),
        names=Wording(ar=row.name_ar, fr=row.name_fr, en=row.name_en),
        unit_amount=row.unit_amount,
        currency=row.currency,
        lookup_key=row.lookup_key,
        seats=row.seats,
        storage_bytes=row.storage_bytes,
        api_calls=row.api_calls,
        has_custom_host=row.has_custom_host,
        is_offered=row.is_offered,
        taxes=Wording(ar=row.tax_ar, fr=row.tax_fr, en=row.tax_en),
    )


def plans_offered() -> list[PlanSummary]:
    """Return the offered plans in the order of the file of plans."""
    with national_context():
        return [
            plan_summary(row)
            for row in Plan.objects.filter(is_offered=True).order_by("position", "code")
        ]


def plan_by_code(code: str) -> PlanSummary:
    """Return an offered plan. Raises ``PlanNotFound``."""
    with national_context():
        rows = Plan.objects.filter(is_offered=True, code=code)
        return plan_summary(first_or_refuse(rows, PlanNotFound(code)))


def plan_free() -> PlanSummary:
    """Return the free plan, or a plan without limits if no plans are loaded."""
    return next((plan for plan in plans_offered() if plan.kind is PlanKind.FREE), UNLIMITED)


def subscription_row(agency: Agency) -> Subscription | None:
    """Return the subscription row of an agency, with its plan; ``None`` if there is none."""
    return Subscription.objects.select_related("plan", "agency").filter(agency_id=agency.pk).first()


def subscription_runs(*, agency: Agency) -> bool:
    """Return whether an agency's subscription is live or waits for its first payment."""
    return Subscription.objects.filter(agency_id=agency.pk, status__in=ASKING).exists()


def subscription_summary(agency: Agency) -> SubscriptionSummary:
    """Return an agency's plan, payments and usage; people are counted in the agency's schema."""
    used = seats_used(agency)
    with national_context():
        row = subscription_row(agency)
        usage = AgencyUsage.objects.filter(agency_id=agency.pk).first()
        plan = plan_summary(row.plan) if row else plan_free()
        paid = row.unit_amount if row else None
        return SubscriptionSummary(
            agency_code=agency.code,
            plan=plan,
            status=_shown_status(row),
            collection=Collection(row.collection) if row else Collection.CARD,
            seats=seat_limit(row, plan),
            seats_used=used,
            storage_used=usage.file_bytes if usage else None,
            period_ends_at=row.period_ends_at if row else None,
            ends_at_period_end=row.ends_at_period_end if row else False,
            read_at=row.read_at if row else None,
            details=billing_details_of(row),
            has_customer=bool(row and row.customer_id),
            unit_amount=plan.unit_amount if paid is None else paid,
            currency=(row.currency if row else "") or plan.currency,
            end_reason=row.end_reason if row else "",
        )


def _shown_status(row: Subscription | None) -> SubscriptionStatus:
    """Return a subscription's status to show.

    A late subscription is shown as active if bank transfers pay for it and no invoice is overdue.
    """
    if row is None:
        return SubscriptionStatus.NONE
    if (
        row.status in (SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID)
        and row.collection == Collection.TRANSFER
        and row.past_due_since is None
    ):
        return SubscriptionStatus.ACTIVE
    return SubscriptionStatus(row.status)


def billing_details_of(row: Subscription | None) -> BillingDetails:
    """Return the billing details of a subscription row; blank details if there is no row."""
    if row is None:
        return BillingDetails()
    return BillingDetails(**{name: getattr(row, name) for name in DETAILS})


def seats_used(agency: Agency) -> int:
    """Return how many people may sign in at an agency; 0 if the agency was destroyed."""
    if agency.state == AgencyState.DESTROYED:
        return 0
    with agency_context(agency):
        return officers().count()


def seat_limit(row: Subscription | None, plan: PlanSummary) -> int | None:
    """Return the limit of seats, or a smaller number that is being ordered; ``None``: no limit."""
    limit = _limit(row, plan)
    if limit is None or row is None or row.seats_asked is None or row.seats_asked_at is None:
        return limit
    return (
        min(limit, row.seats_asked)
        if clock.now() - row.seats_asked_at < SEATS_ASKED_LIFETIME
        else limit
    )


def _limit(row: Subscription | None, plan: PlanSummary) -> int | None:
    """Return the plan's fixed number of seats, or the paid number, or the free plan's number."""
    if plan.kind is not PlanKind.SEATS:
        return plan.seats
    if row is not None and row.seats is not None:
        return row.seats
    return plan_free().seats


def invoices_of(agency: Agency) -> list[InvoiceSummary]:
    """Return the invoices of an agency, latest first."""
    with national_context():
        return [
            invoice_summary(row)
            for row in Invoice.objects.filter(subscription_id=agency.pk).order_by(
                "-created_at", "-id"
            )
        ]


def invoice_of(agency: Agency, *, invoice_id: str) -> InvoiceSummary:
    """Return an invoice of an agency. Raises ``InvoiceNotFound``, also for another agency's."""
    with national_context():
        rows = Invoice.objects.filter(subscription_id=agency.pk, pk=invoice_id)
        return invoice_summary(first_or_refuse(rows, InvoiceNotFound(invoice_id)))


def transfer_of(*, invoice_id: str) -> Transfer | None:
    """Return the bank transfer that an operator recorded for an invoice, or ``None``."""
    with national_context():
        row = Invoice.objects.filter(pk=invoice_id).first()
    if row is None or row.transfer_on is None:
        return None
    return Transfer(reference=row.transfer_reference, value_on=row.transfer_on)


def invoice_owed(agency: Agency) -> InvoiceSummary | None:
    """Return an agency's oldest overdue invoice, or ``None`` if no payment is late."""
    if agency.owes_since is None:
        return None
    since = agency.owes_since
    still = (one for one in invoices_of(agency) if one.status is InvoiceStatus.OPEN)
    return next(
        (one for one in still if clock.civil_day(one.due_at or one.created_at) == since), None
    )


def invoice_summary(row: Invoice) -> InvoiceSummary:
    """Return the row of an invoice as frozen data."""
    return InvoiceSummary(
        id=row.pk,
        number=row.number,
        status=InvoiceStatus(row.status),
        currency=row.currency,
        total=row.total,
        paid=row.paid,
        remaining=row.remaining,
        refunded=row.refunded,
        created_at=row.created_at,
        due_at=row.due_at,
        paid_at=row.paid_at,
        page_url=row.page_url,
        pdf_url=row.pdf_url,
        is_paid_elsewhere=row.is_paid_elsewhere,
    )


def subscription_status_text(summary: SubscriptionSummary) -> str:
    """Return a subscription's status in words; "running" if active and paid by transfer."""
    is_invoiced = summary.collection is Collection.TRANSFER
    is_running = summary.status is SubscriptionStatus.ACTIVE and is_invoiced
    return _("Running") if is_running else str(summary.status.label)


def payment_text(summary: SubscriptionSummary) -> str:
    """Return the way in which a subscription is paid, in words."""
    return (
        _("to be paid by bank transfer, on invoice")
        if summary.collection is Collection.TRANSFER
        else str(summary.collection.label)
    )


def status_tone(status: SubscriptionStatus) -> Tone:
    """Return the tone in which the status of a subscription is shown."""
    return STATUS_TONES.get(status, Tone.CALM)


def invoice_row(invoice: InvoiceSummary) -> InvoiceRow:
    """Return an invoice with its status in words and a tone; an overdue invoice is "late"."""
    if (
        invoice.status is InvoiceStatus.OPEN
        and invoice.due_at is not None
        and invoice.due_at < clock.now()
    ):
        return InvoiceRow(invoice=invoice, status=_("Late"), tone=Tone.BAD)
    return InvoiceRow(
        invoice=invoice,
        status=str(invoice.status.label),
        tone=INVOICE_TONES.get(invoice.status, Tone.CALM),
    )


def paying_agencies() -> list[str]:
    """Return the codes of the agencies that are customers of Stripe and not destroyed."""
    return list(
        Subscription.objects.exclude(customer_id="")
        .exclude(agency__state=AgencyState.DESTROYED)
        .order_by("agency__code")
        .values_list("agency__code", flat=True)
    )


def events_unsettled() -> list[StripeEventSummary]:
    """Return the latest 200 dead events of Stripe, latest first."""
    return _event_summaries(StripeEvent.objects.filter(state=EventState.DEAD))


def events_to_replay(*, is_dead: bool, since: datetime | None) -> list[str]:
    """Return the ids of dead events if ``is_dead``, and of all events since a time, if given."""
    rows = StripeEvent.objects.order_by("received_at", "id")
    chosen = Q(state=EventState.DEAD) if is_dead else Q(pk__in=[])
    if since is not None:
        chosen |= Q(received_at__gte=since)
    return list(rows.filter(chosen).values_list("pk", flat=True))


def events_of(agency: Agency, *, most: int = 20) -> list[StripeEventSummary]:
    """Return the latest events of Stripe about an agency, at most ``most``, latest first."""
    row = subscription_row(agency)
    if row is None or not row.customer_id:
        return []
    return _event_summaries(StripeEvent.objects.filter(customer_id=row.customer_id), most=most)


def _event_summaries(rows: QuerySet[StripeEvent], *, most: int = 200) -> list[StripeEventSummary]:
    found = list(rows.order_by("-received_at", "-id")[:most])
    customers = Subscription.objects.filter(
        customer_id__in={row.customer_id for row in found if row.customer_id}
    )
    codes = dict(customers.values_list("customer_id", "agency__code"))
    return [
        StripeEventSummary(
            id=row.pk,
            type=row.type,
            agency_code=codes.get(row.customer_id, ""),
            state=EventState(row.state),
            attempts=row.attempts,
            fault=row.fault,
            created_at=row.created_at,
            received_at=row.received_at,
        )
        for row in found
    ]
