"""The API of products and prices."""

from fake_stripe.endpoints import Call, endpoint, listed
from fake_stripe.events import changing, told
from fake_stripe.refusals import Json, invalid
from fake_stripe.state import State

INTERVALS = ("day", "week", "month", "year")


@endpoint("POST", "/v1/products", "id name description active unit_label metadata.*")
def product_create(call: Call) -> Json:
    """Create a product; the request may contain the product's identifier."""
    params = call.params
    row = _product(call.state, name=params.need("name"), identity=params.text("id"))
    row["active"] = params.flag("active", default=True)
    for name in ("description", "unit_label"):
        row[name] = params.text(name)
    row["metadata"] = params.metadata()
    told(call.state, "product.created", row)
    return row


def _product(state: State, *, name: str, identity: str | None = None) -> Json:
    if identity in state.rows["product"]:
        raise invalid("Product already exists.", param="id", code="resource_already_exists")
    row = state.add(
        "product", name=name, active=True, description=None, unit_label=None, default_price=None,
        images=[], marketing_features=[], metadata={}, package_dimensions=None, shippable=None,
        statement_descriptor=None, tax_code=None, type="service", updated=state.now(), url=None,
    )  # fmt: skip
    if identity:
        state.remove(row)
        row["id"] = identity
        state.rows["product"][identity] = row
    return row


@endpoint("GET", "/v1/products/{id}")
def product_retrieve(call: Call) -> Json:
    """Return one product."""
    return call.state.get("product", call.id)


@endpoint("POST", "/v1/products/{id}", "name description active default_price metadata.*")
def product_update(call: Call) -> Json:
    """Change the fields of a product."""
    row = call.state.get("product", call.id)
    with changing(call.state, row, "product.updated"):
        for name in ("name", "description", "default_price"):
            if call.params.has(name):
                row[name] = call.params.text(name)
        row["active"] = call.params.flag("active", default=row["active"])
        row["metadata"] = call.params.metadata(row["metadata"])
        row["updated"] = call.state.now()
    return row


@endpoint("GET", "/v1/products", "active ids", paging=True)
def product_list(call: Call) -> Json:
    """Return the products, newest first."""
    rows, ids = call.state.all("product"), call.params.texts("ids")
    if call.params.has("active"):
        rows = [row for row in rows if row["active"] == call.params.flag("active")]
    return listed(call, [row for row in rows if not ids or row["id"] in ids], url="/v1/products")


@endpoint(
    "POST", "/v1/prices",
    "product product_data.name product_data.id product_data.metadata.* currency unit_amount",
    "recurring.interval recurring.interval_count recurring.usage_type lookup_key",
    "transfer_lookup_key nickname active tax_behavior metadata.*",
)  # fmt: skip
def price_create(call: Call) -> Json:
    """Create a price of a product, one-time or recurring."""
    params, state = call.params, call.state
    currency, amount = params.need("currency").lower(), params.number("unit_amount", least=0)
    if amount is None:
        params.need("unit_amount")
    product = _product_of(call)
    key = params.text("lookup_key")
    _free_key(state, key, take=params.flag("transfer_lookup_key"))
    recurring = _recurring(call)
    row = state.add(
        "price", product=product, currency=currency, unit_amount=amount,
        unit_amount_decimal=str(amount), active=params.flag("active", default=True),
        billing_scheme="per_unit", custom_unit_amount=None, lookup_key=key,
        metadata=params.metadata(), nickname=params.text("nickname"), recurring=recurring,
        tax_behavior=params.text("tax_behavior") or "unspecified", tiers_mode=None,
        transform_quantity=None, type="recurring" if recurring else "one_time",
    )  # fmt: skip
    told(state, "price.created", row)
    return row


def _recurring(call: Call) -> Json | None:
    if not call.params.has("recurring"):
        return None
    call.params.need("recurring.interval")
    return {
        "interval": call.params.one_of("recurring.interval", INTERVALS, "month"),
        "interval_count": call.params.number("recurring.interval_count", least=1) or 1,
        "meter": None,
        "trial_period_days": None,
        "usage_type": call.params.one_of("recurring.usage_type", ("licensed",), "licensed"),
    }


def _product_of(call: Call) -> str:
    if not call.params.has("product_data"):
        return str(call.state.get("product", call.params.need("product"), param="product")["id"])
    row = _product(
        call.state,
        name=call.params.need("product_data.name"),
        identity=call.params.text("product_data.id"),
    )
    row["metadata"] = call.params.metadata(name="product_data.metadata")
    told(call.state, "product.created", row)
    return str(row["id"])


def _free_key(state: State, key: str | None, *, take: bool) -> None:
    for other in state.all("price", lookup_key=key) if key else ():
        if not take:
            raise invalid(
                f"A price (`{other['id']}`) already uses that lookup key.", param="lookup_key"
            )
        with changing(state, other, "price.updated"):
            other["lookup_key"] = None


@endpoint("GET", "/v1/prices/{id}")
def price_retrieve(call: Call) -> Json:
    """Return one price."""
    return call.state.get("price", call.id)


@endpoint(
    "POST", "/v1/prices/{id}", "active nickname lookup_key transfer_lookup_key metadata.*"
)  # fmt: skip
def price_update(call: Call) -> Json:
    """Change the fields of a price, except the amount."""
    row, params = call.state.get("price", call.id), call.params
    key = params.text("lookup_key")
    if key and key != row["lookup_key"]:
        _free_key(call.state, key, take=params.flag("transfer_lookup_key"))
    with changing(call.state, row, "price.updated"):
        for name in ("nickname", "lookup_key"):
            if params.has(name):
                row[name] = params.text(name)
        row["active"] = params.flag("active", default=row["active"])
        row["metadata"] = params.metadata(row["metadata"])
    return row


@endpoint("GET", "/v1/prices", "active currency lookup_keys product type", paging=True)
def price_list(call: Call) -> Json:
    """Return the prices, newest first."""
    params, keys = call.params, call.params.texts("lookup_keys")
    same = {name: params.text(name) for name in ("currency", "product", "type")}
    rows = call.state.all("price", **{name: value for name, value in same.items() if value})
    if params.has("active"):
        rows = [row for row in rows if row["active"] == params.flag("active")]
    return listed(
        call, [row for row in rows if not keys or row["lookup_key"] in keys], url="/v1/prices"
    )
