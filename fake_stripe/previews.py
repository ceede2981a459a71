"""Previews of invoices, computed on a copy of the state."""

from copy import deepcopy

from fake_stripe.changes import updated
from fake_stripe.endpoints import Call, endpoint
from fake_stripe.form_parameters import Params
from fake_stripe.refusals import Json, invalid
from fake_stripe.state import State
from fake_stripe.subscription_lifecycle import advance, cycle_invoice


@endpoint(
    "POST", "/v1/invoices/create_preview",
    "customer subscription subscription_details.items.id subscription_details.items.price",
    "subscription_details.items.quantity subscription_details.items.deleted",
    "subscription_details.proration_behavior subscription_details.proration_date",
)  # fmt: skip
def invoice_preview(call: Call) -> Json:
    """Return the next invoice of a subscription, with or without a change of the subscription."""
    identity = call.params.text("subscription") or _only_one(call)
    call.state.get("subscription", identity, param="subscription")
    copy = _copied(call.state)
    row = copy.get("subscription", identity)
    details = call.params.tree.get("subscription_details") or {}
    at_once = details.get("proration_behavior") == "always_invoice"
    if details:
        latest = row["latest_invoice"]
        updated(copy, row, Params(details, inside=("subscription_details",)))
        if row["latest_invoice"] != latest:
            return _shown(copy.get("invoice", row["latest_invoice"]))
        if at_once:
            raise invalid(
                "Nothing to invoice for subscription", code="invoice_no_subscription_line_items"
            )
    if row["cancel_at_period_end"] or row["status"] not in {"active", "past_due", "trialing"}:
        raise invalid(
            "No upcoming invoices for customer", param="subscription",
            code="invoice_upcoming_none",
        )  # fmt: skip
    first = row["items"]["data"][0]
    period = (first["current_period_start"], first["current_period_end"])
    advance(row)
    return _shown(cycle_invoice(copy, row, period=period))


def _only_one(call: Call) -> str:
    customer = call.params.need("customer")
    rows = [row for row in call.state.all("subscription", customer=customer)
            if row["status"] not in {"canceled", "incomplete_expired"}]  # fmt: skip
    if not rows:
        raise invalid("No upcoming invoices for customer", code="invoice_upcoming_none")
    return str(rows[-1]["id"])


def _copied(state: State) -> State:
    copy = State()
    copy.base, copy.pinned, copy.numbers = state.base, state.now(), state.numbers
    copy.settings = state.settings
    copy.rows = deepcopy(
        {kind: {} if kind == "event" else rows for kind, rows in state.rows.items()}
    )
    return copy


def _shown(invoice: Json) -> Json:
    """Return a copy of a preview's invoice with the status of a draft."""
    invoice.update(
        id=f"upcoming_{invoice['id']}", status="draft", number=None, hosted_invoice_url=None,
        invoice_pdf=None, amount_paid=0, amount_remaining=invoice["amount_due"],
        attempted=False, attempt_count=0,
    )  # fmt: skip
    return invoice
