"""The API of checkout sessions, which are payment pages for new subscriptions."""

from copy import deepcopy

from fake_stripe.cards import attached
from fake_stripe.customers import customer_add
from fake_stripe.endpoints import Call, endpoint, enveloped, listed
from fake_stripe.events import changing, told
from fake_stripe.form_parameters import Params
from fake_stripe.refusals import Json, invalid
from fake_stripe.state import DAY, State
from fake_stripe.subscription_lifecycle import begun, item_add, subscription_add
from fake_stripe.subscriptions import prices_chosen

LOCALES = ("auto", "ar", "fr", "en")


@endpoint(
    "POST", "/v1/checkout/sessions",
    "mode customer customer_email client_reference_id success_url cancel_url locale expires_at",
    "line_items.price line_items.quantity metadata.* subscription_data.metadata.*",
    "subscription_data.description subscription_data.trial_period_days ui_mode",
    "allowed_payment_method_types payment_method_collection billing_address_collection",
    "tax_id_collection.enabled customer_update.address customer_update.name",
    "allow_promotion_codes",
)  # fmt: skip
def session_create(call: Call) -> Json:
    """Create a payment page for one purchase; by default, the page expires after a day."""
    state, params = call.state, call.params
    params.need("mode")
    params.one_of("mode", ("subscription",), "")
    params.one_of("ui_mode", ("hosted_page",), "hosted_page")
    params.need("success_url")
    chosen = prices_chosen(state, params, "line_items")
    customer = params.text("customer")
    if customer:
        state.get("customer", customer, param="customer")
    total = sum(price["unit_amount"] * quantity for price, quantity in chosen)
    row = state.add(
        "checkout.session", **deepcopy(BLANK), amount_subtotal=total, amount_total=total,
        cancel_url=params.text("cancel_url"), currency=chosen[0][0]["currency"],
        client_reference_id=params.text("client_reference_id"), customer=customer,
        customer_email=params.text("customer_email"), expires_at=_expiry(state, params),
        locale=params.one_of("locale", LOCALES, "auto"), metadata=params.metadata(),
        success_url=params.need("success_url"),
    )  # fmt: skip
    row["url"] = f"{state.base}/c/pay/{row['id']}"
    # Stored apart from the session, because Stripe does not show these values in the session.
    state.carts[row["id"]] = {
        "lines": [[price["id"], quantity] for price, quantity in chosen],
        "metadata": params.metadata(name="subscription_data.metadata"),
        "description": params.text("subscription_data.description"),
        "trial_days": params.number("subscription_data.trial_period_days", least=1),
    }
    return row


BLANK: Json = {
    "adaptive_pricing": {"enabled": False}, "after_expiration": None,
    "allow_promotion_codes": None,
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "billing_address_collection": None, "client_secret": None, "collected_information": None,
    "consent": None, "consent_collection": None, "currency_conversion": None,
    "custom_fields": [],
    "custom_text": {"after_submit": None, "shipping_address": None, "submit": None,
                    "terms_of_service_acceptance": None},
    "customer_account": None, "customer_creation": None, "customer_details": None,
    "discounts": [], "invoice": None, "invoice_creation": None, "mode": "subscription",
    "origin_context": None, "payment_intent": None, "payment_link": None,
    "payment_method_collection": "always", "payment_method_configuration_details": None,
    "payment_method_options": {}, "payment_method_types": ["card"], "payment_status": "unpaid",
    "permissions": None, "phone_number_collection": {"enabled": False}, "recovered_from": None,
    "saved_payment_method_options": None, "setup_intent": None,
    "shipping_address_collection": None, "shipping_cost": None, "shipping_options": [],
    "status": "open", "submit_type": None, "subscription": None,
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": "hosted_page", "wallet_options": None,
}  # fmt: skip


def _expiry(state: State, params: Params) -> int:
    at = params.number("expires_at")
    if at is None:
        return state.now() + DAY
    if not state.now() + 1_800 <= at <= state.now() + DAY:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout"
            " Session creation.", param="expires_at",
        )  # fmt: skip
    return at


@endpoint("GET", "/v1/checkout/sessions/{id}")
def session_retrieve(call: Call) -> Json:
    """Return one session; a paid or expired session has no page address."""
    return call.state.get("checkout.session", call.id)


@endpoint(
    "GET", "/v1/checkout/sessions", "customer subscription status payment_intent", paging=True
)  # fmt: skip
def session_list(call: Call) -> Json:
    """Return the sessions, newest first."""
    names = ("customer", "subscription", "status", "payment_intent")
    given = {name: call.params.text(name) for name in names}
    rows = call.state.all(
        "checkout.session", **{name: value for name, value in given.items() if value}
    )
    return listed(call, rows, url="/v1/checkout/sessions")


@endpoint("GET", "/v1/checkout/sessions/{id}/line_items", paging=True, dated=False)
def session_line_items(call: Call) -> Json:
    """Return the lines of a session's purchase."""
    row = call.state.get("checkout.session", call.id)
    return enveloped(lines(call.state, row), url=f"/v1/checkout/sessions/{row['id']}/line_items")


def lines(state: State, row: Json) -> list[Json]:
    """Return the lines of a session, each line with its price."""
    shown = []
    for place, (price_id, quantity) in enumerate(state.carts[row["id"]]["lines"]):
        price = state.get("price", price_id)
        amount = price["unit_amount"] * quantity
        shown.append({
            "id": f"li_{row['id'][8:]}{place}", "object": "item", "adjustable_quantity": None,
            "amount_discount": 0, "amount_subtotal": amount, "amount_tax": 0,
            "amount_total": amount, "currency": price["currency"],
            "description": state.get("product", price["product"])["name"], "metadata": {},
            "price": deepcopy(price), "quantity": quantity,
        })  # fmt: skip
    return shown


@endpoint("POST", "/v1/checkout/sessions/{id}/expire")
def session_expire(call: Call) -> Json:
    """Expire an open session."""
    row = call.state.get("checkout.session", call.id)
    if row["status"] != "open":
        raise invalid('Only Checkout Sessions with a status in ["open"] can be expired.')
    expired(call.state, row)
    return row


def expired(state: State, row: Json) -> None:
    """Expire a session that was not paid in time."""
    row["status"], row["url"] = "expired", None
    told(state, "checkout.session.expired", row)


def completed(state: State, row: Json, card_name: str) -> str:
    """Pay a session with the named card; return the address of the next page.

    Raises ``Refused`` if the card is refused.
    """
    cart = state.carts[row["id"]]
    customer = _customer(state, row)
    card = attached(state, card_name, customer)
    days = cart["trial_days"]
    subscription = subscription_add(
        state, customer, currency=row["currency"], method="charge_automatically", days=None,
        trial_end=state.now() + days * DAY if days else None, metadata=dict(cart["metadata"]),
        card=card["id"], description=cart["description"],
    )  # fmt: skip
    for price, quantity in cart["lines"]:
        item_add(state, subscription, state.get("price", price), quantity)
    begun(state, subscription, present=True)
    row.update(
        status="complete", url=None, customer=customer["id"], subscription=subscription["id"],
        invoice=subscription["latest_invoice"],
        payment_status="no_payment_required" if days else "paid",
        customer_details={
            "address": deepcopy(customer["address"]), "business_name": None,
            "email": customer["email"], "individual_name": None, "name": customer["name"],
            "phone": customer["phone"], "tax_exempt": customer["tax_exempt"], "tax_ids": [],
        },
    )  # fmt: skip
    told(state, "checkout.session.completed", row)
    return str(row["success_url"]).replace("{CHECKOUT_SESSION_ID}", row["id"])


def _customer(state: State, row: Json) -> Json:
    if row["customer"]:
        return state.get("customer", row["customer"])
    customer = customer_add(state)
    customer["email"] = row["customer_email"]
    told(state, "customer.created", customer)
    return customer


def card_replaced(state: State, customer: Json, card_name: str) -> None:
    """Charge the customer's future invoices to another card."""
    card = attached(state, card_name, customer)
    with changing(state, customer, "customer.updated"):
        customer["invoice_settings"]["default_payment_method"] = card["id"]
    for subscription in state.all("subscription", customer=customer["id"]):
        if subscription["default_payment_method"]:
            with changing(state, subscription, "customer.subscription.updated"):
                subscription["default_payment_method"] = card["id"]
