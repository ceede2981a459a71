"""Orders of agencies and operators to Stripe, about plans and invoices.

An agency has one order at a time (``tenants.billing.services.order_lock``). After an order, the
subscription is reread from Stripe, so that the page shows the current state.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from shared.audit.services import audit_record
from shared.jobs.enums import Queue
from shared.jobs.services.schema_tasks import AFTER_MAIL, schema_task
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.errors import DomainError
from tenants.agencies.selectors import agency_by_code
from tenants.billing.enums import PlanKind, SubscriptionStatus
from tenants.billing.errors import (
    AgreementCovers,
    AmountChanged,
    DetailsMissing,
    NothingSubscribed,
    PlanNotFound,
    RefundTooLarge,
    SameSeats,
    StripeUnavailable,
    SubscriptionEnding,
    SubscriptionRuns,
)
from tenants.billing.models import Invoice, Subscription
from tenants.billing.selectors import billing_details_of, invoice_of, plan_by_code, subscription_row
from tenants.billing.services import stripe_client
from tenants.billing.services.client_timeouts import WORKER_TIMEOUTS
from tenants.billing.services.order_lock import (
    digest,
    order_key,
    order_locked,
    reread_unless_unavailable,
    seats_held,
)
from tenants.billing.services.plans import details_change, plan_set, seats_require_enough
from tenants.billing.services.stripe_sync import row_reread
from tenants.billing.types import (
    ASKING,
    LIVE,
    BillingDetails,
    InvoicePreview,
    PlanSummary,
    Refund,
    Transfer,
)
from tenants.isolation.schema_switch import national_context
from tenants.models import Agency
from tenants.models.enums import AgencyState

SEND_ATTEMPTS = 8


def plan_assign(*, agency_code: str, plan_code: str, actor: Actor) -> Subscription:
    """Assign an offered plan to an agency, for example the plan of a national agreement.

    Raises ``AgencyNotFound``, ``PlanNotFound``, ``OrderRuns``, ``SubscriptionRuns`` while seats are
    paid (Stripe would still charge the agency), and the errors of ``stripe_client`` if the agency
    is a customer of Stripe.
    """
    agency, plan = agency_by_code(agency_code), plan_by_code(plan_code)
    with order_locked(agency):
        row = subscription_row(agency)
        if row is not None and row.customer_id and stripe_client.is_set_up():
            # An open checkout page could be paid after the plan was assigned, so it is closed.
            stripe_client.checkouts_close(customer_id=row.customer_id)
            # The reread finds a payment that was made on such a page just before.
            row_reread(row)
        return plan_set(agency=agency, plan=plan, actor=actor)


def details_keep(*, agency: Agency, details: BillingDetails, actor: Actor) -> None:
    """Save an agency's billing details; a task sends them to Stripe if the agency is a customer.

    Raises ``InvalidTaxId``.
    """
    with national_context(), transaction.atomic():
        details_change(agency=agency, details=details, actor=actor)
        row = subscription_row(agency)
        if row and row.customer_id and stripe_client.is_set_up():
            send_details.enqueue(agency_code=agency.code)


@schema_task(attempts=SEND_ATTEMPTS, priority=AFTER_MAIL, queue=Queue.EXTERNAL)
def send_details(agency_code: str) -> bool:
    """Send an agency's billing details to Stripe; return ``False`` if nothing is to be sent."""
    agency = agency_by_code(agency_code)
    row = subscription_row(agency)
    # For a destroyed agency, Stripe keeps the details that its invoices show.
    if row is None or not row.customer_id or agency.state == AgencyState.DESTROYED:
        return False
    details = billing_details_of(row)
    stripe_client.customer_update(
        customer_id=row.customer_id,
        details=details,
        key=f"details:{row.customer_id}:{digest(details)}:{clock.now():%Y%m%d%H%M}",
        timeouts=WORKER_TIMEOUTS,
    )
    return True


def checkout_begin(
    *,
    agency: Agency,
    plan_code: str,
    seats: int,
    language: str,
    done_url: str,
    back_url: str,
    key: str,
    actor: Actor,
) -> str:
    """Open a Stripe page on which an agency subscribes to seats by card; return its URL.

    Raises ``PlanNotFound``, ``TooFewSeats``, ``DetailsMissing``, ``SubscriptionRuns``,
    ``AgreementCovers``, ``OrderRuns`` and the errors of ``stripe_client``.
    """
    plan, price_id = _price(plan_code)
    order = order_key("checkout", agency, key, price_id, seats, language, done_url, back_url)
    with _subscribing(agency, seats, order) as row:
        url = stripe_client.checkout_open(
            customer_id=row.customer_id,
            agency_code=agency.code,
            price_id=price_id,
            seats=seats,
            language=language,
            done_url=done_url,
            back_url=back_url,
            key=order,
        )
        _record(actor, "billing.checkout_asked", agency, f"{plan.code} {seats}")
        return url


def invoicing_begin(*, agency: Agency, plan_code: str, seats: int, key: str, actor: Actor) -> None:
    """Subscribe an agency to seats paid by bank transfer. Raises what ``checkout_begin`` raises."""
    plan, price_id = _price(plan_code)
    order = order_key("transfer", agency, key, price_id, seats)
    with _subscribing(agency, seats, order) as row, seats_held(row, seats):
        stripe_client.invoiced_subscribe(
            customer_id=row.customer_id,
            agency_code=agency.code,
            price_id=price_id,
            seats=seats,
            key=order,
        )
        _record(actor, "billing.transfer_asked", agency, f"{plan.code} {seats}")


def seats_preview(*, agency: Agency, seats: int) -> InvoicePreview:
    """Return a preview of the next invoice if the agency changed its number of seats.

    Raises ``NothingSubscribed``, ``SubscriptionEnding``, ``SameSeats``, ``TooFewSeats``.
    """
    with national_context():
        return _preview(agency, _paying(agency), seats)


def seats_change(*, agency: Agency, seats: int, seen: int, key: str, actor: Actor) -> None:
    """Change an agency's number of seats if the next invoice is still ``seen`` centimes.

    Raises ``AmountChanged``, ``OrderRuns`` and what ``seats_preview`` raises.
    """
    with order_locked(agency):
        row = _paying(agency)
        if _preview(agency, row, seats).total != seen:
            raise AmountChanged(agency.code)
        with seats_held(row, seats):
            stripe_client.seats_set(
                subscription_id=row.subscription_id,
                item_id=row.item_id,
                seats=seats,
                at=_midnight(),
                key=order_key("seats", agency, key, row.item_id, seats, seen, _midnight()),
            )
            _record(actor, "billing.seats_asked", agency, f"{row.seats} -> {seats}")


def ending_change(*, agency: Agency, ends: bool, key: str, actor: Actor) -> None:
    """Set whether a subscription ends with its period; no call to Stripe if it is set already.

    Raises ``NothingSubscribed``, ``OrderRuns``.
    """
    with order_locked(agency):
        row = _paying(agency)
        if row.ends_at_period_end == ends:
            return
        stripe_client.ending_set(
            subscription_id=row.subscription_id,
            ends=ends,
            key=order_key("ending", agency, key, row.subscription_id, ends),
        )
        _record(actor, "billing.end_asked" if ends else "billing.resume_asked", agency)
        reread_unless_unavailable(row)


def subscription_end(
    *, agency_code: str, is_at_once: bool, reason: str, key: str, actor: Actor
) -> None:
    """End an agency's subscription for national oversight, at once or with its period.

    An e-mail gives the reason to the agency's administrators. Raises ``AgencyNotFound``,
    ``NothingSubscribed``, ``OrderRuns`` and the errors of ``stripe_client``.
    """
    agency = agency_by_code(agency_code)
    with order_locked(agency):
        row = _paying(agency, statuses=ASKING)
        # The reason is saved before the call to Stripe, because Stripe's webhook, which causes the
        # e-mail, may come before the answer.
        Subscription.objects.filter(pk=row.pk).update(end_reason=reason)
        order = order_key("end", agency, key, row.subscription_id, is_at_once)
        try:
            if is_at_once:
                stripe_client.subscription_cancel(subscription_id=row.subscription_id, key=order)
            else:
                stripe_client.ending_set(subscription_id=row.subscription_id, ends=True, key=order)
        except StripeUnavailable:
            # Stripe may have ended the subscription, so the reason is kept.
            raise
        except DomainError:
            Subscription.objects.filter(pk=row.pk).update(end_reason=row.end_reason)
            raise
        _record(
            actor,
            "billing.ended_by_oversight",
            agency,
            "at once" if is_at_once else "with its period",
        )
        reread_unless_unavailable(row)


def next_invoice(*, agency: Agency) -> InvoicePreview | None:
    """Return a preview of an agency's next invoice; ``None`` if no invoice will follow."""
    with national_context():
        row = subscription_row(agency)
        if row is None or row.status not in LIVE:
            return None
        return stripe_client.invoice_upcoming(subscription_id=row.subscription_id)


def portal_begin(*, agency: Agency, back_url: str, key: str, actor: Actor) -> str:
    """Open a Stripe page for an agency's cards and invoices; return its URL.

    Raises ``NothingSubscribed``.
    """
    with national_context():
        row = _known(agency)
        _record(actor, "billing.portal_asked", agency)
        return stripe_client.portal_open(
            customer_id=row.customer_id,
            back_url=back_url,
            key=order_key("portal", agency, key, row.customer_id, back_url),
        )


def invoice_refund(
    *, agency: Agency, invoice_id: str, refund: Refund, key: str, actor: Actor
) -> None:
    """Refund an amount of an invoice if the amount refunded before is still ``refund.seen``.

    Raises ``InvoiceNotFound``, ``RefundTooLarge``, ``AmountChanged``, ``PaidElsewhere``.
    """
    order = order_key("refund", agency, key, invoice_id, refund)
    with order_locked(agency):
        row = _known(agency)
        row_reread(row)
        invoice = invoice_of(agency, invoice_id=invoice_id)
        if invoice.refunded != refund.seen:
            if stripe_client.refund_is_known(invoice_id=invoice.id, key=order):
                # This order was repeated, and its refund was made before.
                return
            # Another refund was made meanwhile, perhaps of the same amount.
            raise AmountChanged(agency.code)
        if not 0 < refund.amount <= invoice.refundable:
            raise RefundTooLarge(field="amount")
        stripe_client.refund(
            invoice_id=invoice.id, amount=refund.amount, reason=refund.reason, key=order
        )
        _record(actor, "billing.refund_asked", agency, f"{invoice.number} {refund.amount}")
        reread_unless_unavailable(row)


def invoice_settle(
    *, agency: Agency, invoice_id: str, transfer: Transfer, key: str, actor: Actor
) -> None:
    """Record that an invoice was paid by bank transfer. Raises ``InvoiceNotFound``."""
    with order_locked(agency):
        row = _known(agency)
        invoice = invoice_of(agency, invoice_id=invoice_id)
        stripe_client.paid_elsewhere_set(
            invoice_id=invoice.id, key=order_key("settle", agency, key, invoice.id)
        )
        Invoice.objects.filter(pk=invoice.id).update(
            transfer_reference=transfer.reference, transfer_on=transfer.value_on
        )
        _record(
            actor,
            "billing.transfer_noted",
            agency,
            f"{invoice.number} {transfer.value_on} {transfer.reference}",
        )
        reread_unless_unavailable(row)


@contextmanager
def _subscribing(agency: Agency, seats: int, order: str) -> Iterator[Subscription]:
    """Lock the orders of an agency and yield its subscription row for a new subscription.

    The agency becomes a customer of Stripe if it is none. Raises ``SubscriptionRuns`` and other
    errors of ``checkout_begin``.
    """
    with order_locked(agency):
        known = subscription_row(agency)
        if known is not None and known.plan.kind == PlanKind.AGREEMENT:
            raise AgreementCovers(agency.code)
        row = _customer_ensured(agency)
        # A checkout page opened earlier could be paid after this subscription, so it is closed.
        stripe_client.checkouts_close(customer_id=row.customer_id, keep=order)
        # The row is reread, because the state may have changed since the last reading.
        row_reread(row)
        row = _known(agency)
        if row.status in LIVE:
            raise SubscriptionRuns(agency.code)
        seats_require_enough(agency=agency, seats=seats)
        yield row


def _record(actor: Actor, action: str, agency: Agency, details: str = "") -> None:
    audit_record(
        actor=actor, action=action, subject=f"agency {agency.code} {details}".strip()[:120]
    )


def _known(agency: Agency) -> Subscription:
    row = subscription_row(agency)
    if row is None or not row.customer_id:
        raise NothingSubscribed(agency.code)
    return row


def _paying(agency: Agency, *, statuses: frozenset[SubscriptionStatus] = LIVE) -> Subscription:
    row = _known(agency)
    if row.status not in statuses or not row.subscription_id:
        raise NothingSubscribed(agency.code)
    return row


def _preview(agency: Agency, row: Subscription, seats: int) -> InvoicePreview:
    if row.ends_at_period_end:
        raise SubscriptionEnding(agency.code)
    if seats == row.seats:
        raise SameSeats(field="seats")
    seats_require_enough(agency=agency, seats=seats)
    return stripe_client.invoice_preview(
        subscription_id=row.subscription_id, item_id=row.item_id, seats=seats, at=_midnight()
    )


def _price(plan_code: str) -> tuple[PlanSummary, str]:
    plan = plan_by_code(plan_code)
    if plan.kind is not PlanKind.SEATS:
        raise PlanNotFound(plan_code)
    return plan, stripe_client.price_ensure(plan=plan)


def _customer_ensured(agency: Agency) -> Subscription:
    row = subscription_row(agency)
    details = billing_details_of(row)
    if row is None or not details.is_complete:
        raise DetailsMissing(agency.code)
    if row.customer_id:
        return row
    # The key has the agency's id too, because another agency may have had the same code.
    made = stripe_client.customer_create(
        agency_code=agency.code,
        details=details,
        key=f"customer:{agency.code}:{agency.pk}:{digest(details)}",
    )
    Subscription.objects.filter(pk=row.pk).update(customer_id=made)
    row = _known(agency)
    if billing_details_of(row) != details:
        # Another process has changed the details meanwhile, when there was no customer to update.
        send_details.enqueue(agency_code=agency.code)
    return row


def _midnight() -> datetime:
    """Return the start of today; seats are charged from then, so a preview is valid all day."""
    return clock.midnight(clock.today())
