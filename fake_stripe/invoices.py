"""The API of invoices and of their lines."""

from fake_stripe import billing
from fake_stripe.cards import default_card
from fake_stripe.endpoints import Call, endpoint, enveloped, listed
from fake_stripe.events import changing, told
from fake_stripe.payments import intent_of
from fake_stripe.proration import pending_taken
from fake_stripe.refusals import Json, declined, invalid

METHODS = ("charge_automatically", "send_invoice")


@endpoint(
    "POST", "/v1/invoices",
    "customer collection_method days_until_due currency description footer auto_advance",
    "pending_invoice_items_behavior metadata.*",
)  # fmt: skip
def invoice_create(call: Call) -> Json:
    """Create a draft invoice, with the customer's waiting lines if the request says so."""
    state, params = call.state, call.params
    customer = state.get("customer", params.need("customer"), param="customer")
    method = params.one_of("collection_method", METHODS, "charge_automatically")
    days = params.number("days_until_due", least=0)
    if method == "send_invoice" and days is None:
        raise invalid("Set days_until_due or due_date to send an invoice.", param="days_until_due")
    row = billing.invoice_add(
        state, customer, currency=params.text("currency") or customer["currency"] or "mad",
        reason="manual", method=method, days=days,
    )  # fmt: skip
    row["description"] = params.text("description")
    row["footer"] = params.text("footer") or row["footer"]
    row["auto_advance"] = params.flag("auto_advance")
    row["metadata"] = params.metadata()
    if params.text("pending_invoice_items_behavior") == "include":
        pending_taken(state, row, None)
    told(state, "invoice.created", row)
    return row


@endpoint(
    "POST", "/v1/invoiceitems", "customer amount currency description invoice metadata.*"
)  # fmt: skip
def invoice_item_create(call: Call) -> Json:
    """Create a line for a named draft invoice, or a line that waits for the next invoice."""
    state, params = call.state, call.params
    customer = state.get("customer", params.need("customer"), param="customer")
    amount = params.number("amount")
    if amount is None:
        params.need("amount")
    now, invoice = state.now(), params.text("invoice")
    row = state.add(
        "invoiceitem", amount=amount, currency=params.text("currency") or "mad",
        customer=customer["id"], customer_account=None, date=now,
        description=params.text("description"), discountable=True, discounts=[], invoice=None,
        metadata=params.metadata(), net_amount=amount, parent=None,
        period={"start": now, "end": now}, pricing=None, proration=False,
        proration_details=None, quantity=1, quantity_decimal="1", tax_rates=[], test_clock=None,
    )  # fmt: skip
    told(state, "invoiceitem.created", row)
    if invoice:
        draft = state.get("invoice", invoice, param="invoice")
        _only(draft, "draft")
        pending_taken(state, draft, None)
    return row


@endpoint("GET", "/v1/invoiceitems", "customer pending", paging=True)
def invoice_item_list(call: Call) -> Json:
    """Return the lines of invoices and the lines that wait for an invoice."""
    customer = call.params.text("customer")
    rows = call.state.all("invoiceitem", **({"customer": customer} if customer else {}))
    if call.params.has("pending"):
        rows = [row for row in rows if (row["invoice"] is None) == call.params.flag("pending")]
    return listed(call, rows, url="/v1/invoiceitems")


@endpoint(
    "GET", "/v1/invoices", "customer subscription status collection_method", paging=True
)  # fmt: skip
def invoice_list(call: Call) -> Json:
    """Return the invoices, newest first."""
    names = ("customer", "status", "collection_method")
    given = {name: call.params.text(name) for name in names}
    rows = call.state.all("invoice", **{name: value for name, value in given.items() if value})
    if wanted := call.params.text("subscription"):
        rows = [row for row in rows if _subscription_id(row) == wanted]
    return listed(call, rows, url="/v1/invoices")


def _subscription_id(row: Json) -> str | None:
    details: Json = (row["parent"] or {}).get("subscription_details") or {}
    return details.get("subscription")


@endpoint("GET", "/v1/invoices/{id}")
def invoice_retrieve(call: Call) -> Json:
    """Return one invoice."""
    return call.state.get("invoice", call.id)


@endpoint("GET", "/v1/invoices/{id}/lines", paging=True, dated=False)
def invoice_lines(call: Call) -> Json:
    """Return the lines of an invoice."""
    lines = call.state.get("invoice", call.id)["lines"]
    return enveloped(lines["data"], url=lines["url"])


@endpoint(
    "POST", "/v1/invoices/{id}", "description footer auto_advance days_until_due metadata.*"
)  # fmt: skip
def invoice_update(call: Call) -> Json:
    """Change the fields of an invoice, but not the due date of a finalized invoice."""
    row, params = call.state.get("invoice", call.id), call.params
    if params.has("days_until_due"):
        _only(row, "draft")
    with changing(call.state, row, "invoice.updated"):
        for name in ("description", "footer"):
            if params.has(name):
                row[name] = params.text(name)
        if days := params.number("days_until_due", least=0):
            row["due_date"] = call.state.now() + days * 86_400
        row["auto_advance"] = params.flag("auto_advance", default=row["auto_advance"])
        row["metadata"] = params.metadata(row["metadata"])
    return row


@endpoint("DELETE", "/v1/invoices/{id}")
def invoice_delete(call: Call) -> Json:
    """Delete a draft invoice that the API created; no other invoice can be deleted."""
    row = call.state.get("invoice", call.id)
    _only(row, "draft")
    if row["parent"]:
        raise invalid("You can't delete invoices created by subscriptions.")
    call.state.remove(row)
    told(call.state, "invoice.deleted", row)
    return {"id": row["id"], "object": "invoice", "deleted": True}


@endpoint("POST", "/v1/invoices/{id}/finalize", "auto_advance")
def invoice_finalize(call: Call) -> Json:
    """Finalize a draft."""
    row = call.state.get("invoice", call.id)
    _only(row, "draft")
    row["auto_advance"] = call.params.flag("auto_advance", default=row["auto_advance"])
    billing.finalized(call.state, row)
    return row


@endpoint("POST", "/v1/invoices/{id}/send")
def invoice_send(call: Call) -> Json:
    """Record that an invoice is sent by e-mail; a draft is finalized first."""
    row = call.state.get("invoice", call.id)
    if row["collection_method"] != "send_invoice":
        raise invalid("You can only manually send an invoice if its collection method is"
                      " 'send_invoice'.")  # fmt: skip
    if row["status"] == "draft":
        billing.finalized(call.state, row)
    if row["status"] not in {"open", "paid"}:
        raise invalid(f"Invoice is {row['status']} and cannot be sent.")
    billing.sent(call.state, row)
    return row


@endpoint("POST", "/v1/invoices/{id}/pay", "paid_out_of_band payment_method off_session")
def invoice_pay(call: Call) -> Json:
    """Pay an invoice by card, or record that it was paid outside Stripe."""
    state, row = call.state, call.state.get("invoice", call.id)
    if row["status"] == "paid":
        raise invalid("Invoice is already paid")
    if row["status"] == "draft":
        billing.finalized(state, row)
    _only(row, "open", "uncollectible")
    if call.params.flag("paid_out_of_band"):
        billing.paid(state, row, row["amount_remaining"], elsewhere=True)
        return row
    named = call.params.text("payment_method")
    card = state.get("payment_method", named, param="payment_method") if named else None
    _collect(call, row, card)
    return row


def _collect(call: Call, row: Json, card: Json | None) -> None:
    """Charge an invoice to the card.

    Raises ``Refused`` if the card is refused or the customer has no card.
    """
    state = call.state
    customer = state.get("customer", row["customer"])
    if row["status"] == "paid":
        return
    if card is None and default_card(state, customer, billing.subscription_of(state, row)) is None:
        raise invalid(
            "There is no `default_payment_method` set on this Customer or Invoice. Please set"
            " a default or pass a payment method.",
        )
    why = billing.charged(state, row, card=card)
    if why is not None:
        intent = intent_of(state, row) or {}
        raise declined(why, charge=intent["latest_charge"], payment_intent=dict(intent), undo=False)


@endpoint("POST", "/v1/invoices/{id}/void")
def invoice_void(call: Call) -> Json:
    """Void an invoice."""
    row = call.state.get("invoice", call.id)
    _only(row, "open", "uncollectible")
    billing.voided(call.state, row)
    return row


@endpoint("POST", "/v1/invoices/{id}/mark_uncollectible")
def invoice_mark_uncollectible(call: Call) -> Json:
    """Mark an invoice as uncollectible; it can still be paid."""
    row = call.state.get("invoice", call.id)
    _only(row, "open")
    with changing(call.state, row, "invoice.updated"):
        row["status"], row["auto_advance"] = "uncollectible", False
        row["status_transitions"]["marked_uncollectible_at"] = call.state.now()
        row["status_details"] = {"uncollectible": {"reason": "user_forgiven"}}
    told(call.state, "invoice.marked_uncollectible", row)
    return row


def _only(row: Json, *states: str) -> None:
    if row["status"] not in states:
        raise invalid(
            f"This invoice is {row['status']}; it must be {' or '.join(states)}.",
            code="invoice_not_editable" if states == ("draft",) else None,
        )
