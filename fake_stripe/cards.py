"""Test cards with Stripe's numbers, and the result of a charge for each card."""

from fake_stripe.endpoints import Call, endpoint, listed
from fake_stripe.events import changing, told
from fake_stripe.refusals import DECLINES, Json, Refused, invalid
from fake_stripe.state import State

# Stripe's name of a test card -> last four digits and brand.
CARDS = {
    "pm_card_visa": ("4242", "visa"),
    "pm_card_mastercard": ("4444", "mastercard"),
    "pm_card_chargeDeclined": ("0002", "visa"),
    "pm_card_chargeDeclinedInsufficientFunds": ("9995", "visa"),
    "pm_card_chargeCustomerFail": ("0341", "visa"),
}
REFUSED_ALWAYS = {"0002": "generic_decline", "9995": "insufficient_funds"}
REFUSED_LATER = {"0341": "generic_decline"}
NUMBERS = {
    "4242424242424242": "pm_card_visa",
    "4000000000000002": "pm_card_chargeDeclined",
    "4000000000000341": "pm_card_chargeCustomerFail",
}


def refusal(method: Json, *, present: bool) -> str | None:
    """Return the decline code of a charge, or None; ``present``: the owner pays on a page."""
    digits = method["card"]["last4"]
    return REFUSED_ALWAYS.get(digits) or (None if present else REFUSED_LATER.get(digits))


def attached(state: State, name: str, customer: Json) -> Json:
    """Create a card that belongs to a customer.

    Raises Stripe's card error for a card that is refused.
    """
    digits, brand = CARDS[name]
    if digits in REFUSED_ALWAYS:
        code = REFUSED_ALWAYS[digits]
        raise Refused(
            402, "card_error", DECLINES[code], code="card_declined", decline_code=code, param=""
        )
    row = state.add(
        "payment_method", allow_redisplay="always",
        billing_details={"address": dict.fromkeys(ADDRESS), "email": customer["email"],
                         "name": customer["name"], "phone": None, "tax_id": None},
        card={"brand": brand, "checks": None, "country": "MA", "display_brand": brand,
              "exp_month": 12, "exp_year": 2034, "fingerprint": f"stand-in-{digits}",
              "funding": "credit", "generated_from": None, "last4": digits, "networks": None,
              "regulated_status": "unregulated", "three_d_secure_usage": None, "wallet": None},
        customer=customer["id"], customer_account=None, metadata={}, type="card",
    )  # fmt: skip
    told(state, "payment_method.attached", row)
    return row


ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def default_card(state: State, customer: Json, subscription: Json | None) -> Json | None:
    """Return the card that is charged by default, or None."""
    named = (subscription or {}).get("default_payment_method")
    named = named or customer["invoice_settings"]["default_payment_method"]
    return state.rows["payment_method"].get(named) if named else None


@endpoint("POST", "/v1/payment_methods/{id}/attach", "customer")
def payment_method_attach(call: Call) -> Json:
    """Attach one of Stripe's test cards to a customer."""
    customer = call.state.get("customer", call.params.need("customer"), param="customer")
    if call.id not in CARDS:
        raise invalid(
            f"No such PaymentMethod: '{call.id}'", param="payment_method", code="resource_missing"
        )
    return attached(call.state, call.id, customer)


@endpoint("POST", "/v1/payment_methods/{id}/detach")
def payment_method_detach(call: Call) -> Json:
    """Detach a card from its customer."""
    row = call.state.get("payment_method", call.id)
    for customer in call.state.all("customer", id=row["customer"]):
        if customer["invoice_settings"]["default_payment_method"] == row["id"]:
            with changing(call.state, customer, "customer.updated"):
                customer["invoice_settings"]["default_payment_method"] = None
    row["customer"] = None
    told(call.state, "payment_method.detached", row)
    return row


@endpoint("GET", "/v1/payment_methods/{id}")
def payment_method_retrieve(call: Call) -> Json:
    """Return one card."""
    return call.state.get("payment_method", call.id)


@endpoint("GET", "/v1/payment_methods", "customer type", paging=True, dated=False)
def payment_method_list(call: Call) -> Json:
    """Return the cards of a customer."""
    rows = call.state.all("payment_method", customer=call.params.text("customer"))
    return listed(call, rows, url="/v1/payment_methods")


@endpoint("GET", "/v1/customers/{id}/payment_methods", "type", paging=True, dated=False)
def customer_payment_method_list(call: Call) -> Json:
    """Return the cards of the customer in the path."""
    customer = call.state.get("customer", call.id)["id"]
    rows = call.state.all("payment_method", customer=customer)
    return listed(call, rows, url=f"/v1/customers/{customer}/payment_methods")
