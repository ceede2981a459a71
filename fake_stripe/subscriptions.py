"""The API of subscriptions and their items."""

from copy import deepcopy

from fake_stripe.billing import ended
from fake_stripe.cards import default_card
from fake_stripe.changes import updated
from fake_stripe.endpoints import Call, endpoint, enveloped, listed
from fake_stripe.events import changing, told
from fake_stripe.form_parameters import Params
from fake_stripe.invoices import METHODS
from fake_stripe.payments import intent_of
from fake_stripe.proration import change_billed
from fake_stripe.refusals import Json, declined, invalid
from fake_stripe.state import DAY, State
from fake_stripe.subscription_lifecycle import (
    begun,
    changed_now,
    item_add,
    restarted,
    subscription_add,
)

BEHAVIOURS = ("allow_incomplete", "default_incomplete", "error_if_incomplete")
MISSING = ("create_invoice", "cancel", "pause")


@endpoint(
    "POST", "/v1/subscriptions",
    "customer items.price items.quantity collection_method days_until_due description",
    "default_payment_method payment_behavior trial_period_days trial_end metadata.*",
    "trial_settings.end_behavior.missing_payment_method off_session cancel_at_period_end",
    "payment_settings.save_default_payment_method proration_behavior currency",
)  # fmt: skip
def subscription_create(call: Call) -> Json:
    """Create a subscription of a customer to prices in given quantities."""
    state, params = call.state, call.params
    customer = state.get("customer", params.need("customer"), param="customer")
    chosen = prices_chosen(state, params)
    method = params.one_of("collection_method", METHODS, "charge_automatically")
    days = params.number("days_until_due", least=0)
    _consistent(method, days)
    behaviour = params.one_of("payment_behavior", BEHAVIOURS, "allow_incomplete")
    card = params.text("default_payment_method")
    row = subscription_add(
        state, customer, currency=chosen[0][0]["currency"], method=method, days=days,
        trial_end=_trial_end(state, params), metadata=params.metadata(),
        card=card and state.get("payment_method", card, param="default_payment_method")["id"],
        description=params.text("description"),
    )  # fmt: skip
    row["trial_settings"]["end_behavior"]["missing_payment_method"] = params.one_of(
        "trial_settings.end_behavior.missing_payment_method", MISSING, "create_invoice"
    )
    for price, quantity in chosen:
        item_add(state, row, price, quantity)
    _begin(call, row, behaviour)
    if params.flag("cancel_at_period_end"):
        updated(state, row, Params({"cancel_at_period_end": "true"}))
    return row


def _begin(call: Call, row: Json, behaviour: str) -> None:
    """Start a subscription.

    Raises ``Refused`` if the payment fails and the caller accepts no incomplete subscription.
    """
    state = call.state
    card = default_card(state, state.get("customer", row["customer"]), row)
    automatic = row["collection_method"] == "charge_automatically" and not row["trial_end"]
    if automatic and card is None and behaviour != "default_incomplete":
        raise invalid(
            "This customer has no attached payment source or default payment method. Please"
            " consider adding a default payment method.", code="resource_missing",
        )  # fmt: skip
    why = begun(state, row, present=False, collect=behaviour != "default_incomplete")
    if why and behaviour == "error_if_incomplete":
        raise _refusal(state, row, why)


def _refusal(state: State, row: Json, why: str) -> Exception:
    invoice = state.get("invoice", row["latest_invoice"])
    intent = intent_of(state, invoice) or {}
    return declined(why, charge=intent.get("latest_charge", ""), payment_intent=deepcopy(intent))


def prices_chosen(state: State, params: Params, name: str = "items") -> list[tuple[Json, int]]:
    """Return the prices with their quantities.

    Raises ``Refused`` unless all prices are recurring, with one currency and one interval.
    """
    chosen = []
    for one in params.each(name):
        price = state.get("price", one.need("price"), param=one.named("price"))
        if price["recurring"] is None:
            raise invalid(
                "The price specified is set to `type=one_time` but this field only accepts prices"
                " with `type=recurring`.", param=one.named("price"),
            )  # fmt: skip
        if not price["active"]:
            raise invalid("The price specified is inactive.", param=one.named("price"))
        quantity = one.number("quantity", least=0)
        chosen.append((price, 1 if quantity is None else quantity))
    if not chosen:
        params.need(name)
    if len({(price["currency"], price["recurring"]["interval"]) for price, _ in chosen}) > 1:
        raise invalid("All prices must have the same currency and interval.", param=name)
    return chosen


def _consistent(method: str, days: int | None) -> None:
    if method == "send_invoice" and days is None:
        raise invalid(
            "If `collection_method` is `send_invoice`, you must pass `days_until_due`.",
            param="days_until_due",
        )
    if method == "charge_automatically" and days is not None:
        raise invalid(
            "You can only set `days_until_due` if `collection_method` is `send_invoice`.",
            param="days_until_due",
        )


def _trial_end(state: State, params: Params) -> int | None:
    if days := params.number("trial_period_days", least=1):
        return state.now() + days * DAY
    return params.number("trial_end", least=state.now())


@endpoint("GET", "/v1/subscriptions/{id}")
def subscription_retrieve(call: Call) -> Json:
    """Return one subscription."""
    return call.state.get("subscription", call.id)


@endpoint(
    "GET", "/v1/subscriptions", "customer status price collection_method", paging=True
)  # fmt: skip
def subscription_list(call: Call) -> Json:
    """Return the subscriptions, newest first, by default without canceled subscriptions."""
    params = call.params
    names = ("customer", "collection_method")
    given = {name: params.text(name) for name in names}
    rows = call.state.all("subscription", **{name: value for name, value in given.items() if value})
    status = params.text("status")
    if status == "ended":
        rows = [row for row in rows if row["ended_at"] is not None]
    elif status != "all":
        rows = [
            row
            for row in rows
            if (row["status"] == status if status else row["status"] != "canceled")
        ]
    if price := params.text("price"):
        rows = [row for row in rows
                if price in [item["price"]["id"] for item in row["items"]["data"]]]  # fmt: skip
    return listed(call, rows, url="/v1/subscriptions")


@endpoint(
    "POST", "/v1/subscriptions/{id}",
    "items.id items.price items.quantity items.deleted proration_behavior proration_date",
    "cancel_at_period_end cancel_at collection_method days_until_due default_payment_method",
    "payment_behavior metadata.* metadata description trial_end pause_collection",
    "pause_collection.behavior cancellation_details.comment cancellation_details.feedback",
    "trial_settings.end_behavior.missing_payment_method off_session",
)  # fmt: skip
def subscription_update(call: Call) -> Json:
    """Change a subscription's items, payment method and end."""
    state, row = call.state, call.state.get("subscription", call.id)
    if row["status"] in {"canceled", "incomplete_expired"}:
        raise invalid(
            "A canceled subscription can only update its cancellation_details and metadata.",
        )
    behaviour = call.params.one_of("payment_behavior", BEHAVIOURS, "allow_incomplete")
    why = updated(state, row, call.params)
    if why and behaviour == "error_if_incomplete":
        raise _refusal(state, row, why)
    return row


@endpoint(
    "DELETE", "/v1/subscriptions/{id}",
    "expand invoice_now prorate cancellation_details.comment cancellation_details.feedback",
)  # fmt: skip
def subscription_cancel(call: Call) -> Json:
    """Cancel a subscription at once."""
    state, params = call.state, call.params
    row = state.get("subscription", call.id)
    if row["status"] in {"canceled", "incomplete_expired"}:
        raise invalid(f"No such subscription: {row['id']}", param="id", code="resource_missing")
    for name in ("comment", "feedback"):
        row["cancellation_details"][name] = params.text(f"cancellation_details.{name}")
    if params.flag("prorate"):
        for item in row["items"]["data"]:
            change_billed(state, row, item, None, state.now())
    ended(state, row, reason="cancellation_requested")
    if params.flag("invoice_now"):
        changed_now(state, row)
    return row


@endpoint("POST", "/v1/subscriptions/{id}/resume", "billing_cycle_anchor proration_behavior")
def subscription_resume(call: Call) -> Json:
    """Resume a paused subscription with a new period."""
    row = call.state.get("subscription", call.id)
    if row["status"] != "paused":
        raise invalid("This subscription cannot be resumed because it is not paused.")
    with changing(call.state, row, "customer.subscription.updated"):
        row["status"], row["status_details"], row["trial_end"] = "active", None, None
        restarted(call.state, row)
    told(call.state, "customer.subscription.resumed", row)
    return row


@endpoint("GET", "/v1/subscription_items", "subscription", paging=True, dated=False)
def subscription_item_list(call: Call) -> Json:
    """Return the items of a subscription."""
    row = call.state.get("subscription", call.params.need("subscription"), param="subscription")
    return enveloped(row["items"]["data"], url="/v1/subscription_items")
