"""Every event of a whole life, late, twice, in any order and among forged ones.

What is kept at the end must be what Stripe says when it is asked anew; each turn of that life must
be told once, however often and in whatever order the webhooks came.
"""

import json
import random
import time

import pytest
from django.test import Client

from fake_stripe.deliveries import signature
from tenants.billing.models import StripeEvent
from tenants.billing.services.stripe_sync import subscription_reread
from tests.tenants.billing.paying import CARD, CARD_FAILS, Payer, forward, post, work
from tests.tenants.billing.stripe_server import FakeStripe, Listener

pytestmark = pytest.mark.django_db
FORGERIES = ("secret", "body", "old", "unsigned")
# How many events of earlier steps each blow brings again.
OLD_AGAIN = 6


def whole_life(payer: Payer):
    """Each step with the turns that it brings: letters, then lines of the log."""
    payer.subscribe(seats=5)
    yield ["received"], ["started", "received"]
    payer.seats(7)
    yield [], ["seats"]
    payer.card(CARD_FAILS)
    payer.fake.advance(days=32)
    yield ["failed"], ["failed"]
    payer.card(CARD)
    payer.pay_what_is_open()
    yield ["received"], ["recovered", "received"]
    payer.ending(ends=True)
    yield ["ending"], ["ending"]
    payer.ending(ends=False)
    yield ["resumed"], ["resumed"]
    payer.refund(5_000)
    yield ["refunded"], ["refunded"]
    payer.ending(ends=True)
    yield ["ending"], ["ending"]
    payer.fake.advance(days=40)
    yield ["ended"], ["ended"]


class Storm:
    """The webhooks of one life, as a bad line brings them."""

    def __init__(self, client: Client, fake: FakeStripe, listener: Listener, seed: int) -> None:
        self.client, self.fake, self.listener = client, fake, listener
        self.chance = random.Random(seed)
        self.forged = 0
        self.known: list[str] = []

    def blow(self, *, lost: float = 0.0) -> None:
        """What is new twice and some of the old again, shuffled; some lost, others forged."""
        events = [one["event"] for one in self.fake.deliveries()]
        new, old = events[len(self.known) :], self.known
        self.known = events
        sent = [one for one in new if self.chance.random() >= lost] * 2
        self.bring(sent + self.chance.sample(old, min(len(old), OLD_AGAIN)))

    def blow_all(self) -> None:
        """Every event of the whole life once more."""
        self.bring(list(self.known))

    def bring(self, sent: list[str]) -> None:
        """These in any order, forged ones between them; the worker wakes at any time."""
        self.chance.shuffle(sent)
        while sent:
            some = [sent.pop() for _ in range(min(len(sent), self.chance.randint(1, 6)))]
            self.fake.deliver(*some)
            assert forward(self.client, self.listener) == [200] * len(some)
            self.fake.deliver(some[0], forged=FORGERIES[self.forged % len(FORGERIES)])
            assert forward(self.client, self.listener) == [400]
            self.forged += 1
            work()


@pytest.fixture
def storm(client, fake_stripe, listener, payer):
    fake_stripe.hold()
    return lambda seed: Storm(client, fake_stripe, listener, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_each_turn_is_told_once_and_the_end_is_what_stripe_says(storm, payer, seed):
    bad_line = storm(seed)
    letters: list[str] = []
    lines: list[str] = []

    for told, noted in whole_life(payer):
        bad_line.blow()
        letters, lines = letters + told, lines + noted
        assert (payer.told(), payer.noted()) == (letters, lines)

    before = payer.state()
    assert subscription_reread(agency_code="roads") is False
    bad_line.blow_all()
    assert (payer.told(), payer.noted(), payer.state()) == (letters, lines, before)
    assert bad_line.forged > len(FORGERIES)


def life_at_stripe(payer: Payer) -> None:
    """The same life lived on Stripe's own pages, while nothing of it reaches us."""
    payer.subscribe(seats=5)
    v1, customer = payer.fake.client.v1, payer.row.customer_id
    bought = v1.subscriptions.list({"customer": customer}).data[0]
    item = v1.subscription_items.list({"subscription": bought.id}).data[0]
    v1.subscriptions.update(bought.id, {"items": [{"id": item.id, "quantity": 7}]})
    payer.fake.advance(days=32)
    first = v1.invoices.list({"customer": customer, "expand": ["data.payments"]}).data[-1]
    intent = first.payments.data[0].payment.payment_intent
    v1.refunds.create({"payment_intent": str(intent), "amount": 5_000})
    v1.subscriptions.update(bought.id, {"cancel_at_period_end": True})
    payer.fake.advance(days=40)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12])
def test_a_life_that_is_told_only_at_its_end_ends_the_same(storm, payer, seed):
    bad_line = storm(seed)
    life_at_stripe(payer)

    bad_line.blow()

    before = payer.state()
    assert subscription_reread(agency_code="roads") is False
    assert payer.state() == before
    # Two months were paid and a part given back; that it began and ended is over.
    assert payer.told() == ["received", "refunded", "received"]
    assert payer.row.status == "canceled"


def test_forged_events_are_kept_nowhere_and_change_nothing(storm, payer, caplog):
    bad_line = storm(1)
    payer.subscribe()
    event = bad_line.fake.deliveries()[0]["event"]

    statuses = []
    for kind in FORGERIES:
        bad_line.fake.deliver(event, forged=kind)
        statuses += forward(bad_line.client, bad_line.listener)

    assert statuses == [400, 400, 400, 400]
    assert StripeEvent.objects.count() == 0
    assert payer.row.seats is None
    refused = [one for one in caplog.records if one.name == "security"]
    assert [one.getMessage() for one in refused] == [
        "stripe webhook refused: SignatureVerificationError"
    ] * 4


@pytest.mark.slow
def test_whatever_is_lost_on_the_way_the_next_event_brings(storm, payer):
    bad_line = storm(5)
    payer.subscribe(seats=5)
    bad_line.blow(lost=0.8)

    payer.seats(6)
    bad_line.blow(lost=0.5)

    subscription_reread(agency_code="roads")
    assert payer.row.seats == 6


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "1", '{"id": 1}', "\x00", "{}" * 10])
def test_what_is_signed_but_no_event_is_refused(client, payer, body):
    at = int(time.time())

    status = post(client, body, signature(body, payer.fake.secret, at))

    assert status == 400


def test_an_event_of_nobody_is_of_no_concern(client, payer):
    body = json.dumps(
        {"id": "evt_1", "object": "event", "type": "customer.updated", "created": 1_790_000_000,
         "livemode": False, "api_version": "2026-10-28.endive",
         "data": {"object": {"id": "cus_of_nobody", "object": "customer"}}}
    )  # fmt: skip

    status = post(client, body, signature(body, payer.fake.secret, int(time.time())))
    work()

    assert (status, StripeEvent.objects.get().state) == (200, "ignored")


def test_too_much_is_refused_before_it_is_looked_at(client, payer):
    assert post(client, "x" * 600_000, "t=1,v1=x") == 413
    assert post(client, "x" * 2_000_000, "t=1,v1=x") == 413
