"""All calls to Stripe; the functions return frozen data of ``stripe_responses``.

Every call may raise ``PaymentNotSetUp``, ``StripeUnavailable``, ``PaymentRefused`` or
``PaymentNotPossible``. Each write, except the closing of a checkout page, has an idempotency key,
so Stripe does a repeated write once.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, cast

import stripe
from django.conf import settings

from tenants.billing.errors import (
    InvalidSignature,
    PaidElsewhere,
    PaymentNotPossible,
    PaymentNotSetUp,
    PaymentRefused,
    StripeUnavailable,
)
from tenants.billing.services import stripe_responses
from tenants.billing.services.client_timeouts import PAGE_TIMEOUTS, DeadlineClient, Timeouts
from tenants.billing.types import (
    BillingDetails,
    CustomerReading,
    InvoicePreview,
    PlanSummary,
    SignedEvent,
)

if TYPE_CHECKING:
    from stripe.params import CustomerCreateParams, CustomerUpdateParams
    from stripe.params.checkout import SessionCreateParams

logger = logging.getLogger(__name__)

RETRY_SECONDS = 60
DAYS_UNTIL_DUE = 30
# The maximum age of a signature; Stripe signs each delivery again.
TOLERANCE_SECONDS = 300
PAGE = 100
COUNTRY = "MA"
KEY_IN_USE = "idempotency_key_in_use"


def is_set_up() -> bool:
    """Return whether this installation has an API key of Stripe."""
    return bool(settings.STRIPE_SECRET_KEY)


def event_verified(*, payload: bytes, signature: str) -> SignedEvent:
    """Verify the signature of an event and return the event. Raises ``InvalidSignature``."""
    if not (secret := settings.STRIPE_WEBHOOK_SECRET):
        raise InvalidSignature("no secret is set")
    try:
        event = _client().construct_event(payload, signature, secret, TOLERANCE_SECONDS)
        about = event.data.object
        # The event is about a customer, or about an object of a customer.
        customer = getattr(
            about, "id" if getattr(about, "object", "") == "customer" else "customer", None
        )
        return SignedEvent(
            id=event.id,
            type=event.type,
            customer_id=stripe_responses.id_of(customer),
            created_at=stripe_responses.stripe_moment(event.created),
            payload=json.loads(payload),
        )
    except (stripe.SignatureVerificationError, ValueError, KeyError, AttributeError) as error:
        raise InvalidSignature(type(error).__name__) from None


def price_ensure(*, plan: PlanSummary) -> str:
    """Find or create the price of a plan at Stripe; return Stripe's id of the price."""
    with _stripe() as client:
        found = client.v1.prices.list({"lookup_keys": [plan.lookup_key], "active": True}).data
        asked = (plan.unit_amount, plan.currency)
        same = [one for one in found if (one.unit_amount, one.currency) == asked]
        if same:
            return same[0].id
        return client.v1.prices.create(
            {
                "currency": plan.currency,
                "unit_amount": plan.unit_amount,
                "recurring": {"interval": "month"},
                "product_data": {"name": plan.names.fr, "metadata": {"plan": plan.code}},
                "lookup_key": plan.lookup_key,
                # Present subscribers keep the former price, whose metadata names the plan.
                "transfer_lookup_key": True,
                "metadata": {"plan": plan.code},
            },
            {"idempotency_key": f"price:{plan.lookup_key}:{plan.currency}:{plan.unit_amount}"},
        ).id


def customer_create(*, agency_code: str, details: BillingDetails, key: str) -> str:
    """Create the customer of an agency at Stripe; return Stripe's id of the customer."""
    with _stripe() as client:
        params = cast("CustomerCreateParams", _customer(details, agency=agency_code))
        return client.v1.customers.create(params, {"idempotency_key": key}).id


def customer_update(
    *, customer_id: str, details: BillingDetails, key: str, timeouts: Timeouts = PAGE_TIMEOUTS
) -> None:
    """Replace the billing details of a customer at Stripe."""
    with _stripe(timeouts) as client:
        client.v1.customers.update(customer_id, _customer(details), {"idempotency_key": key})


def checkout_open(
    *,
    customer_id: str,
    agency_code: str,
    price_id: str,
    seats: int,
    language: str,
    done_url: str,
    back_url: str,
    key: str,
) -> str:
    """Open a Stripe page on which a customer subscribes to seats by card; return its URL."""
    with _stripe() as client:
        asked: SessionCreateParams = {
            "mode": "subscription",
            "customer": customer_id,
            "client_reference_id": agency_code,
            "line_items": [{"price": price_id, "quantity": seats}],
            "success_url": done_url,
            "cancel_url": back_url,
            # Stripe's pages have no Arabic: "auto" takes the language of the browser.
            "locale": "auto" if language == "ar" else language,
            "subscription_data": {"metadata": {"agency": agency_code}},
            "metadata": {"order": key},
        }
        session = client.v1.checkout.sessions.create(asked, {"idempotency_key": key})
        # A repeated key returns the first page, which may be closed by now: then open a new page.
        while client.v1.checkout.sessions.retrieve(session.id).status != "open":
            session = client.v1.checkout.sessions.create(
                asked, {"idempotency_key": f"{key}:{session.id}"}
            )
        return session.url or ""


def checkouts_close(*, customer_id: str, keep: str = "") -> None:
    """Close every open checkout page of a customer, except the page opened with the key ``keep``.

    The caller must then reread the customer, because a page may have been paid just before.
    """
    with _stripe() as client:
        for session in list(
            client.v1.checkout.sessions.list(
                {"customer": customer_id, "status": "open", "limit": PAGE}
            ).auto_paging_iter()
        ):
            if keep and getattr(session.metadata, "order", "") == keep:
                continue
            try:
                client.v1.checkout.sessions.expire(session.id)
            except stripe.InvalidRequestError:
                # A page that was paid or has expired since the list is closed too; the error is
                # raised only for a page that is still open.
                if client.v1.checkout.sessions.retrieve(session.id).status == "open":
                    raise


def portal_open(*, customer_id: str, back_url: str, key: str) -> str:
    """Open a Stripe page for a customer's cards and invoices; return its URL."""
    with _stripe() as client:
        return client.v1.billing_portal.sessions.create(
            {"customer": customer_id, "return_url": back_url}, {"idempotency_key": key}
        ).url


def invoiced_subscribe(
    *, customer_id: str, agency_code: str, price_id: str, seats: int, key: str
) -> None:
    """Subscribe a customer to seats paid by bank transfer, on invoices due in thirty days."""
    with _stripe() as client:
        client.v1.subscriptions.create(
            {
                "customer": customer_id,
                "items": [{"price": price_id, "quantity": seats}],
                "collection_method": "send_invoice",
                "days_until_due": DAYS_UNTIL_DUE,
                "metadata": {"agency": agency_code},
            },
            {"idempotency_key": key},
        )


def invoice_preview(
    *, subscription_id: str, item_id: str, seats: int, at: datetime
) -> InvoicePreview:
    """Return a preview of the next invoice with another number of seats from ``at`` on."""
    with _stripe() as client:
        shown = client.v1.invoices.create_preview(
            {
                "subscription": subscription_id,
                "subscription_details": {
                    "items": [{"id": item_id, "quantity": seats}],
                    "proration_behavior": "create_prorations",
                    "proration_date": _within_period(client, subscription_id, at),
                },
            }
        )
        return stripe_responses.preview_reading(shown)


def seats_set(*, subscription_id: str, item_id: str, seats: int, at: datetime, key: str) -> None:
    """Change a subscription's seats from ``at`` on; the next invoice has the difference."""
    with _stripe() as client:
        client.v1.subscriptions.update(
            subscription_id,
            {
                "items": [{"id": item_id, "quantity": seats}],
                "proration_behavior": "create_prorations",
                "proration_date": _within_period(client, subscription_id, at),
            },
            {"idempotency_key": key},
        )


def invoice_upcoming(*, subscription_id: str) -> InvoicePreview | None:
    """Return a preview of a subscription's next invoice; ``None`` if no invoice will follow."""
    with _stripe() as client:
        try:
            shown = client.v1.invoices.create_preview({"subscription": subscription_id})
        except stripe.InvalidRequestError as error:
            if error.code == "invoice_upcoming_none":
                return None
            raise
        return stripe_responses.preview_reading(shown)


def ending_set(*, subscription_id: str, ends: bool, key: str) -> None:
    """Set whether a subscription ends at the end of its period."""
    with _stripe() as client:
        client.v1.subscriptions.update(
            subscription_id, {"cancel_at_period_end": ends}, {"idempotency_key": key}
        )


def subscription_cancel(*, subscription_id: str, key: str) -> None:
    """End a subscription at once, without a refund; invoices made before stay due."""
    with _stripe() as client:
        client.v1.subscriptions.cancel(subscription_id, {}, {"idempotency_key": key})


def refund_is_known(*, invoice_id: str, key: str) -> bool:
    """Return whether an invoice has a refund that was made with the idempotency key ``key``."""
    with _stripe() as client:
        return any(
            getattr(one.metadata, "order", "") == key
            for intent in stripe_responses.intents(
                client.v1.invoices.retrieve(invoice_id, {"expand": ["payments"]})
            )
            for one in client.v1.refunds.list(
                {"payment_intent": intent, "limit": PAGE}
            ).auto_paging_iter()
        )


def refund(*, invoice_id: str, amount: int, reason: str, key: str) -> None:
    """Refund an amount in centimes of an invoice paid via Stripe. Raises ``PaidElsewhere``."""
    with _stripe() as client:
        intents = stripe_responses.intents(
            client.v1.invoices.retrieve(invoice_id, {"expand": ["payments"]})
        )
        if not intents:
            raise PaidElsewhere(invoice_id)
        client.v1.refunds.create(
            {
                "payment_intent": intents[0],
                "amount": amount,
                "reason": "requested_by_customer",
                "metadata": {"reason": reason[:500], "invoice": invoice_id, "order": key},
            },
            {"idempotency_key": key},
        )


def paid_elsewhere_set(*, invoice_id: str, key: str) -> None:
    """Mark an invoice at Stripe as paid by a bank transfer outside Stripe."""
    with _stripe() as client:
        client.v1.invoices.pay(invoice_id, {"paid_out_of_band": True}, {"idempotency_key": key})


def customer_read(*, customer_id: str, timeouts: Timeouts = PAGE_TIMEOUTS) -> CustomerReading:
    """Return a customer's current subscriptions, invoices and refunds, in at least three calls."""
    with _stripe(timeouts) as client:
        returned = list(
            client.v1.charges.list({"customer": customer_id, "limit": PAGE}).auto_paging_iter()
        )
        invoices = list(
            client.v1.invoices.list(
                {"customer": customer_id, "limit": PAGE, "expand": ["data.payments"]}
            ).auto_paging_iter()
        )
        # Subscriptions are read last: the invoice of a subscription that was not read yet would
        # look like a debt.
        known = client.v1.subscriptions.list(
            {"customer": customer_id, "status": "all", "limit": PAGE}
        )
        return stripe_responses.customer_reading(
            subscriptions=list(known.auto_paging_iter()), invoices=invoices, charges=returned
        )


@contextmanager
def _stripe(timeouts: Timeouts = PAGE_TIMEOUTS) -> Iterator[stripe.StripeClient]:
    """Yield a client of Stripe, and convert errors of its library to errors of this package."""
    if not is_set_up():
        raise PaymentNotSetUp
    http = DeadlineClient(timeouts)
    try:
        yield _client(http, retries=timeouts.retries)
    except stripe.CardError as error:
        raise PaymentRefused(error.code or "") from None
    except (stripe.InvalidRequestError, stripe.IdempotencyError) as error:
        if error.code == KEY_IN_USE:
            # The first call with this key still runs, so "nothing was charged" could be wrong.
            raise StripeUnavailable(KEY_IN_USE, retry_after=RETRY_SECONDS) from None
        logger.warning("stripe refused: %s %s", error.code, error.request_id)
        raise PaymentNotPossible(error.code or "") from None
    except stripe.StripeError as error:
        logger.warning("stripe is away: %s", type(error).__name__)
        raise StripeUnavailable(type(error).__name__, retry_after=RETRY_SECONDS) from None
    finally:
        http.close()  # type: ignore[no-untyped-call]


def _client(http: stripe.HTTPClient | None = None, *, retries: int = 0) -> stripe.StripeClient:
    address = settings.STRIPE_API_URL
    return stripe.StripeClient(
        # The check of a signature needs no key, but the library requires a value.
        settings.STRIPE_SECRET_KEY or "sk_none",
        base_addresses={"api": address} if address else {},
        max_network_retries=retries,
        http_client=http,
    )


def _customer(details: BillingDetails, **metadata: str) -> "CustomerUpdateParams":
    # The ICE is a custom field of the invoice, because Stripe's tax id "ma_vat" has eight digits.
    shown = [
        {"name": name, "value": value}
        for name, value in [("ICE", details.tax_id), ("Bon de commande", details.purchase_order)]
        if value
    ]
    return {
        "name": details.legal_name,
        "email": details.email,
        "address": {
            "line1": details.address,
            "city": details.city,
            "postal_code": details.postal_code,
            "country": COUNTRY,
        },
        "preferred_locales": ["fr"],
        "invoice_settings": {"custom_fields": shown or ""},  # type: ignore[typeddict-item]
        "metadata": {**metadata, "ice": details.tax_id},
    }


def _within_period(client: stripe.StripeClient, subscription_id: str, at: datetime) -> int:
    """Return the Unix time nearest to ``at`` in the current period; Stripe refuses other times."""
    item = client.v1.subscriptions.retrieve(subscription_id).items.data[0]
    return min(max(int(at.timestamp()), item.current_period_start), item.current_period_end - 1)
