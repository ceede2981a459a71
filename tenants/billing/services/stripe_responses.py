"""Conversion of Stripe's responses to frozen data, for ``stripe_client`` only."""

from datetime import UTC, datetime

import stripe

from tenants.billing.enums import Collection, InvoiceStatus, SubscriptionStatus
from tenants.billing.types import (
    LIVE,
    CustomerReading,
    InvoicePreview,
    InvoiceSummary,
    SubscriptionReading,
)


def customer_reading(
    *,
    subscriptions: list[stripe.Subscription],
    invoices: list[stripe.Invoice],
    charges: list[stripe.Charge],
) -> CustomerReading:
    """Return a customer's invoices and oldest live subscription, or latest one if none is live."""
    given_back: dict[str, int] = {}
    for charge in charges:
        intent = id_of(charge.payment_intent)
        given_back[intent] = given_back.get(intent, 0) + charge.amount_refunded
    live = [one for one in subscriptions if one.status in LIVE]
    chosen = min(live, key=_by_age) if live else max(subscriptions, key=_by_age, default=None)
    statuses = {one.id: SubscriptionStatus(one.status) for one in subscriptions}
    return CustomerReading(
        subscription=_subscription(chosen) if chosen else None,
        live=len(live),
        invoices=tuple(_invoice(one, given_back) for one in invoices),
        subscribed={
            one.id or "": statuses.get(_subscription_id(one), SubscriptionStatus.NONE)
            for one in invoices
        },
    )


def _subscription(one: stripe.Subscription) -> SubscriptionReading:
    item = one.items.data[0]
    return SubscriptionReading(
        id=one.id,
        item_id=item.id,
        status=SubscriptionStatus(one.status),
        collection=Collection(one.collection_method),
        seats=item.quantity or 0,
        plan_code=str(getattr(item.price.metadata, "plan", "")),
        unit_amount=item.price.unit_amount,
        currency=item.price.currency,
        period_ends_at=stripe_moment(item.current_period_end),
        ends_at_period_end=one.cancel_at_period_end,
    )


def _invoice(one: stripe.Invoice, given_back: dict[str, int]) -> InvoiceSummary:
    moments = one.status_transitions
    return InvoiceSummary(
        id=one.id or "",
        number=one.number or "",
        status=InvoiceStatus(one.status or InvoiceStatus.DRAFT),
        currency=one.currency,
        total=one.total,
        paid=one.amount_paid,
        remaining=one.amount_remaining,
        refunded=sum(given_back.get(intent, 0) for intent in intents(one)),
        created_at=stripe_moment(one.created),
        due_at=stripe_moment(one.due_date) if one.due_date else None,
        paid_at=stripe_moment(moments.paid_at) if moments.paid_at else None,
        page_url=one.hosted_invoice_url or "",
        pdf_url=one.invoice_pdf or "",
        is_paid_elsewhere=one.amount_paid > 0 and not intents(one),
    )


def _subscription_id(invoice: stripe.Invoice) -> str:
    """Return the id of the subscription of an invoice; "" for an invoice made by hand."""
    details = invoice.parent.subscription_details if invoice.parent else None
    return id_of(details.subscription) if details else ""


def intents(invoice: stripe.Invoice) -> list[str]:
    """Return the ids of an invoice's payments through Stripe, latest first."""
    if not invoice.payments:
        return []
    paid = [one for one in invoice.payments.data if one.status == "paid"]
    return [intent for intent in [id_of(one.payment.payment_intent) for one in paid] if intent]


def preview_reading(invoice: stripe.Invoice) -> InvoicePreview:
    """Return Stripe's preview of an invoice as frozen data."""
    adjustment = sum(
        line.amount
        for line in invoice.lines.data
        if line.parent
        and line.parent.subscription_item_details
        and line.parent.subscription_item_details.proration
    )
    when = invoice.next_payment_attempt or invoice.period_end
    return InvoicePreview(
        total=invoice.total,
        adjustment=adjustment,
        currency=invoice.currency,
        on=stripe_moment(when) if when else None,
    )


def _by_age(one: stripe.Subscription) -> tuple[int, str]:
    return one.created, one.id


def id_of(value: object) -> str:
    """Return the id of ``value``, which is a Stripe object or the id of a Stripe object."""
    return value if isinstance(value, str) else str(getattr(value, "id", "") or "")


def stripe_moment(seconds: int) -> datetime:
    """Return a Unix time of Stripe, in seconds, as a ``datetime`` in UTC."""
    return datetime.fromtimestamp(seconds, tz=UTC)
