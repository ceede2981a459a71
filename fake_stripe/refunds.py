"""Refunds of charges, in part or in full."""

from fake_stripe.endpoints import Call, endpoint, listed
from fake_stripe.events import changing, told
from fake_stripe.refusals import Json, invalid, missing

REASONS = ("duplicate", "fraudulent", "requested_by_customer")


@endpoint("POST", "/v1/refunds", "charge payment_intent amount reason metadata.*")
def refund_create(call: Call) -> Json:
    """Refund a charge, at most the amount that was paid and not refunded yet."""
    state, params = call.state, call.params
    charge = _charge(call)
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise invalid(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    amount = params.number("amount", least=1) or left
    if amount > left:
        raise invalid(
            f"Refund amount ({_shown(amount, charge)}) is greater than unrefunded amount on"
            f" charge ({_shown(left, charge)})", param="amount", code="amount_too_large",
        )  # fmt: skip
    reason = params.one_of("reason", REASONS, "requested_by_customer")
    row = state.add(
        "refund", amount=amount, balance_transaction=None, charge=charge["id"],
        currency=charge["currency"], customer=charge["customer"], customer_account=None,
        destination_details={"type": charge["payment_method_details"]["type"]},
        metadata=params.metadata(), payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"], pending_reason=None,
        reason=reason if params.has("reason") else None, receipt_number=None,
        source_transfer_reversal=None, status="succeeded", transfer_reversal=None,
    )  # fmt: skip
    with changing(state, charge, "charge.refunded"):
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    told(state, "refund.created", row)
    return row


def _charge(call: Call) -> Json:
    state, params = call.state, call.params
    if intent := params.text("payment_intent"):
        row = state.get("payment_intent", intent, param="payment_intent")
        if row["status"] != "succeeded":
            raise invalid(f"This PaymentIntent ({row['id']}) does not have a successful charge to"
                          " refund.", param="payment_intent")  # fmt: skip
        return state.get("charge", row["latest_charge"])
    if not params.has("charge"):
        raise missing("charge")
    charge = state.get("charge", params.need("charge"), param="charge")
    if not charge["paid"]:
        raise invalid(f"Charge {charge['id']} was not successful.", param="charge")
    return charge


def _shown(amount: int, charge: Json) -> str:
    return f"{amount / 100:.2f} {charge['currency'].upper()}"


@endpoint("GET", "/v1/refunds/{id}")
def refund_retrieve(call: Call) -> Json:
    """Return one refund."""
    return call.state.get("refund", call.id)


@endpoint("GET", "/v1/refunds", "charge payment_intent", paging=True)
def refund_list(call: Call) -> Json:
    """Return the refunds, newest first."""
    given = {name: call.params.text(name) for name in ("charge", "payment_intent")}
    rows = call.state.all("refund", **{name: value for name, value in given.items() if value})
    return listed(call, rows, url="/v1/refunds")
