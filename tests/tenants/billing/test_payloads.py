"""What an event of Stripe's said names people: it is kept for as long as somebody may need it."""

import json
import time

import pytest

from fake_stripe.deliveries import signature
from shared.kernel.actors import SYSTEM
from tenants.billing.models import StripeEvent
from tenants.billing.services.stripe_webhooks import event_replay
from tests.tenants.billing.paying import post, work
from tests.tenants.billing.test_oversight import dead, received

__all__ = ["dead"]

pytestmark = pytest.mark.django_db


def test_a_settled_event_keeps_no_more_than_that_it_came(payer, client, listener):
    received(payer, client, listener)
    before = StripeEvent.objects.get()

    work()

    after = StripeEvent.objects.get()
    assert (before.payload or {})["id"] == after.pk
    assert (after.state, after.payload) == ("applied", None)
    assert (after.type, after.created_at) == ("customer.subscription.created", before.created_at)
    assert StripeEvent.objects.filter(payload__isnull=True).count() == 1


def test_what_was_given_up_is_kept_whole_until_it_is_applied(dead):
    kept = StripeEvent.objects.get().payload or {}

    event_replay(event_id=dead, actor=SYSTEM)
    work()

    assert kept["type"] == "customer.subscription.created"
    assert StripeEvent.objects.get().payload is None


def test_a_sign_that_the_database_cannot_hold_keeps_no_event_out(client, payer):
    said = {"object": "customer", "id": "cus_1", "name": "Some\x00body \\u0000"}
    body = json.dumps(
        {"id": "evt_1", "object": "event", "type": "customer.updated", "created": 1_790_000_000,
         "livemode": False, "api_version": "2026-10-28.endive", "data": {"object": said}}
    )  # fmt: skip

    status = post(client, body, signature(body, payer.fake.secret, int(time.time())))

    assert (status, StripeEvent.objects.get().customer_id) == (200, "cus_1")
