"""What the fake Stripe sends, read by the real library: signed, again, twice, late, and forged."""

import time

import pytest
import stripe

from tests.fake_stripe.scenes import Shop, shop
from tests.tenants.billing.stripe_server import fake_server, fake_stripe, listener

__all__ = ["fake_server", "fake_stripe", "listener", "shop"]


def customer(fake, **more):
    return fake.client.v1.customers.create({"name": "H", **more})


def read(fake, one):
    return fake.client.construct_event(one.body, one.signature, fake.secret)


def test_every_change_is_sent_signed_and_in_order(fake_stripe, listener):
    made = customer(fake_stripe, metadata={"agency": "health"})

    (first,) = listener.wait_for(1)[:1]
    event = read(fake_stripe, first)

    assert (event.type, event.data.object.id) == ("customer.created", made.id)
    assert event.data.object.metadata.agency == "health"
    assert event.api_version == stripe.api_version
    assert event.request.id == made.last_response.request_id


def test_the_secret_the_body_and_the_time_are_all_checked(fake_stripe, listener):
    customer(fake_stripe)
    (one,) = listener.wait_for(1)[:1]

    read(fake_stripe, one)
    for body, signature, secret in (
        (one.body, one.signature, "whsec_other"),
        (one.body.replace("customer", "x"), one.signature, fake_stripe.secret),
        (one.body, None, fake_stripe.secret),
    ):
        with pytest.raises(stripe.SignatureVerificationError):
            fake_stripe.client.construct_event(body, signature, secret)


@pytest.mark.parametrize("forged", ["secret", "body", "old", "unsigned"])
def test_the_control_endpoint_sends_forgeries_of_every_kind(fake_stripe, listener, forged):
    fake_stripe.hold()
    customer(fake_stripe)
    (made,) = fake_stripe.deliveries("customer.created")

    fake_stripe.deliver(made["event"], forged=forged)

    (one,) = listener.wait_for(1)
    with pytest.raises(stripe.SignatureVerificationError):
        read(fake_stripe, one)
    assert fake_stripe.deliveries("customer.created")[0]["attempts"] == 0


def test_what_is_not_taken_comes_again(fake_stripe, listener):
    listener.statuses = [500, 404]

    customer(fake_stripe)

    received = listener.wait_for(3)
    assert [one.id for one in received] == [received[0].id] * 3
    assert read(fake_stripe, received[2]).type == "customer.created"
    assert settled(fake_stripe, received[0].id) == ("delivered", [500, 404, 200])
    assert fake_stripe.client.v1.events.retrieve(received[0].id).pending_webhooks == 0


def test_after_the_last_pause_it_is_given_up(fake_stripe, listener):
    listener.statuses = [500] * 4

    customer(fake_stripe)

    received = listener.wait_for(4)
    assert settled(fake_stripe, received[0].id) == ("failed", [500] * 4)


def settled(fake, event):
    """The state of a delivery, once the server has noted the last answer."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        (found,) = [row for row in fake.deliveries() if row["event"] == event]
        if found["state"] != "waiting":
            break
    return found["state"], found["answers"]


def test_held_deliveries_go_out_in_any_order_and_any_number(fake_stripe, listener):
    fake_stripe.hold()
    Shop(fake_stripe).bought()
    created, updated = (
        fake_stripe.deliveries(f"customer.subscription.{what}")[0]["event"]
        for what in ("created", "updated")
    )
    assert listener.received == []

    answers = fake_stripe.deliver(updated, created, updated, times=2)

    assert answers == [200] * 6
    assert [one.id for one in listener.received] == [updated, created, updated] * 2
    assert [read(fake_stripe, one).data.object.status for one in listener.received[:2]] == [
        "active", "incomplete",
    ]  # fmt: skip


def test_live_again_sends_what_was_held_once(fake_stripe, listener):
    fake_stripe.hold()
    customer(fake_stripe)
    customer(fake_stripe)
    first, second = fake_stripe.deliveries("customer.created")
    fake_stripe.deliver(second["event"])

    fake_stripe.control("deliveries", mode="live")

    received = listener.wait_for(len(fake_stripe.deliveries()))
    ids = [one.id for one in received]
    assert ids[0] == second["event"]
    assert len(ids) == len(set(ids))
    assert first["event"] in ids


def test_an_event_shows_its_object_as_it_was(shop):
    customer = shop.customer()
    shop.v1.customers.update(customer.id, {"name": "Later"})

    updated, created = shop.v1.events.list({
        "types": ["customer.created", "customer.updated"]
    }).data  # fmt: skip

    assert (created.data.object.name, updated.data.object.name) == ("H", "Later")
    assert updated.data.previous_attributes.to_dict() == {"name": "H"}


def test_a_purchase_tells_the_story_of_stripe(shop):
    shop.bought()

    assert [name for name in shop.told() if not name.startswith(("product", "price"))] == [
        "customer.created",
        "payment_method.attached",
        "customer.subscription.created",
        "invoice.created",
        "invoice.updated",
        "invoice.finalized",
        "payment_intent.created",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "charge.succeeded",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
        "checkout.session.completed",
    ]


def test_events_that_nobody_took_are_found(fake_stripe, listener):
    customer(fake_stripe)
    listener.wait_for(1)
    settled(fake_stripe, listener.received[0].id)
    fake_stripe.hold()
    customer(fake_stripe, email="late@d.example")

    (missed,) = fake_stripe.client.v1.events.list(
        {"type": "customer.created", "delivery_success": False}
    ).data

    assert missed.data.object.email == "late@d.example"
