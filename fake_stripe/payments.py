"""The API of payment intents and charges, and of the links between invoices and payments."""

import secrets

from fake_stripe.cards import refusal
from fake_stripe.endpoints import Call, endpoint, listed
from fake_stripe.events import told
from fake_stripe.refusals import DECLINES, Json
from fake_stripe.state import State


def intent_for(state: State, invoice: Json) -> Json:
    """Create and return a payment intent for an invoice, and link the invoice to the intent."""
    card = invoice["collection_method"] == "charge_automatically"
    amount = invoice["amount_remaining"]
    intent = state.add(
        "payment_intent", amount=amount, amount_capturable=0,
        amount_details={"tip": {}}, amount_received=0, application=None,
        application_fee_amount=None, automatic_payment_methods=None, canceled_at=None,
        cancellation_reason=None, capture_method="automatic",
        confirmation_method="automatic", currency=invoice["currency"],
        customer=invoice["customer"], customer_account=None, description="Subscription invoice",
        last_payment_error=None, latest_charge=None, metadata={}, next_action=None,
        on_behalf_of=None, payment_method=None, payment_method_options={},
        payment_method_types=["card"] if card else ["customer_balance"], processing=None,
        receipt_email=None, review=None, setup_future_usage="off_session" if card else None,
        shipping=None, source=None, statement_descriptor=None, statement_descriptor_suffix=None,
        status="requires_payment_method", transfer_data=None, transfer_group=None,
    )  # fmt: skip
    intent["client_secret"] = f"{intent['id']}_secret_{secrets.token_hex(8)}"
    told(state, "payment_intent.created", intent)
    state.add(
        "invoice_payment", amount_paid=None, amount_requested=amount,
        currency=invoice["currency"], invoice=invoice["id"], is_default=True,
        payment={"type": "payment_intent", "payment_intent": intent["id"]}, status="open",
        status_transitions={"canceled_at": None, "paid_at": None},
    )  # fmt: skip
    return intent


def link_of(state: State, invoice: Json) -> Json | None:
    """Return the open link between an invoice and a payment, or None."""
    open_ones = state.all("invoice_payment", invoice=invoice["id"], status="open")
    return open_ones[0] if open_ones else None


def intent_of(state: State, invoice: Json) -> Json | None:
    """Return the open payment intent of an invoice, or None."""
    link = link_of(state, invoice)
    return state.get("payment_intent", link["payment"]["payment_intent"]) if link else None


def card_charged(state: State, invoice: Json, card: Json, *, present: bool) -> str | None:
    """Charge the card; return the bank's decline code, or None when the charge succeeded."""
    intent = intent_of(state, invoice) or intent_for(state, invoice)
    why = refusal(card, present=present)
    charge = _charge(state, intent, intent["amount"], method=card, why=why)
    intent["latest_charge"] = charge["id"]
    if why is None:
        intent["payment_method"] = card["id"]
        settled(state, invoice, intent, intent["amount"])
        told(state, "charge.succeeded", charge)
        return None
    intent["last_payment_error"] = {
        "type": "card_error", "code": "card_declined", "decline_code": why,
        "message": DECLINES[why], "charge": charge["id"], "payment_method": dict(card),
    }  # fmt: skip
    told(state, "payment_intent.payment_failed", intent)
    told(state, "charge.failed", charge)
    return why


def transfer_charged(state: State, invoice: Json, amount: int) -> None:
    """Record a bank transfer for an invoice."""
    intent = intent_of(state, invoice) or intent_for(state, invoice)
    charge = _charge(state, intent, amount, method=None, why=None)
    intent["latest_charge"] = charge["id"]
    settled(state, invoice, intent, amount)
    told(state, "charge.succeeded", charge)


def settled(state: State, invoice: Json, intent: Json, amount: int) -> None:
    """Record that a payment intent succeeded with ``amount``."""
    link = link_of(state, invoice)
    intent["amount"] = intent["amount_received"] = amount
    intent["status"], intent["last_payment_error"] = "succeeded", None
    told(state, "payment_intent.succeeded", intent)
    if link is None:
        return
    link["status"], link["amount_paid"], link["amount_requested"] = "paid", amount, amount
    link["status_transitions"]["paid_at"] = state.now()
    told(state, "invoice_payment.paid", link)


def abandoned(state: State, invoice: Json, reason: str) -> None:
    """Cancel the open payment intent, because the invoice is void or was paid in another way."""
    link, intent = link_of(state, invoice), intent_of(state, invoice)
    if link is None or intent is None:
        return
    link["status"], link["status_transitions"]["canceled_at"] = "canceled", state.now()
    intent["status"], intent["canceled_at"] = "canceled", state.now()
    intent["cancellation_reason"] = reason
    told(state, "payment_intent.canceled", intent)


def _charge(
    state: State, intent: Json, amount: int, *, method: Json | None, why: str | None
) -> Json:
    customer = state.get("customer", intent["customer"])
    paid = why is None
    details: Json = {"type": "customer_balance", "customer_balance": {}}
    if method:
        shown = ("brand", "last4", "country", "exp_month", "exp_year", "funding", "fingerprint")
        details = {"type": "card", "card": {name: method["card"][name] for name in shown}}
    return state.add(
        "charge", amount=amount, amount_captured=amount if paid else 0, amount_refunded=0,
        application=None, application_fee=None, application_fee_amount=None,
        balance_transaction=None,
        billing_details={"address": customer["address"], "email": customer["email"],
                         "name": customer["name"], "phone": customer["phone"], "tax_id": None},
        calculated_statement_descriptor=None, captured=paid, currency=intent["currency"],
        customer=customer["id"], description=intent["description"], disputed=False,
        failure_balance_transaction=None, failure_code=None if paid else "card_declined",
        failure_message=None if why is None else DECLINES[why], fraud_details={}, metadata={},
        on_behalf_of=None,
        outcome={"type": "authorized" if paid else "issuer_declined", "reason": why,
                 "network_status": "approved_by_network" if paid else "declined_by_network",
                 "seller_message": None, "risk_level": "normal", "advice_code": None,
                 "network_advice_code": None, "network_decline_code": None},
        paid=paid, payment_intent=intent["id"], payment_method=method and method["id"],
        payment_method_details=details, radar_options={}, receipt_email=None,
        receipt_number=None, receipt_url=None, refunded=False, review=None, shipping=None,
        source=None, source_transfer=None, statement_descriptor=None,
        statement_descriptor_suffix=None, status="succeeded" if paid else "failed",
        transfer_data=None, transfer_group=None,
    )  # fmt: skip


@endpoint("GET", "/v1/payment_intents/{id}")
def payment_intent_retrieve(call: Call) -> Json:
    """Return one payment intent."""
    return call.state.get("payment_intent", call.id)


@endpoint("GET", "/v1/payment_intents", "customer", paging=True)
def payment_intent_list(call: Call) -> Json:
    """Return the payment intents, newest first, of all customers or of one customer."""
    customer = call.params.text("customer")
    where = {"customer": customer} if customer else {}
    return listed(call, call.state.all("payment_intent", **where), url="/v1/payment_intents")


@endpoint("GET", "/v1/charges/{id}")
def charge_retrieve(call: Call) -> Json:
    """Return one charge."""
    return call.state.get("charge", call.id)


@endpoint("GET", "/v1/charges", "customer payment_intent", paging=True)
def charge_list(call: Call) -> Json:
    """Return the charges, newest first, of all customers, one customer or one payment intent."""
    given = {name: call.params.text(name) for name in ("customer", "payment_intent")}
    rows = call.state.all("charge", **{name: value for name, value in given.items() if value})
    return listed(call, rows, url="/v1/charges")


@endpoint("GET", "/v1/invoice_payments/{id}")
def invoice_payment_retrieve(call: Call) -> Json:
    """Return one link between an invoice and a payment."""
    return call.state.get("invoice_payment", call.id)


@endpoint(
    "GET", "/v1/invoice_payments",
    "invoice status payment.type payment.payment_intent", paging=True,
)  # fmt: skip
def invoice_payment_list(call: Call) -> Json:
    """Return the payments of an invoice, or the invoice of a payment."""
    given = {name: call.params.text(name) for name in ("invoice", "status")}
    rows = call.state.all(
        "invoice_payment", **{name: value for name, value in given.items() if value}
    )
    if intent := call.params.text("payment.payment_intent"):
        rows = [row for row in rows if row["payment"]["payment_intent"] == intent]
    return listed(call, rows, url="/v1/invoice_payments")
