"""The lifecycle of a subscription: start, renewals and end."""

from copy import deepcopy

from fake_stripe import billing
from fake_stripe.billing import DRAFT_SECONDS, ended, invoice_add
from fake_stripe.cards import default_card
from fake_stripe.events import changing, told
from fake_stripe.periods import period_end
from fake_stripe.proration import pending_taken, trial_billed, whole_billed
from fake_stripe.refusals import Json
from fake_stripe.state import State

# Seconds in which the first payment must arrive.
INCOMPLETE_SECONDS = 23 * 3_600


def item_add(state: State, subscription: Json, price: Json, quantity: int) -> Json:
    """Add an item (a price with a quantity) to a subscription, from now to the period's end."""
    items = subscription["items"]["data"]
    start = state.now()
    if items:
        end = items[0]["current_period_end"]
    else:
        anchor = subscription["billing_cycle_anchor"]
        end = subscription["trial_end"] or period_end(price["recurring"], start, anchor=anchor)
    item = state.add(
        "subscription_item", billed_until=None, billing_thresholds=None, current_trial=None,
        current_period_end=end, current_period_start=start, discounts=[], metadata={},
        plan=plan_of(price), price=deepcopy(price), quantity=quantity,
        subscription=subscription["id"], tax_rates=[],
    )  # fmt: skip
    # Only the subscription stores the item, because a second copy could differ.
    state.remove(item)
    items.append(item)
    subscription["items"]["total_count"] = len(items)
    return item


def plan_of(price: Json) -> Json:
    """Return a price in Stripe's older format ``plan``."""
    return {
        "id": price["id"], "object": "plan", "active": price["active"],
        "amount": price["unit_amount"], "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit", "created": price["created"], "currency": price["currency"],
        "interval": price["recurring"]["interval"],
        "interval_count": price["recurring"]["interval_count"], "livemode": False,
        "metadata": {}, "meter": None, "nickname": price["nickname"],
        "product": price["product"], "tiers_mode": None, "transform_usage": None,
        "trial_period_days": None, "usage_type": "licensed",
    }  # fmt: skip


def subscription_add(
    state: State, customer: Json, *, currency: str, method: str, days: int | None,
    trial_end: int | None, metadata: Json, card: str | None, description: str | None = None,
) -> Json:  # fmt: skip
    """Return a new subscription without items; no event is recorded."""
    now = state.now()
    row = state.add(
        "subscription", application=None, application_fee_percent=None,
        automatic_tax={"enabled": False, "disabled_reason": None, "liability": None},
        billing_cycle_anchor=trial_end or now, billing_cycle_anchor_config=None,
        billing_mode={"type": "flexible", "flexible": {"proration_discounts": "included"},
                      "updated_at": None},
        billing_schedules=[], billing_thresholds=None, cancel_at=None,
        cancel_at_period_end=False, canceled_at=None,
        cancellation_details={"comment": None, "feedback": None, "feedback_option": None,
                              "reason": None},
        collection_method=method, currency=currency, customer=customer["id"],
        customer_account=None, days_until_due=days, default_payment_method=card,
        default_source=None, default_tax_rates=[], description=description, discounts=[],
        ended_at=None,
        invoice_settings={"account_tax_ids": None, "custom_fields": None, "description": None,
                          "footer": None, "issuer": {"type": "self"}},
        items={"object": "list", "data": [], "has_more": False, "total_count": 0},
        latest_invoice=None, managed_payments=None, metadata=metadata,
        next_pending_invoice_item_invoice=None, on_behalf_of=None, pause_collection=None,
        payment_settings={"payment_method_options": None, "payment_method_types": None,
                          "save_default_payment_method": "off"},
        pending_invoice_item_interval=None, pending_setup_intent=None, pending_update=None,
        schedule=None, start_date=now, status="incomplete", status_details=None,
        test_clock=None, transfer_data=None, trial_end=trial_end,
        trial_settings={"end_behavior": {"billing_cycle_anchor": None,
                                         "missing_payment_method": "create_invoice"}},
        trial_start=now if trial_end else None,
    )  # fmt: skip
    row["items"]["url"] = f"/v1/subscription_items?subscription={row['id']}"
    return row


def begun(state: State, subscription: Json, *, present: bool, collect: bool = True) -> str | None:
    """Make the first invoice of a subscription.

    Returns the decline code where the payment failed, else None.
    """
    sends = subscription["collection_method"] == "send_invoice"
    trial = subscription["trial_end"] is not None
    if trial or sends:
        subscription["status"] = "trialing" if trial else "active"
    invoice = _invoice(state, subscription, "subscription_create")
    for item in subscription["items"]["data"]:
        (trial_billed if trial else whole_billed)(state, invoice, subscription, item)
    subscription["latest_invoice"] = invoice["id"]
    told(state, "customer.subscription.created", subscription)
    if sends and not trial:
        invoice["automatically_finalizes_at"] = state.now() + DRAFT_SECONDS
        told(state, "invoice.created", invoice)
        return None
    # Without automatic collection, a refused first payment is not tried again.
    invoice["auto_advance"] = False
    told(state, "invoice.created", invoice)
    billing.finalized(state, invoice)
    if invoice["status"] == "paid" or not collect:
        return None
    return billing.charged(state, invoice, present=present)


def _invoice(
    state: State, subscription: Json, reason: str, *, period: tuple[int, int] | None = None
) -> Json:
    return invoice_add(
        state, state.get("customer", subscription["customer"]),
        currency=subscription["currency"], reason=reason,
        method=subscription["collection_method"], days=subscription["days_until_due"],
        subscription=subscription, period=period,
    )  # fmt: skip


def renewed(state: State, subscription: Json) -> None:
    """End a subscription's period; then cancel the subscription or start the next period."""
    if subscription["cancel_at_period_end"]:
        ended(state, subscription, reason="cancellation_requested")
        return
    if subscription["status"] == "trialing" and _paused_for_want_of_card(state, subscription):
        return
    items = subscription["items"]["data"]
    before = (items[0]["current_period_start"], items[0]["current_period_end"])
    with changing(state, subscription, "customer.subscription.updated"):
        advance(subscription)
        if subscription["status"] == "trialing":
            subscription["status"] = "active"
        invoice = cycle_invoice(state, subscription, period=before)
        subscription["latest_invoice"] = invoice["id"]
    told(state, "invoice.created", invoice)


def advance(subscription: Json) -> None:
    """Set the next period in every item of a subscription."""
    anchor = subscription["billing_cycle_anchor"]
    for item in subscription["items"]["data"]:
        start = item["current_period_end"]
        item["current_period_start"] = start
        item["current_period_end"] = period_end(item["price"]["recurring"], start, anchor=anchor)


def cycle_invoice(state: State, subscription: Json, *, period: tuple[int, int]) -> Json:
    """Return a draft invoice for a new period; ``period`` is the former period, as in Stripe."""
    invoice = _invoice(state, subscription, "subscription_cycle", period=period)
    pending_taken(state, invoice, subscription)
    for item in subscription["items"]["data"]:
        whole_billed(state, invoice, subscription, item)
    if subscription["status"] == "unpaid":
        # A customer with unpaid invoices is not charged automatically.
        invoice["auto_advance"] = False
    else:
        invoice["automatically_finalizes_at"] = state.now() + DRAFT_SECONDS
    return invoice


def _paused_for_want_of_card(state: State, subscription: Json) -> bool:
    wish = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    customer = state.get("customer", subscription["customer"])
    if wish == "create_invoice" or subscription["collection_method"] == "send_invoice":
        return False
    if default_card(state, customer, subscription):
        return False
    if wish == "cancel":
        ended(state, subscription, reason="payment_failed")
        return True
    with changing(state, subscription, "customer.subscription.paused"):
        subscription["status"] = "paused"
        subscription["status_details"] = {
            "paused": {"type": "subscription", "transitioned_at": state.now(),
                       "subscription": {"type": "trial_end_without_payment_method"}},
        }  # fmt: skip
    return True


def changed_now(state: State, subscription: Json, *, collect: bool = True) -> str | None:
    """Bill the subscription's waiting lines now with an invoice.

    Returns the decline code where the invoice could not be collected, else None.
    """
    item = subscription["items"]["data"][0]
    period = (item["current_period_start"], item["current_period_end"])
    invoice = _invoice(state, subscription, "subscription_update", period=period)
    pending_taken(state, invoice, subscription)
    subscription["latest_invoice"] = invoice["id"]
    return settled_now(state, subscription, invoice, collect=collect)


def settled_now(
    state: State, subscription: Json, invoice: Json, *, collect: bool = True
) -> str | None:
    """Finalize an invoice and charge the card; return the decline code of a refusal, else None.

    With ``send_invoice``, the invoice stays a draft for an hour.
    """
    told(state, "invoice.created", invoice)
    if subscription["collection_method"] == "send_invoice":
        invoice["automatically_finalizes_at"] = state.now() + DRAFT_SECONDS
        return None
    billing.finalized(state, invoice)
    if invoice["status"] == "paid" or not collect:
        return None
    return billing.charged(state, invoice)


def restarted(state: State, subscription: Json) -> str | None:
    """Start a new period of a subscription now, with an invoice.

    Returns the decline code of a refusal, else None.
    """
    now = state.now()
    subscription["billing_cycle_anchor"] = now
    for item in subscription["items"]["data"]:
        item["current_period_start"] = now
        item["current_period_end"] = period_end(item["price"]["recurring"], now, anchor=now)
    invoice = _invoice(state, subscription, "subscription_update", period=(now, now))
    pending_taken(state, invoice, subscription)
    for item in subscription["items"]["data"]:
        whole_billed(state, invoice, subscription, item)
    subscription["latest_invoice"] = invoice["id"]
    return settled_now(state, subscription, invoice)


def never_begun(state: State, subscription: Json) -> None:
    """Expire a subscription whose first payment did not arrive in time."""
    with changing(state, subscription, "customer.subscription.updated"):
        subscription["status"], subscription["ended_at"] = "incomplete_expired", state.now()
    invoice = state.get("invoice", subscription["latest_invoice"])
    if invoice["status"] == "open":
        billing.voided(state, invoice)
