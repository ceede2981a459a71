"""Proration of subscription items that change within a period."""

from datetime import UTC, datetime

from fake_stripe.billing import line_add
from fake_stripe.events import told
from fake_stripe.refusals import Json
from fake_stripe.state import State


def share(amount: int, part: int, whole: int) -> int:
    """Return ``amount * part / whole``, rounded to the nearest centime; a half is rounded up."""
    return (2 * amount * part + whole) // (2 * whole)


def change_billed(
    state: State, subscription: Json, before: Json, after: Json | None, at: int
) -> list[Json]:
    """Create and return the credit line and the charge line for an item that changed at ``at``.

    ``after`` is None for an item that was removed.
    """
    start, end = before["current_period_start"], before["current_period_end"]
    left, whole = end - min(max(at, start), end), end - start
    day = datetime.fromtimestamp(at, UTC).strftime("%d %b %Y")
    lines = []
    for item, sign, word in ((before, -1, "Unused"), (after, 1, "Remaining")):
        if item is None:
            continue
        full = item["quantity"] * item["price"]["unit_amount"]
        name = _named(state, item)
        lines.append(
            _item(
                state, subscription, item, amount=sign * share(full, left, whole),
                description=f"{word} time on {name} after {day}", period=(at, end),
            )
        )  # fmt: skip
    return lines


def whole_billed(state: State, invoice: Json, subscription: Json, item: Json) -> None:
    """Add a line for a full period of an item to an invoice."""
    price = item["price"]
    unit = price["unit_amount"] / 100
    line_add(
        state, invoice, amount=item["quantity"] * price["unit_amount"],
        description=f"{_named(state, item)} (at {price['currency'].upper()} {unit:.2f} /"
                    f" {price['recurring']['interval']})",
        period=(item["current_period_start"], item["current_period_end"]),
        parent=_parent(subscription["id"], item["id"], None), price=price,
        quantity=item["quantity"],
    )  # fmt: skip


def trial_billed(state: State, invoice: Json, subscription: Json, item: Json) -> None:
    """Add a line of amount 0 for an item's trial period to an invoice."""
    line_add(
        state, invoice, amount=0, description=f"Trial period for {_named(state, item)}",
        period=(item["current_period_start"], item["current_period_end"]),
        parent=_parent(subscription["id"], item["id"], None), price=item["price"],
        quantity=item["quantity"],
    )  # fmt: skip


def pending_taken(state: State, invoice: Json, subscription: Json | None) -> None:
    """Move a subscription's waiting lines, or a customer's other lines, to an invoice."""
    wanted: str | None = subscription["id"] if subscription else None
    for row in state.all("invoiceitem", customer=invoice["customer"], invoice=None):
        details = (row["parent"] or {}).get("subscription_details") or {}
        if details.get("subscription") != wanted:
            continue
        row["invoice"] = invoice["id"]
        item = details.get("subscription_item")
        parent = _parent(wanted, item, row["id"]) if item else _plain_parent(row["id"])
        line_add(
            state, invoice, amount=row["amount"], description=row["description"] or "",
            period=(row["period"]["start"], row["period"]["end"]), parent=parent,
            price=state.find(_price_of(row)), quantity=row["quantity"],
        )  # fmt: skip


def waiting(state: State, subscription: Json) -> list[Json]:
    """Return the lines that wait for the next invoice of a subscription."""
    return [
        row for row in state.all("invoiceitem", customer=subscription["customer"], invoice=None)
        if ((row["parent"] or {}).get("subscription_details") or {}).get("subscription")
        == subscription["id"]
    ]  # fmt: skip


def _item(
    state: State, subscription: Json, item: Json, *, amount: int, description: str,
    period: tuple[int, int],
) -> Json:  # fmt: skip
    price = item["price"]
    details: Json = {"discount_amounts": [], "credited_items": None}
    row = state.add(
        "invoiceitem", amount=amount, currency=price["currency"],
        customer=subscription["customer"], customer_account=None, date=state.now(),
        description=description, discountable=False, discounts=[], invoice=None, metadata={},
        net_amount=amount,
        parent={"type": "subscription_details",
                "subscription_details": {"subscription": subscription["id"],
                                         "subscription_item": item["id"]}},
        period={"start": period[0], "end": period[1]},
        pricing={"type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"],
                 "price_details": {"price": price["id"], "product": price["product"]}},
        proration=True, proration_details=details, quantity=item["quantity"],
        quantity_decimal=str(item["quantity"]), tax_rates=[], test_clock=None,
    )  # fmt: skip
    told(state, "invoiceitem.created", row)
    return row


def _price_of(row: Json) -> str | None:
    price: str | None = ((row["pricing"] or {}).get("price_details") or {}).get("price")
    return price


def _named(state: State, item: Json) -> str:
    product = state.get("product", item["price"]["product"])["name"]
    return f"{item['quantity']} × {product}"


def _parent(subscription: str | None, item: str, invoice_item: str | None) -> Json:
    return {
        "type": "subscription_item_details", "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": invoice_item, "proration": invoice_item is not None,
            "proration_details": {"credited_items": None} if invoice_item else None,
            "subscription": subscription, "subscription_item": item,
        },
    }  # fmt: skip


def _plain_parent(invoice_item: str) -> Json:
    return {
        "type": "invoice_item_details", "subscription_item_details": None,
        "invoice_item_details": {"invoice_item": invoice_item, "proration": False,
                                 "proration_details": None, "subscription": None},
    }  # fmt: skip
