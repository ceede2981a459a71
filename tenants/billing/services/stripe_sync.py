"""Synchronisation of an agency's payments from Stripe.

No row is locked during a call to Stripe. ``readings`` counts the saved answers; if another process
has saved an answer meanwhile, that answer may be newer, and Stripe is called again. E-mails and
audit entries are made from the differences between the row and the answer, in the transaction that
saves the answer, so that each difference counts once.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from prometheus_client import Counter

from shared.audit.services import audit_record
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.agencies.selectors import address_book_clear
from tenants.billing.enums import InvoiceStatus, PaymentChange, PlanKind, SubscriptionStatus
from tenants.billing.models import Invoice, Plan, Subscription
from tenants.billing.selectors import invoice_summary, plan_free
from tenants.billing.services import stripe_client
from tenants.billing.services.client_timeouts import PAGE_TIMEOUTS, WORKER_TIMEOUTS, Timeouts
from tenants.billing.services.payment_mail import payment_mail_queue
from tenants.billing.types import ASKING, LIVE, CustomerReading, InvoiceSummary, SubscriptionReading
from tenants.isolation.schema_switch import national_context
from tenants.models import Agency
from tenants.models.enums import AgencyState

logger = logging.getLogger(__name__)

RECONCILED_COUNT = Counter(
    "insaf_billing_mended_total", "Agencies whose payments a reconciliation mended"
)
OWING = frozenset({SubscriptionStatus.PAST_DUE, SubscriptionStatus.UNPAID})
NOT_YET_DUE = LIVE - OWING | {SubscriptionStatus.INCOMPLETE, SubscriptionStatus.INCOMPLETE_EXPIRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class _PaymentEvent:
    turn: PaymentChange
    invoice: InvoiceSummary | None = None
    amount: int = 0
    words: str = ""


def subscription_reread(*, agency_code: str, timeouts: Timeouts = PAGE_TIMEOUTS) -> bool:
    """Read an agency's payments from Stripe and save them; return whether they have changed.

    Nothing is saved if ``tenants.billing.services.stripe_client`` raises an error.
    """
    with national_context():
        row = Subscription.objects.filter(agency__code=agency_code).first()
        return row is not None and bool(row.customer_id) and row_reread(row, timeouts=timeouts)


def subscription_reconcile(*, agency_code: str) -> bool:
    """Reread an agency's payments; return whether they have changed; count a change in a metric."""
    if was_mended := subscription_reread(agency_code=agency_code, timeouts=WORKER_TIMEOUTS):
        RECONCILED_COUNT.inc()
        logger.warning("billing mended: %s", agency_code)
    return was_mended


def customer_reread(*, customer_id: str) -> bool:
    """Reread a Stripe customer's payments; return ``False`` if no existing agency has this id."""
    row = (
        Subscription.objects.select_related("agency").filter(customer_id=customer_id).first()
        if customer_id
        else None
    )
    if row is None:
        return False
    if row.agency.state == AgencyState.DESTROYED:
        # A destroyed agency had no subscription, so a person must check why Stripe sends events.
        logger.warning("stripe tells of a destroyed agency: %s", row.agency.code)
        return False
    row_reread(row, timeouts=WORKER_TIMEOUTS)
    return True


def row_reread(row: Subscription, *, timeouts: Timeouts = PAGE_TIMEOUTS) -> bool:
    """Read the payments from Stripe, save them in the table; return whether they have changed."""
    # The count is read from the table, because ``row`` may be old.
    seen = first = Subscription.objects.values_list("readings", flat=True).get(pk=row.pk)
    # After two answers of other processes no further call is needed, because the second answer's
    # call began after the call of this process.
    while seen < first + 2:
        reading = stripe_client.customer_read(customer_id=row.customer_id, timeouts=timeouts)
        with transaction.atomic():
            # A join to the plan would not find a row whose plan is being changed.
            locked = Subscription.objects.select_for_update().get(pk=row.pk)
            if locked.readings == seen:
                return _written(locked, reading)
        seen = locked.readings
    return False


def _written(row: Subscription, reading: CustomerReading) -> bool:
    if reading.live > 1:
        logger.error("two subscriptions run at once: %s", row.agency.code)
    if reading.live and row.plan.kind == PlanKind.AGREEMENT:
        logger.error("seats are paid for under an agreement: %s", row.agency.code)
    known = {one.pk: invoice_summary(one) for one in Invoice.objects.filter(subscription=row)}
    found = {one.id: one for one in reading.invoices}
    differences = [*_differences(row, reading), *_of_invoices(known, found)]
    was_different = _row_written(row, reading) or known != found
    _invoices_written(row, known, found)
    for one in differences:
        _told(one, row)
    return was_different


def _differences(row: Subscription, reading: CustomerReading) -> Iterator[_PaymentEvent]:
    now = reading.subscription
    was_live, is_live = row.status in LIVE, now is not None and now.status in LIVE
    owed, unpaid = row.past_due_since is not None, _oldest_owed(reading)
    if is_live and not was_live:
        yield _PaymentEvent(turn=PaymentChange.STARTED, words=str(now.seats if now else ""))
    if was_live and is_live and now and row.seats != now.seats:
        yield _PaymentEvent(turn=PaymentChange.SEATS, words=f"{row.seats} -> {now.seats}")
    if unpaid and not owed:
        yield _PaymentEvent(turn=PaymentChange.FAILED, invoice=unpaid, amount=unpaid.remaining)
    if owed and not unpaid:
        yield _PaymentEvent(turn=PaymentChange.RECOVERED)
    if is_live and now and now.ends_at_period_end != (was_live and row.ends_at_period_end):
        yield _PaymentEvent(
            turn=PaymentChange.ENDING if now.ends_at_period_end else PaymentChange.RESUMED
        )
    if was_live and not is_live:
        yield _PaymentEvent(turn=PaymentChange.ENDED)


def _of_invoices(
    known: Mapping[str, InvoiceSummary], found: Mapping[str, InvoiceSummary]
) -> Iterator[_PaymentEvent]:
    """Yield the payments and refunds that are new in ``found``, the oldest invoice first."""
    for one in sorted(found.values(), key=lambda invoice: (invoice.created_at, invoice.id)):
        before = known.get(one.id)
        was_paid = before is not None and before.status is InvoiceStatus.PAID
        # An invoice with a total of 0 is paid from the start, without a payment.
        if one.status is InvoiceStatus.PAID and not was_paid and one.total > 0:
            yield _PaymentEvent(turn=PaymentChange.RECEIVED, invoice=one, words=one.number)
        if (returned := one.refunded - (before.refunded if before else 0)) > 0:
            yield _PaymentEvent(
                turn=PaymentChange.REFUNDED,
                invoice=one,
                amount=returned,
                words=f"{one.number} {returned}",
            )


def _row_written(row: Subscription, reading: CustomerReading) -> bool:
    now = reading.subscription
    is_live = now is not None and now.status in LIVE
    owed = _oldest_owed(reading)
    columns: dict[str, object] = {
        "plan_id": _plan_code(row, now if is_live else None),
        "seats": now.seats if now and is_live else None,
        "unit_amount": now.unit_amount if now and is_live else None,
        "currency": now.currency if now and is_live else "",
        "status": now.status if now else SubscriptionStatus.NONE,
        "collection": now.collection if now else row.collection,
        "subscription_id": now.id if now else "",
        "item_id": now.item_id if now else "",
        "period_ends_at": now.period_ends_at if now else None,
        "ends_at_period_end": now.ends_at_period_end if now and is_live else False,
        "past_due_since": clock.civil_day(owed.due_at or owed.created_at) if owed else None,
        "end_reason": "" if _goes_on(row, now) else row.end_reason,
    }
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    for name, value in columns.items():
        setattr(row, name, value)
    row.read_at, row.readings = clock.now(), row.readings + 1
    row.save(
        update_fields=[
            *("plan" if name == "plan_id" else name for name in columns),
            "read_at",
            "readings",
        ]
    )
    _owing_copied(row)
    return bool(changed)


def _goes_on(row: Subscription, now: SubscriptionReading | None) -> bool:
    """Return whether a subscription was resumed or begun; then its end reason is deleted."""
    is_going = now is not None and now.status in LIVE and not now.ends_at_period_end
    return is_going and (row.ends_at_period_end or row.status not in ASKING)


def _plan_code(row: Subscription, live: SubscriptionReading | None) -> str:
    """Return the code of the paid plan, of the free plan after its end, or of the agreement."""
    if row.plan.kind == PlanKind.AGREEMENT:
        return row.plan_id
    if live is None:
        return plan_free().code if row.plan.kind == PlanKind.SEATS else row.plan_id
    if not Plan.objects.filter(pk=live.plan_code).exists():
        logger.error("a price of no plan is paid: %s", row.agency.code)
        return row.plan_id
    return live.plan_code


def _oldest_owed(reading: CustomerReading) -> InvoiceSummary | None:
    """Return the oldest overdue invoice, or ``None``.

    The status of each invoice's own subscription counts, because a new subscription does not pay
    the invoices of a former subscription.
    """
    return min(
        (one for one in reading.invoices if _is_owed(one, reading.subscribed[one.id])),
        key=lambda one: (one.due_at or one.created_at, one.id),
        default=None,
    )


def _is_owed(one: InvoiceSummary, subscribed: SubscriptionStatus) -> bool:
    if one.status is not InvoiceStatus.OPEN or one.remaining <= 0:
        return False
    # The subscription's status is not used here, because Stripe calls a subscription late until its
    # latest invoice is paid, even before that invoice is due.
    if one.due_at is not None:
        return one.due_at <= clock.now()
    # If Stripe reports a refused card, the invoice is owed, whatever the server's time is.
    if subscribed in OWING:
        return True
    # An invoice is not owed while a card is charged or a first payment waits: both end within
    # hours, and Stripe reports the end.
    return subscribed not in NOT_YET_DUE and one.created_at <= clock.now()


def _owing_copied(row: Subscription) -> None:
    """Copy the due day of the oldest overdue invoice to the agency's row, which pages read."""
    owing = Agency.objects.filter(pk=row.agency_id).exclude(owes_since=row.past_due_since)
    if owing.update(owes_since=row.past_due_since):
        address_book_clear()


def _invoices_written(
    row: Subscription, known: Mapping[str, InvoiceSummary], found: Mapping[str, InvoiceSummary]
) -> None:
    for one in found.values():
        if known.get(one.id) != one:
            Invoice.objects.update_or_create(
                id=one.id,
                defaults={
                    "subscription": row,
                    **{
                        name: getattr(one, name)
                        for name in InvoiceSummary.__slots__
                        if name != "id"
                    },
                },
            )
    # Delete the invoices that are missing at Stripe, where a draft can be deleted.
    Invoice.objects.filter(pk__in=[pk for pk in known if pk not in found]).delete()


def _told(one: _PaymentEvent, row: Subscription) -> None:
    agency = row.agency
    audit_record(
        actor=SYSTEM,
        action=f"billing.{one.turn}",
        subject=" ".join(part for part in (f"agency {agency.code}", one.words) if part)[:120],
    )
    payment_mail_queue(
        turn=one.turn, agency=agency, row=row, invoice=one.invoice, amount=one.amount
    )
