"""The API of customers, their tax numbers, and their credit and cash balances."""

import secrets

from fake_stripe.endpoints import Call, endpoint, listed
from fake_stripe.events import changing, told
from fake_stripe.form_parameters import Params
from fake_stripe.refusals import Json, invalid
from fake_stripe.state import State

ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")
TEXTS = ("email", "name", "phone", "description")
KNOWN = (
    "email name phone description balance tax_exempt preferred_locales metadata.* metadata"
    " invoice_settings.default_payment_method invoice_settings.footer address"
    " invoice_settings.custom_fields invoice_settings.custom_fields.name"
    " invoice_settings.custom_fields.value " + " ".join(f"address.{part}" for part in ADDRESS)
)
TAX_IDS = ("ma_vat", "eu_vat")


@endpoint("POST", "/v1/customers", KNOWN, "payment_method tax_id_data.type tax_id_data.value")
def customer_create(call: Call) -> Json:
    """Create a customer."""
    row = customer_add(call.state)
    _write(call.state, row, call.params)
    if method := call.params.text("payment_method"):
        row["invoice_settings"]["default_payment_method"] = _method_id(call.state, method)
    told(call.state, "customer.created", row)
    for one in call.params.each("tax_id_data"):
        _tax_id_add(call.state, row, one)
    return row


def customer_add(state: State) -> Json:
    """Return a new customer without data; no event is recorded."""
    return state.add(
        "customer", address=None, balance=0, currency=None, default_source=None,
        delinquent=False, description=None, email=None,
        invoice_prefix=secrets.token_hex(4).upper(),
        invoice_settings={
            "custom_fields": None, "default_payment_method": None, "footer": None,
            "rendering_options": None,
        },
        metadata={}, name=None, next_invoice_sequence=1, phone=None, preferred_locales=[],
        shipping=None, tax_exempt="none", test_clock=None,
    )  # fmt: skip


def _write(state: State, row: Json, params: Params) -> None:
    for name in TEXTS:
        if params.has(name):
            row[name] = params.text(name)
    if (row["email"] or "@").count("@") != 1:
        raise invalid(f"Invalid email address: {row['email']}", param="email", code="email_invalid")
    if params.has("address"):
        given = params.tree["address"] or {}
        row["address"] = {part: given.get(part) or None for part in ADDRESS} if given else None
    row["preferred_locales"] = params.texts("preferred_locales") or row["preferred_locales"]
    balance = params.number("balance")
    row["balance"] = row["balance"] if balance is None else balance
    row["tax_exempt"] = params.one_of(
        "tax_exempt", ("none", "exempt", "reverse"), row["tax_exempt"]
    )
    row["metadata"] = params.metadata(row["metadata"])
    _write_settings(state, row["invoice_settings"], params)


def _write_settings(state: State, settings: Json, params: Params) -> None:
    if params.has("invoice_settings.footer"):
        settings["footer"] = params.text("invoice_settings.footer")
    if params.has("invoice_settings.custom_fields"):
        fields = params.each("invoice_settings.custom_fields")
        settings["custom_fields"] = [
            {"name": one.need("name"), "value": one.need("value")} for one in fields
        ] or None
    if params.has("invoice_settings.default_payment_method"):
        method = params.text("invoice_settings.default_payment_method")
        settings["default_payment_method"] = method and _method_id(state, method)


def _method_id(state: State, identity: str) -> str:
    param = "invoice_settings[default_payment_method]"
    return str(state.get("payment_method", identity, param=param)["id"])


@endpoint("GET", "/v1/customers/{id}")
def customer_retrieve(call: Call) -> Json:
    """Return one customer."""
    return call.state.get("customer", call.id)


@endpoint("POST", "/v1/customers/{id}", KNOWN)
def customer_update(call: Call) -> Json:
    """Change the fields of a customer that the request contains."""
    row = call.state.get("customer", call.id)
    with changing(call.state, row, "customer.updated"):
        _write(call.state, row, call.params)
    return row


@endpoint("GET", "/v1/customers", "email", paging=True)
def customer_list(call: Call) -> Json:
    """Return the customers, newest first."""
    email = call.params.text("email")
    rows = call.state.all("customer", email=email) if email else call.state.all("customer")
    return listed(call, rows, url="/v1/customers")


@endpoint("POST", "/v1/customers/{id}/tax_ids", "type value")
def tax_id_create(call: Call) -> Json:
    """Add a tax number to a customer."""
    return _tax_id_add(call.state, call.state.get("customer", call.id), call.params)


def _tax_id_add(state: State, customer: Json, params: Params) -> Json:
    params.need("type")
    kind, value = params.one_of("type", TAX_IDS, ""), params.need("value")
    if kind == "ma_vat" and not (value.isdigit() and len(value) == 8):
        raise invalid("Invalid value for ma_vat.", param="value", code="tax_id_invalid")
    row = state.add(
        "tax_id", country=kind[:2].upper(), customer=customer["id"],
        owner={"type": "customer", "customer": customer["id"], "account": None,
               "application": None, "customer_account": None},
        type=kind, value=value,
        verification={"status": "unavailable", "verified_address": None, "verified_name": None},
    )  # fmt: skip
    told(state, "customer.tax_id.created", row)
    return row


@endpoint("GET", "/v1/customers/{id}/tax_ids", paging=True, dated=False)
def tax_id_list(call: Call) -> Json:
    """Return the tax numbers of a customer."""
    customer = call.state.get("customer", call.id)["id"]
    rows = call.state.all("tax_id", customer=customer)
    return listed(call, rows, url=f"/v1/customers/{customer}/tax_ids")


@endpoint("DELETE", "/v1/customers/{id}/tax_ids/{inner}")
def tax_id_delete(call: Call) -> Json:
    """Delete a tax number."""
    row = call.state.get("tax_id", call.inner)
    call.state.remove(row)
    told(call.state, "customer.tax_id.deleted", row)
    return {"id": row["id"], "object": "tax_id", "deleted": True}


@endpoint("GET", "/v1/customers/{id}/cash_balance")
def cash_balance_retrieve(call: Call) -> Json:
    """Return the money of a customer's bank transfers that is not used for invoices yet."""
    row = call.state.get("customer", call.id)
    moves = call.state.all("customer_cash_balance_transaction", customer=row["id"])
    available: dict[str, int] = {}
    for move in moves:
        currency = move["currency"]
        available[currency] = available.get(currency, 0) + move["net_amount"]
    return {
        "object": "cash_balance", "available": available or None, "customer": row["id"],
        "customer_account": None, "livemode": False,
        "settings": {"reconciliation_mode": "automatic", "using_merchant_default": True},
    }  # fmt: skip


@endpoint("GET", "/v1/customers/{id}/balance_transactions", paging=True)
def balance_transaction_list(call: Call) -> Json:
    """Return the changes of a customer's credit."""
    customer = call.state.get("customer", call.id)["id"]
    rows = call.state.all("customer_balance_transaction", customer=customer)
    return listed(call, rows, url=f"/v1/customers/{customer}/balance_transactions")


def credit(state: State, customer: Json, amount: int, invoice: Json) -> None:
    """Change a customer's balance; a negative balance is the customer's credit."""
    if not amount:
        return
    with changing(state, customer, "customer.updated"):
        customer["balance"] += amount
    state.add(
        "customer_balance_transaction", amount=amount, checkout_session=None, credit_note=None,
        currency=invoice["currency"], customer=customer["id"], customer_account=None,
        description=None, ending_balance=customer["balance"], invoice=invoice["id"], metadata={},
        type="applied_to_invoice",
    )  # fmt: skip


def tax_ids_of(state: State, customer: Json) -> list[Json]:
    """Return a customer's tax numbers in the format of an invoice."""
    rows = state.all("tax_id", customer=customer["id"])
    return [{"type": row["type"], "value": row["value"]} for row in rows]
