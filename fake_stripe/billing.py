"""The status changes of an invoice: drafted, finalized, paid, refused, overdue, void."""

from copy import deepcopy

from fake_stripe.cards import default_card
from fake_stripe.customers import credit, tax_ids_of
from fake_stripe.events import changing, told
from fake_stripe.payments import abandoned, card_charged, intent_for
from fake_stripe.refusals import Json
from fake_stripe.state import DAY, PREFIXES, State

# Seconds for which the invoice of a renewal stays a draft, so that lines can be added.
DRAFT_SECONDS = 3_600


def invoice_add(
    state: State, customer: Json, *, currency: str, reason: str, method: str, days: int | None,
    subscription: Json | None = None, period: tuple[int, int] | None = None,
) -> Json:  # fmt: skip
    """Return a new draft invoice without lines; no event is recorded."""
    start, end = period or (state.now(), state.now())
    parent = subscription and {
        "type": "subscription_details", "quote_details": None,
        "subscription_details": {"metadata": deepcopy(subscription["metadata"]),
                                 "subscription": subscription["id"],
                                 "subscription_proration_date": None},
    }  # fmt: skip
    row = state.add(
        "invoice", **deepcopy(BLANK), currency=currency, customer=customer["id"],
        billing_reason=reason, collection_method=method, parent=parent,
        due_date=state.now() + days * DAY if days is not None else None,
        period_start=start, period_end=end, starting_balance=customer["balance"],
        customer_address=deepcopy(customer["address"]), customer_email=customer["email"],
        customer_name=customer["name"], customer_phone=customer["phone"],
        customer_shipping=None, customer_tax_exempt=customer["tax_exempt"],
        customer_tax_ids=tax_ids_of(state, customer),
        custom_fields=deepcopy(customer["invoice_settings"]["custom_fields"]),
        footer=customer["invoice_settings"]["footer"], webhooks_delivered_at=state.now(),
    )  # fmt: skip
    row["lines"]["url"] = f"/v1/invoices/{row['id']}/lines"
    return row


BLANK: Json = {
    "account_country": "MA", "account_name": "Insaf", "account_tax_ids": None, "amount_due": 0,
    "amount_overpaid": 0, "amount_paid": 0, "amount_paid_off_stripe": None,
    "amount_remaining": 0, "amount_shipping": 0, "application": None, "attempt_count": 0,
    "attempted": False, "auto_advance": True, "automatically_finalizes_at": None,
    "automatic_tax": {"enabled": False, "disabled_reason": None, "liability": None,
                      "provider": None, "status": None},
    "customer_account": None, "default_payment_method": None,
    "default_source": None, "default_tax_rates": [], "description": None, "discounts": [],
    "effective_at": None, "ending_balance": None, "from_invoice": None,
    "hosted_invoice_url": None, "invoice_pdf": None,
    "issuer": {"type": "self"}, "last_finalization_error": None, "latest_revision": None,
    "lines": {"object": "list", "data": [], "has_more": False, "total_count": 0},
    "metadata": {}, "next_payment_attempt": None, "number": None, "on_behalf_of": None,
    "payment_settings": {"default_mandate": None, "payment_method_options": None,
                         "payment_method_types": None},
    "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0,
    "receipt_number": None, "rendering": None, "shipping_cost": None, "shipping_details": None,
    "statement_descriptor": None, "status": "draft", "status_details": None,
    "status_transitions": {"finalized_at": None, "marked_uncollectible_at": None,
                           "paid_at": None, "voided_at": None},
    "subtotal": 0, "subtotal_excluding_tax": 0, "test_clock": None, "total": 0,
    "total_discount_amounts": [], "total_excluding_tax": 0, "total_pretax_credit_amounts": [],
    "total_taxes": [],
}  # fmt: skip


def line_add(
    state: State, invoice: Json, *, amount: int, description: str, period: tuple[int, int],
    parent: Json, price: Json | None, quantity: int = 1,
) -> Json:  # fmt: skip
    """Add a line to an invoice, compute the invoice's totals again, and return the line."""
    pricing = price and {
        "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"],
        "price_details": {"price": price["id"], "product": price["product"]},
    }  # fmt: skip
    line = {
        "id": f"{PREFIXES['line_item']}_{invoice['id'][3:]}{state.count()}", "object": "line_item",
        "amount": amount, "currency": invoice["currency"], "description": description,
        "discount_amounts": [], "discountable": amount >= 0, "discounts": [],
        "invoice": invoice["id"], "livemode": False, "metadata": {}, "parent": parent,
        "period": {"start": period[0], "end": period[1]}, "pretax_credit_amounts": [],
        "pricing": pricing, "quantity": quantity, "quantity_decimal": str(quantity),
        "subscription": (invoice["parent"] or {}).get("subscription_details", {}).get(
            "subscription"),
        "subtotal": amount, "taxes": [],
    }  # fmt: skip
    invoice["lines"]["data"].append(line)
    invoice["lines"]["total_count"] = len(invoice["lines"]["data"])
    _summed(invoice)
    return line


def _summed(invoice: Json) -> None:
    total = sum(line["amount"] for line in invoice["lines"]["data"])
    for name in ("subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax"):
        invoice[name] = total
    # The customer's debt is added and credit is deducted; the amount due is never below 0.
    due = total + invoice["starting_balance"]
    invoice["amount_due"] = invoice["amount_remaining"] = max(due, 0)


def subscription_of(state: State, invoice: Json) -> Json | None:
    """Return the subscription of an invoice, or None."""
    details = (invoice["parent"] or {}).get("subscription_details") or {}
    return state.rows["subscription"].get(str(details.get("subscription")))


def finalized(state: State, invoice: Json) -> None:
    """Finalize a draft: give the invoice a number and deduct the customer's credit."""
    customer = state.get("customer", invoice["customer"])
    invoice["starting_balance"] = customer["balance"]
    _summed(invoice)
    asked = invoice["amount_due"] > 0
    credit(state, customer, -customer["balance"] if asked else invoice["total"], invoice)
    with changing(state, invoice, "invoice.updated"):
        invoice["ending_balance"] = customer["balance"]
        invoice["number"] = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}"
        invoice["status"], invoice["automatically_finalizes_at"] = "open", None
        invoice["status_transitions"]["finalized_at"] = state.now()
        invoice["effective_at"] = state.now()
        invoice["hosted_invoice_url"] = f"{state.base}/i/{invoice['id']}"
        invoice["invoice_pdf"] = f"{state.base}/i/{invoice['id']}/pdf"
    customer["next_invoice_sequence"] += 1
    customer["currency"] = customer["currency"] or invoice["currency"]
    told(state, "invoice.finalized", invoice)
    if invoice["amount_due"] == 0:
        paid(state, invoice, 0)
    else:
        intent_for(state, invoice)


def sent(state: State, invoice: Json) -> None:
    """Record that the invoice was sent by e-mail; no e-mail is sent."""
    told(state, "invoice.sent", invoice)


def charged(
    state: State, invoice: Json, *, card: Json | None = None, present: bool = False
) -> str | None:
    """Charge an invoice; return the bank's decline code, or None if the invoice is paid."""
    customer = state.get("customer", invoice["customer"])
    subscription = subscription_of(state, invoice)
    card = card or default_card(state, customer, subscription)
    amount = invoice["amount_remaining"]
    invoice["attempted"], invoice["attempt_count"] = True, invoice["attempt_count"] + 1
    why = card_charged(state, invoice, card, present=present) if card else "no_card"
    if why is None:
        paid(state, invoice, amount)
    else:
        _refused(state, invoice, subscription)
    return why


def _refused(state: State, invoice: Json, subscription: Json | None) -> None:
    first = invoice["billing_reason"] == "subscription_create"
    days = state.settings["retry_days"]
    again = invoice["attempt_count"] <= len(days) and not first
    with changing(state, invoice, "invoice.updated"):
        invoice["next_payment_attempt"] = None
        if again:
            invoice["next_payment_attempt"] = state.now() + days[invoice["attempt_count"] - 1] * DAY
        invoice["auto_advance"] = again
    told(state, "invoice.payment_failed", invoice)
    state.get("customer", invoice["customer"])["delinquent"] = True
    if subscription and not first:
        in_arrears(state, subscription, invoice, finally_so=not again)


def in_arrears(state: State, subscription: Json, invoice: Json, *, finally_so: bool) -> None:
    """Set the status of a subscription with an unpaid invoice.

    ``finally_so`` means that the charge is not tried again; the settings then name the status.
    """
    if subscription["status"] not in {"active", "past_due", "trialing"}:
        return
    after = state.settings["after"] if finally_so else "past_due"
    if after == "cancel":
        ended(state, subscription, reason="payment_failed")
        return
    with changing(state, subscription, "customer.subscription.updated"):
        subscription["status"] = after


def ended(state: State, subscription: Json, *, reason: str) -> None:
    """Cancel the subscription now; its open invoices are no longer charged automatically."""
    if subscription["status"] == "canceled":
        return
    subscription["status"], subscription["ended_at"] = "canceled", state.now()
    subscription["canceled_at"] = subscription["canceled_at"] or state.now()
    subscription["cancellation_details"]["reason"] = (
        subscription["cancellation_details"]["reason"] or reason
    )
    told(state, "customer.subscription.deleted", subscription)
    for invoice in state.all("invoice", status="open"):
        if subscription_of(state, invoice) is subscription:
            invoice["auto_advance"], invoice["next_payment_attempt"] = False, None


def paid(state: State, invoice: Json, amount: int, *, elsewhere: bool = False) -> None:
    """Record a payment of an invoice, in part or in full."""
    with changing(state, invoice, "invoice.updated"):
        invoice["amount_paid"] += amount
        invoice["amount_remaining"] -= amount
        if elsewhere:
            invoice["amount_paid_off_stripe"] = amount
        if invoice["amount_remaining"] == 0:
            invoice["status"], invoice["attempted"] = "paid", True
            invoice["auto_advance"], invoice["next_payment_attempt"] = False, None
            invoice["status_transitions"]["paid_at"] = state.now()
    if invoice["status"] != "paid":
        return
    abandoned(state, invoice, "automatic")
    told(state, "invoice.paid", invoice)
    told(state, "invoice.payment_succeeded", invoice)
    _recovered(state, invoice)


def _recovered(state: State, invoice: Json) -> None:
    subscription = subscription_of(state, invoice)
    owed = [one for one in state.all("invoice", customer=invoice["customer"], status="open")
            if one["attempted"]]  # fmt: skip
    state.get("customer", invoice["customer"])["delinquent"] = bool(owed)
    if subscription is None or subscription["latest_invoice"] != invoice["id"]:
        return
    if subscription["status"] in {"past_due", "unpaid", "incomplete"}:
        with changing(state, subscription, "customer.subscription.updated"):
            subscription["status"] = "active"


def voided(state: State, invoice: Json) -> None:
    """Void an invoice; its number is not used again."""
    with changing(state, invoice, "invoice.updated"):
        invoice["status"], invoice["auto_advance"] = "void", False
        invoice["next_payment_attempt"] = None
        invoice["status_transitions"]["voided_at"] = state.now()
    abandoned(state, invoice, "void_invoice")
    told(state, "invoice.voided", invoice)


def overdue(state: State, invoice: Json) -> None:
    """Mark a sent invoice as overdue after its due date."""
    told(state, "invoice.overdue", invoice)
    if subscription := subscription_of(state, invoice):
        in_arrears(state, subscription, invoice, finally_so=False)
