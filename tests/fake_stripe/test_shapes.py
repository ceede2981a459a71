"""The fake Stripe has the parameters and fields of Stripe's library, and no others."""

import re

import pytest
import stripe
from stripe import params as library_params
from stripe._event import Event
from stripe._object_classes import get_object_class
from stripe.params import billing_portal, checkout

from fake_stripe.endpoints import ROUTES
from fake_stripe.state import API_VERSION
from tests.fake_stripe.scenes import shop
from tests.tenants.billing.stripe_server import FAILS_LATER, fake_server, fake_stripe

__all__ = ["fake_server", "fake_stripe", "shop"]

NAMES = {
    "customers": "Customer", "tax_ids": "CustomerTaxId", "products": "Product",
    "prices": "Price", "invoices": "Invoice", "invoiceitems": "InvoiceItem",
    "subscriptions": "Subscription", "subscription_items": "SubscriptionItem",
    "payment_methods": "PaymentMethod", "payment_intents": "PaymentIntent",
    "charges": "Charge", "refunds": "Refund", "events": "Event",
    "invoice_payments": "InvoicePayment", "sessions": "Session",
}  # fmt: skip
ACTIONS = {
    "finalize": "FinalizeInvoice", "send": "SendInvoice", "void": "VoidInvoice",
    "create_preview": "CreatePreview",
}  # fmt: skip
ELSEWHERE = {
    "GET /v1/customers/{id}/cash_balance": "CustomerCashBalanceRetrieveParams",
    "GET /v1/customers/{id}/balance_transactions": "CustomerBalanceTransactionListParams",
    "GET /v1/customers/{id}/payment_methods": "CustomerPaymentMethodListParams",
    "GET /v1/invoices/{id}/lines": "InvoiceLineItemListParams",
    "GET /v1/checkout/sessions/{id}/line_items": "SessionLineItemListParams",
    "DELETE /v1/subscriptions/{id}": "SubscriptionCancelParams",
}


def test_it_speaks_the_version_of_the_library():
    assert stripe.api_version == API_VERSION


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_parameter_it_knows_is_one_of_stripe(route):
    module = {"checkout": checkout, "billing_portal": billing_portal}.get(
        route.path.split("/")[2], library_params
    )

    cls = getattr(module, ELSEWHERE.get(f"{route.method} {route.path}") or params_name(route))

    assert [name for name in route.known if not known(module, cls, name.split("."))] == []


def params_name(route):
    """``POST /v1/invoices/{id}/pay`` is InvoicePayParams in the library."""
    words = [
        word for word in route.path.split("/")[2:] if word not in {"checkout", "billing_portal"}
    ]
    nouns = [word for word in words if word in NAMES]
    last = words[-1]
    if last not in NAMES and not last.startswith("{"):
        verb = ACTIONS.get(last) or "".join(part.title() for part in last.split("_"))
    else:
        one = last.startswith("{")
        verb = {"GET": "Retrieve" if one else "List", "POST": "Update" if one else "Create",
                "DELETE": "Delete"}[route.method]  # fmt: skip
    return f"{NAMES[nouns[-1]]}{verb}Params"


def known(module, cls, path):
    first, *rest = path
    if first == "*":
        return True
    fields = cls.__annotations__
    if first not in fields:
        return False
    written = str(fields[first])
    inner = {getattr(module, name, None) for name in re.findall(r"\w+Params\w+", written)} - {None}
    if "Dict[str, str]" in written or "RangeQuery" in written or not rest:
        return True
    return any(known(module, one, rest) for one in inner)


def test_every_object_has_the_fields_of_the_library_and_no_others(shop, fake_server):
    everything_happens(shop)

    wrong = [
        f"{kind}: {problem}"
        for kind, rows in fake_server.state.rows.items()
        for row in rows.values()
        for problem in differences(get_object_class("V1", kind), row, kind)
    ]

    assert sorted(set(wrong)) == []
    assert [kind for kind, rows in fake_server.state.rows.items() if not rows] == [
        # These live inside another object.
        "subscription_item", "line_item",
    ]  # fmt: skip


def test_every_event_has_a_name_of_stripe(shop):
    everything_happens(shop)

    names = set(re.findall(r"'([a-z_.]+)'", str(Event.__annotations__["type"])))

    assert names
    assert set(shop.told()) - names == set()


def everything_happens(shop):
    """One of each object, in every state that has fields of its own."""
    fake, v1 = shop.fake, shop.v1
    bought = shop.bought(card=FAILS_LATER)
    v1.customers.tax_ids.create(bought.customer, {"type": "ma_vat", "value": "12345678"})
    shop.seats(bought, 1, proration_behavior="always_invoice")
    shop.seats(bought, 9)
    fake.advance(days=32)
    first = shop.invoices()[0]
    (payment,) = v1.invoice_payments.list({"invoice": first.id}).data
    v1.refunds.create({"payment_intent": payment.payment.payment_intent, "amount": 1})
    sent = shop.subscribed(shop.customer(), collection_method="send_invoice", days_until_due=30)
    v1.invoices.send_invoice(sent.latest_invoice)
    fake.money(sent.latest_invoice)
    trial = shop.subscribed(
        shop.customer(), trial_period_days=3,
        trial_settings={"end_behavior": {"missing_payment_method": "pause"}},
    )  # fmt: skip
    fake.advance(days=4)
    assert v1.subscriptions.retrieve(trial.id).status == "paused"
    v1.billing_portal.sessions.create({"customer": bought.customer})
    v1.subscriptions.cancel(sent.id)
    v1.invoice_items.create({"customer": bought.customer, "amount": 5})
    v1.invoices.create({"customer": bought.customer, "pending_invoice_items_behavior": "include"})
    owed = shop.invoices(status="open")[0]
    v1.invoices.mark_uncollectible(owed.id)


def differences(cls, row, path):
    """What is in one and not in the other, all the way down."""
    fields = fields_of(cls)
    for name in row.keys() - fields.keys():
        yield f"{path}.{name} is not in the library"
    for name in fields.keys() - row.keys():
        if "Optional" not in fields[name] and "None" not in fields[name]:
            yield f"{path}.{name} is missing"
    for name in row.keys() & fields.keys():
        for kind, one in inside(cls, name, row[name]):
            yield from differences(kind, one, f"{path}.{name}")


def fields_of(cls):
    """The names with their types as written; what every object of the library has is left out."""
    return {
        name: str(note)
        for base in cls.__mro__
        if base is not stripe.StripeObject and base.__module__.startswith("stripe.")
        for name, note in getattr(base, "__annotations__", {}).items()
        if not name.startswith("_") and "ClassVar" not in str(note)
    }


def inside(cls, name, value):
    """The objects in a field, each with its class."""
    kind = getattr(cls, "_inner_class_types", {}).get(name)
    if isinstance(value, dict) and value.get("object") == "list":
        return [(get_object_class("V1", one["object"]), one) for one in value["data"]]
    rows = value if isinstance(value, list) else [value]
    return [(kind, one) for one in rows if kind and isinstance(one, dict)]
