"""The fake Stripe, asked by the real library: objects, lists, keys and refusals."""

import pytest
import stripe

from tests.fake_stripe.scenes import shop
from tests.tenants.billing.stripe_server import DECLINED, FakeStripeServer, fake_server, fake_stripe

__all__ = ["fake_server", "fake_stripe", "shop"]


def test_a_customer_is_made_read_and_changed(fake_stripe):
    customers = fake_stripe.client.v1.customers

    made = customers.create({
        "email": "a@b.example", "name": "وزارة الصحة", "metadata": {"agency": "health", "x": "1"},
        "address": {"line1": "Rue 1", "city": "Rabat", "country": "MA"},
    })  # fmt: skip
    changed = customers.update(made.id, {"name": "Santé", "metadata": {"x": "", "y": "2"}})
    read = customers.retrieve(made.id)

    assert (made.name, made.address.city) == ("وزارة الصحة", "Rabat")
    assert changed.to_dict() == read.to_dict()
    assert (read.name, read.email) == ("Santé", "a@b.example")
    assert read.metadata.to_dict() == {"agency": "health", "y": "2"}


def test_tax_numbers_are_added_listed_and_taken_away(shop):
    customer = shop.customer()
    ids = shop.v1.customers.tax_ids

    first = ids.create(customer.id, {"type": "ma_vat", "value": "12345678"})
    second = ids.create(customer.id, {"type": "ma_vat", "value": "87654321"})
    gone = ids.delete(customer.id, first.id)

    assert gone.deleted is True
    assert [one.value for one in ids.list(customer.id).data] == ["87654321"]
    assert second.country == "MA"


def test_a_tax_number_of_the_wrong_form_is_refused(shop):
    customer = shop.customer()

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.v1.customers.tax_ids.create(customer.id, {"type": "ma_vat", "value": "123"})

    assert (refusal.value.code, refusal.value.param) == ("tax_id_invalid", "value")


def test_prices_are_found_by_the_keys_one_gave_them(shop):
    yearly = shop.price_of(120_000, interval="year", lookup_key="seat-yearly")
    shop.price_of(99)

    found = shop.v1.prices.list({"lookup_keys": ["seat-yearly"], "expand": ["data.product"]})

    assert [one.id for one in found.data] == [yearly.id]
    assert found.data[0].product.name == "Seat"
    assert found.data[0].recurring.interval == "year"


def test_a_lookup_key_moves_only_when_asked_to(shop):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.price_of(1, lookup_key="seat-monthly")
    moved = shop.price_of(1, lookup_key="seat-monthly", transfer_lookup_key=True)

    assert refusal.value.param == "lookup_key"
    assert shop.v1.prices.retrieve(shop.price.id).lookup_key is None
    assert moved.lookup_key == "seat-monthly"


def test_lists_are_read_page_by_page(shop):
    made = [shop.customer(email=f"c{n}@d.example").id for n in range(7)]

    first = shop.v1.customers.list({"limit": 3})
    walked = [one.id for one in first.auto_paging_iter()]
    back = shop.v1.customers.list({"limit": 2, "ending_before": walked[4]})

    assert (len(first.data), first.has_more) == (3, True)
    assert walked == made[::-1]
    assert [one.id for one in back.data] == walked[2:4]


def test_the_wrong_key_is_refused_and_so_is_none(fake_stripe):
    wrong = stripe.StripeClient("sk_test_wrong", base_addresses={"api": fake_stripe.url})

    with pytest.raises(stripe.AuthenticationError) as refusal:
        wrong.v1.customers.list()

    assert refusal.value.http_status == 401


@pytest.mark.parametrize(
    ("params", "param", "code"),
    [
        ({"nickname": "x"}, "nickname", "parameter_unknown"),
        ({"address": {"planet": "x"}}, "address[planet]", "parameter_unknown"),
        ({"email": "nobody"}, "email", "email_invalid"),
        ({"balance": "much"}, "balance", "parameter_invalid_integer"),
        ({"tax_exempt": "always"}, "tax_exempt", None),
    ],
)
def test_what_is_not_understood_is_refused_by_name(fake_stripe, params, param, code):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        fake_stripe.client.v1.customers.create(params)

    assert (refusal.value.http_status, refusal.value.param, refusal.value.code) == (
        400, param, code,
    )  # fmt: skip
    assert fake_stripe.client.v1.customers.list().data == []


def test_a_nested_parameter_is_named_with_its_place(shop):
    items = [{"price": shop.price.id}, {"price": "price_none"}]

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.v1.subscriptions.create({"customer": shop.customer().id, "items": items})

    assert (refusal.value.param, refusal.value.code) == ("items[1][price]", "resource_missing")


def test_what_does_not_exist_is_404_in_the_address_and_400_in_a_parameter(shop):
    with pytest.raises(stripe.InvalidRequestError) as lost:
        shop.v1.customers.retrieve("cus_none")
    with pytest.raises(stripe.InvalidRequestError) as named:
        shop.page(customer="cus_none")

    assert (lost.value.http_status, lost.value.code) == (404, "resource_missing")
    assert (named.value.http_status, named.value.param) == (400, "customer")


def test_what_a_refused_request_began_is_undone(shop):
    customer = shop.customer()

    with pytest.raises(stripe.InvalidRequestError):
        shop.subscribed(customer, payment_behavior="error_if_incomplete")

    assert shop.v1.subscriptions.list({"status": "all"}).data == []
    assert shop.invoices() == []


def test_the_same_idempotency_key_gives_the_same_answer(fake_stripe):
    customers = fake_stripe.client.v1.customers
    options = {"idempotency_key": "once"}

    first = customers.create({"email": "a@b.example"}, options)
    again = customers.create({"email": "a@b.example"}, options)
    other = customers.create({"email": "a@b.example"}, {"idempotency_key": "twice"})

    assert first.to_dict() == again.to_dict()
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert other.id != first.id
    assert len(customers.list().data) == 2


def test_an_idempotency_key_belongs_to_its_parameters(fake_stripe):
    customers = fake_stripe.client.v1.customers
    customers.create({"email": "a@b.example"}, {"idempotency_key": "once"})

    with pytest.raises(stripe.IdempotencyError) as refusal:
        customers.create({"email": "c@d.example"}, {"idempotency_key": "once"})

    assert refusal.value.http_status == 400


def test_an_idempotency_key_is_forgotten_after_a_day(fake_stripe):
    customers = fake_stripe.client.v1.customers
    first = customers.create({"email": "a@b.example"}, {"idempotency_key": "once"})
    fake_stripe.advance(days=1, seconds=1)

    later = customers.create({"email": "a@b.example"}, {"idempotency_key": "once"})

    assert later.id != first.id


def test_a_mistake_may_be_put_right_under_the_same_key(fake_stripe):
    customers = fake_stripe.client.v1.customers
    with pytest.raises(stripe.InvalidRequestError):
        customers.create({"email": "wrong"}, {"idempotency_key": "once"})

    made = customers.create({"email": "a@b.example"}, {"idempotency_key": "once"})

    assert made.email == "a@b.example"


def test_an_answer_that_was_lost_is_given_again_and_nothing_is_done_twice(fake_stripe):
    client = stripe.StripeClient(
        fake_stripe.key, base_addresses={"api": fake_stripe.url}, max_network_retries=1
    )
    fake_stripe.fail("drop", when="after", method="POST")

    made = client.v1.customers.create({"email": "a@b.example"})

    assert [one.id for one in client.v1.customers.list().data] == [made.id]
    assert made.last_response.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("500", stripe.APIError),
        ("429", stripe.RateLimitError),
        ("drop", stripe.APIConnectionError),
        ("timeout", stripe.APIConnectionError),
    ],
)
def test_faults_come_as_the_errors_of_the_library(fake_stripe, kind, error):
    fake_stripe.fail(kind)

    with pytest.raises(error):
        fake_stripe.client.v1.customers.list()

    assert fake_stripe.client.v1.customers.list().data == []


def test_a_declined_card_is_a_card_error(shop):
    customer = shop.customer()

    with pytest.raises(stripe.CardError) as refusal:
        shop.v1.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer.id})

    error = refusal.value
    assert (error.http_status, error.code) == (402, "card_declined")
    assert error.user_message == "Your card was declined."


def test_an_unknown_address_is_told_so(fake_stripe):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        fake_stripe.client.v1.coupons.list()

    assert refusal.value.http_status == 404


def test_what_an_identity_stands_for_comes_when_asked_for(shop):
    bought = shop.bought()

    read = shop.v1.subscriptions.retrieve(
        bought.id,
        {"expand": ["customer", "latest_invoice.payments.data.payment.payment_intent"]},
    )

    payment = read.latest_invoice.payments.data[0].payment.payment_intent
    assert read.customer.email == "billing@health.example"
    assert (payment.status, payment.amount_received) == ("succeeded", 36_000)
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.subscriptions.retrieve(bought.id, {"expand": ["status"]})


def test_the_clock_moves_only_by_its_control(fake_stripe: FakeStripeServer):
    before = fake_stripe.now()

    fake_stripe.advance(days=2)

    assert 0 <= fake_stripe.now() - before - 2 * 86_400 < 10


def test_the_stand_in_remembers_over_a_restart(shop, fake_server, tmp_path):
    shop.bought()
    kept = fake_server.state.file
    fake_server.state.file = tmp_path / "stripe.json"
    try:
        fake_server.state.save()
        again = type(fake_server.state)(file=fake_server.state.file)
    finally:
        fake_server.state.file = kept

    assert again.rows == fake_server.state.rows
    assert again.deliveries == fake_server.state.deliveries


def test_its_file_keeps_no_event_of_more_than_a_month_ago(shop, fake_server, tmp_path):
    shop.bought()
    shop.fake.control("webhook", url="")
    for delivery in fake_server.state.deliveries.values():
        delivery["state"] = "delivered"
    fake_server.state.file = tmp_path / "stripe.json"
    try:
        shop.fake.advance(days=100)
        kept = {row["created"] for row in fake_server.state.all("event")}
        oldest = min(kept)
    finally:
        fake_server.state.file = None

    assert len(kept) > 1
    assert oldest > shop.fake.now() - 100 * 86_400 + 60


def test_a_declined_card_on_the_page_leaves_it_open(shop):
    session = shop.page(customer=shop.customer().id)

    answer = shop.fake.pay(session.url, DECLINED)

    assert answer == (402, None)
    assert shop.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert shop.v1.subscriptions.list().data == []
