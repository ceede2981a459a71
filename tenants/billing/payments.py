"""What an agency does about its plan, and operators about its invoices: each asks Stripe.

The agency's row is locked while Stripe is asked: a second click, or a colleague at another desk,
would subscribe twice. Afterwards Stripe is re-read, so that the page shows what is true.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, time

from django.db import transaction

from shared.audit.services import audit_record
from shared.jobs.backends import AFTER_LETTERS, schema_task
from shared.kernel import clock
from shared.kernel.actors import Actor
from tenants.billing import gateway
from tenants.billing.enums import PlanKind
from tenants.billing.errors import (
    AgreementCovers,
    AmountChanged,
    DetailsMissing,
    NothingSubscribed,
    PlanNotFound,
    RefundTooLarge,
    SameSeats,
    StripeAway,
    SubscriptionEnding,
    SubscriptionRuns,
)
from tenants.billing.models import Subscription
from tenants.billing.reading import row_reread
from tenants.billing.selectors import details_of, invoice_of, plan_by_code, subscription_row
from tenants.billing.services import details_change, seats_suffice, subscription_locked
from tenants.billing.types import LIVE, BillingDetails, InvoicePreview, PlanLook
from tenants.context import national_context
from tenants.enums import AgencyState
from tenants.models import Agency
from tenants.selectors import agency_by_code

SEND_ATTEMPTS = 8


def details_keep(*, agency: Agency, details: BillingDetails, actor: Actor) -> None:
    """Keep what invoices are headed with; Stripe hears of it from a task.

    Raises ``InvalidTaxId``.
    """
    with national_context(), transaction.atomic():
        details_change(agency=agency, details=details, actor=actor)
        row = subscription_row(agency)
        if row and row.customer_id and gateway.is_set_up():
            send_details.enqueue(agency_code=agency.code)


@schema_task(attempts=SEND_ATTEMPTS, priority=AFTER_LETTERS)
def send_details(agency_code: str) -> bool:
    """Tell Stripe how an agency's invoices are headed from now on."""
    agency = agency_by_code(agency_code)
    row = subscription_row(agency)
    # Of a destroyed one Stripe keeps what its invoices were headed with.
    if row is None or not row.customer_id or agency.state == AgencyState.DESTROYED:
        return False
    details = details_of(row)
    key = f"details:{row.customer_id}:{_digest(details)}:{clock.now():%Y%m%d%H%M}"
    gateway.customer_update(customer_id=row.customer_id, details=details, key=key)
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
    """Where seats are subscribed to by card; the address is Stripe's.

    Raises ``TooFewSeats``, ``DetailsMissing``, ``SubscriptionRuns``, ``AgreementCovers`` and as
    the gateway does.
    """
    plan, price_id = _price(plan_code)
    order = f"checkout:{agency.code}:{key}:{price_id}:{seats}"
    with _subscribing(agency, seats, order) as row:
        url = gateway.checkout_open(
            customer_id=row.customer_id,
            agency_code=agency.code,
            price_id=price_id,
            seats=seats,
            language=language,
            done_url=done_url,
            back_url=back_url,
            key=order,
        )
        subject = f"agency {agency.code} {plan.code} {seats}"
        audit_record(actor=actor, action="billing.checkout_asked", subject=subject)
        return url


def invoicing_begin(*, agency: Agency, plan_code: str, seats: int, key: str, actor: Actor) -> None:
    """Subscribe to seats that are paid by bank transfer. Raises as ``checkout_begin``."""
    plan, price_id = _price(plan_code)
    order = f"transfer:{agency.code}:{key}:{price_id}:{seats}"
    with _subscribing(agency, seats, order) as row:
        gateway.invoiced_subscribe(
            customer_id=row.customer_id,
            agency_code=agency.code,
            price_id=price_id,
            seats=seats,
            key=order,
        )
        subject = f"agency {agency.code} {plan.code} {seats}"
        audit_record(actor=actor, action="billing.transfer_asked", subject=subject)
        _reread_if_possible(row)


def seats_preview(*, agency: Agency, seats: int) -> InvoicePreview:
    """What another number of seats costs, before anybody agrees to it.

    Raises ``NothingSubscribed``, ``SubscriptionEnding``, ``SameSeats``, ``TooFewSeats``.
    """
    with _changing(agency) as row:
        return _preview(agency, row, seats)


def seats_change(*, agency: Agency, seats: int, seen: int, key: str, actor: Actor) -> None:
    """Pay for another number of seats, if the next invoice is over the centimes that were ``seen``.

    Raises as ``seats_preview``, and ``AmountChanged``.
    """
    with _changing(agency) as row:
        if _preview(agency, row, seats).total != seen:
            raise AmountChanged(agency.code)
        gateway.seats_set(
            subscription_id=row.subscription_id,
            item_id=row.item_id,
            seats=seats,
            at=_midnight(),
            key=f"seats:{agency.code}:{key}:{seats}:{seen}",
        )
        subject = f"agency {agency.code} {row.seats} -> {seats}"
        audit_record(actor=actor, action="billing.seats_asked", subject=subject)
        _reread_if_possible(row)


def ending_change(*, agency: Agency, ends: bool, key: str, actor: Actor) -> None:
    """Let the subscription end with its period, or go on; what is so already stays so.

    Raises ``NothingSubscribed``.
    """
    with _changing(agency) as row:
        if row.ends_at_period_end == ends:
            return
        gateway.ending_set(
            subscription_id=row.subscription_id,
            ends=ends,
            key=f"ending:{agency.code}:{key}:{ends}",
        )
        action = "billing.end_asked" if ends else "billing.resume_asked"
        audit_record(actor=actor, action=action, subject=f"agency {agency.code}")
        _reread_if_possible(row)


def next_invoice(*, agency: Agency) -> InvoicePreview | None:
    """The invoice that comes next; ``None`` where none will."""
    with national_context():
        row = subscription_row(agency)
        if row is None or row.status not in LIVE:
            return None
        return gateway.next_invoice(subscription_id=row.subscription_id)


def portal_begin(*, agency: Agency, back_url: str, key: str, actor: Actor) -> str:
    """Where cards and papers are kept; the address is Stripe's. Raises ``NothingSubscribed``."""
    with national_context():
        row = subscription_row(agency)
        if row is None or not row.customer_id:
            raise NothingSubscribed(agency.code)
        audit_record(actor=actor, action="billing.portal_asked", subject=f"agency {agency.code}")
        return gateway.portal_open(
            customer_id=row.customer_id, back_url=back_url, key=f"portal:{agency.code}:{key}"
        )


def invoice_refund(
    *, agency: Agency, invoice_id: str, amount: int, reason: str, key: str, actor: Actor
) -> None:
    """Give back ``amount`` centimes of what an invoice brought.

    Raises ``InvoiceNotFound``, ``RefundTooLarge``, ``PaidElsewhere``.
    """
    with national_context(), transaction.atomic():
        row = subscription_locked(agency)
        # An answer that was lost may have given the same money back already.
        row_reread(row)
        invoice = invoice_of(agency, invoice_id=invoice_id)
        if not 0 < amount <= invoice.refundable:
            raise RefundTooLarge(field="amount")
        gateway.refund(
            invoice_id=invoice.id,
            amount=amount,
            reason=reason,
            key=f"refund:{agency.code}:{key}:{invoice.id}:{amount}",
        )
        subject = f"agency {agency.code} {invoice.number} {amount}"
        audit_record(actor=actor, action="billing.refund_asked", subject=subject[:120])
        _reread_if_possible(row)


def invoice_settle(*, agency: Agency, invoice_id: str, key: str, actor: Actor) -> None:
    """Note that the money of an invoice has come by bank transfer. Raises ``InvoiceNotFound``."""
    with national_context(), transaction.atomic():
        row = subscription_locked(agency)
        invoice = invoice_of(agency, invoice_id=invoice_id)
        gateway.paid_elsewhere_set(
            invoice_id=invoice.id, key=f"settle:{agency.code}:{key}:{invoice.id}"
        )
        subject = f"agency {agency.code} {invoice.number}"
        audit_record(actor=actor, action="billing.transfer_noted", subject=subject[:120])
        _reread_if_possible(row)


@contextmanager
def _subscribing(agency: Agency, seats: int, order: str) -> Iterator[Subscription]:
    """The locked row of an agency that Stripe knows and that pays for nothing yet."""
    with national_context():
        known = subscription_row(agency)
        if known is not None and known.plan.kind == PlanKind.AGREEMENT:
            raise AgreementCovers(agency.code)
        _customer_ensure(agency)
        with transaction.atomic():
            row = subscription_locked(agency)
            # A page that was opened earlier could be paid a day later, beside this subscription.
            gateway.checkouts_close(customer_id=row.customer_id, keep=order)
            # By what is true now, not by what was read last: a page may be an hour old.
            row_reread(row)
            if row.status not in LIVE:
                seats_suffice(agency=agency, seats=seats)
                yield row
                return
        # After the block: what was read stays, and the page says it.
        raise SubscriptionRuns(agency.code)


@contextmanager
def _changing(agency: Agency) -> Iterator[Subscription]:
    with national_context(), transaction.atomic():
        row = subscription_locked(agency)
        if row.status not in LIVE or not row.subscription_id:
            raise NothingSubscribed(agency.code)
        yield row


def _preview(agency: Agency, row: Subscription, seats: int) -> InvoicePreview:
    if row.ends_at_period_end:
        raise SubscriptionEnding(agency.code)
    if seats == row.seats:
        raise SameSeats(field="seats")
    seats_suffice(agency=agency, seats=seats)
    return gateway.seats_preview(
        subscription_id=row.subscription_id, item_id=row.item_id, seats=seats, at=_midnight()
    )


def _price(plan_code: str) -> tuple[PlanLook, str]:
    plan = plan_by_code(plan_code)
    if plan.kind is not PlanKind.SEATS:
        raise PlanNotFound(plan_code)
    return plan, gateway.price_ensure(plan=plan)


def _customer_ensure(agency: Agency) -> None:
    """In a transaction of its own: Stripe keeps its customer, whatever fails afterwards."""
    with transaction.atomic():
        row = subscription_locked(agency)
        details = details_of(row)
        if not details.is_complete:
            raise DetailsMissing(agency.code)
        if row.customer_id:
            return
        key = f"customer:{agency.code}:{_digest(details)}"
        row.customer_id = gateway.customer_create(agency_code=agency.code, details=details, key=key)
        row.save(update_fields=["customer_id"])


def _reread_if_possible(row: Subscription) -> None:
    # What was asked for is done; if Stripe is away now, its webhook tells us.
    with suppress(StripeAway):
        row_reread(row)


def _midnight() -> datetime:
    """Seats are reckoned by whole days: what is shown and what is charged are the same all day."""
    return datetime.combine(clock.today(), time.min, tzinfo=clock.NATIONAL_ZONE)


def _digest(details: BillingDetails) -> str:
    return hashlib.sha256(repr(details).encode()).hexdigest()[:24]
