"""Changes of a subscription that has already started."""

from copy import deepcopy

from fake_stripe.events import changing
from fake_stripe.form_parameters import Params
from fake_stripe.proration import change_billed
from fake_stripe.refusals import Json, invalid
from fake_stripe.state import State
from fake_stripe.subscription_lifecycle import changed_now, item_add, plan_of, restarted

PRORATIONS = ("create_prorations", "always_invoice", "none")


def updated(state: State, row: Json, params: Params) -> str | None:
    """Apply the requested changes of a subscription.

    Returns the decline code where an invoice for the changes could not be collected, else None.
    """
    how = params.one_of("proration_behavior", PRORATIONS, "create_prorations")
    at = params.number("proration_date") or state.now()
    with changing(state, row, "customer.subscription.updated"):
        _plain_fields(state, row, params)
        _ending(state, row, params)
        _paused(row, params)
        moved = [_item_changed(state, row, one, how, at) for one in params.each("items")]
        if params.text("trial_end") == "now" and row["status"] == "trialing":
            row["status"], row["trial_end"] = "active", state.now()
            moved = [True]
        if any(moved):
            return restarted(state, row)
        if how == "always_invoice" and moved:
            return changed_now(state, row)
    return None


def _plain_fields(state: State, row: Json, params: Params) -> None:
    row["metadata"] = params.metadata(row["metadata"])
    if params.has("description"):
        row["description"] = params.text("description")
    if params.has("default_payment_method"):
        card = params.text("default_payment_method")
        if card:
            state.get("payment_method", card, param="default_payment_method")
        row["default_payment_method"] = card
    method = params.one_of(
        "collection_method", ("charge_automatically", "send_invoice"), row["collection_method"]
    )
    days = params.number("days_until_due", least=0)
    days = row["days_until_due"] if days is None else days
    if method == "send_invoice" and days is None:
        raise invalid(
            "If `collection_method` is `send_invoice`, you must pass `days_until_due`.",
            param="days_until_due",
        )
    row["collection_method"] = method
    row["days_until_due"] = days if method == "send_invoice" else None
    name = "trial_settings.end_behavior.missing_payment_method"
    if wish := params.text(name):
        row["trial_settings"]["end_behavior"]["missing_payment_method"] = wish


def _ending(state: State, row: Json, params: Params) -> None:
    details = row["cancellation_details"]
    for name in ("comment", "feedback"):
        if params.has(f"cancellation_details.{name}"):
            details[name] = params.text(f"cancellation_details.{name}")
    if params.has("cancel_at"):
        row["cancel_at"] = params.number("cancel_at", least=state.now())
        row["cancel_at_period_end"] = False
        row["canceled_at"] = state.now() if row["cancel_at"] else None
    if not params.has("cancel_at_period_end"):
        return
    ends = params.flag("cancel_at_period_end")
    row["cancel_at_period_end"] = ends
    row["cancel_at"] = row["items"]["data"][0]["current_period_end"] if ends else None
    row["canceled_at"] = state.now() if ends else None
    details["reason"] = "cancellation_requested" if ends else None


def _paused(row: Json, params: Params) -> None:
    if params.has("pause_collection"):
        behaviour = params.text("pause_collection.behavior")
        row["pause_collection"] = behaviour and {"behavior": behaviour, "resumes_at": None}


def _item_changed(state: State, row: Json, one: Params, how: str, at: int) -> bool:
    """Change one item; return whether a new billing interval starts a new period."""
    item = _item(row, one)
    before = deepcopy(item)
    price = one.text("price")
    wanted = state.get("price", price, param=one.named("price")) if price else None
    if item is None or before is None:
        if wanted is None:
            one.need("price")
        _item_added(state, row, one, wanted or {}, how, at)
        return False
    if one.flag("deleted"):
        _item_removed(state, row, item, how, at)
        return False
    if wanted and wanted["recurring"] is None:
        raise invalid("This field only accepts prices with `type=recurring`.",
                      param=one.named("price"))  # fmt: skip
    quantity = one.number("quantity", least=0)
    item["quantity"] = item["quantity"] if quantity is None else quantity
    if wanted:
        item["price"], item["plan"] = deepcopy(wanted), plan_of(wanted)
    moved: bool = before["price"]["recurring"] != item["price"]["recurring"]
    same = before["quantity"] == item["quantity"] and before["price"]["id"] == item["price"]["id"]
    if how != "none" and not same and row["status"] != "trialing":
        change_billed(state, row, before, None if moved else item, at)
    return moved


def _item(row: Json, one: Params) -> Json | None:
    wanted = one.text("id")
    if wanted is None:
        return None
    for item in row["items"]["data"]:
        if item["id"] == wanted:
            found: Json = item
            return found
    raise invalid(
        f"No such subscription item: '{wanted}'", param=one.named("id"), code="resource_missing"
    )


def _item_added(state: State, row: Json, one: Params, price: Json, how: str, at: int) -> None:
    quantity = one.number("quantity", least=0)
    first = row["items"]["data"][0]
    item = item_add(state, row, price, 1 if quantity is None else quantity)
    item["current_period_start"] = first["current_period_start"]
    if how != "none" and row["status"] != "trialing":
        change_billed(state, row, item | {"quantity": 0}, item, at)


def _item_removed(state: State, row: Json, item: Json, how: str, at: int) -> None:
    if len(row["items"]["data"]) == 1:
        raise invalid("A subscription must have at least one active plan.", param="items")
    row["items"]["data"].remove(item)
    row["items"]["total_count"] = len(row["items"]["data"])
    if how != "none" and row["status"] != "trialing":
        change_billed(state, row, item, None, at)
