"""Orders: an operator's plan against an agency's open pages, and who waits while Stripe is slow."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from agency_console.staff.services import colleague_add
from shared.accounts.enums import Role
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.billing.errors import NoSeatLeft, OrderRuns, StripeUnavailable, SubscriptionRuns
from tenants.billing.models import Subscription
from tenants.billing.services.order_lock import ORDER_LOCKS
from tenants.billing.services.payments import (
    checkout_begin,
    plan_assign,
    seats_change,
    seats_preview,
)
from tenants.billing.services.stripe_sync import subscription_reread
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.agencies import CODES
from tests.support.processes import outside_connection
from tests.support.sampling import repeats
from tests.tenants.billing.paying import Payer
from tests.tenants.billing.slow_line import CODE, committed, line
from tests.tenants.billing.test_console import NOWHERE
from tests.tenants.isolation.committed import in_thread, with_own_connection

__all__ = ["committed", "line"]

pytestmark = pytest.mark.django_db
CLICKS = 6


def open_page(payer: Payer, *, key: str = "", language: str = "fr") -> str:
    """Go as far as Stripe's page and pay nothing; its address."""
    payer.fill_in()
    return checkout_begin(
        agency=payer.agency, plan_code="seats", seats=5, language=language,
        done_url="https://roads.example/done/", back_url="https://roads.example/",
        key=key or uuid4().hex, actor=SYSTEM,
    )  # fmt: skip


def pages(payer: Payer) -> list[str]:
    """How the pages at Stripe stand, the newest first."""
    listed = payer.fake.client.v1.checkout.sessions.list({"customer": payer.row.customer_id})
    return [str(one.status) for one in listed.data]


@pytest.mark.parametrize("plan", repeats(["free", "national"], keep=1))
def test_nobody_can_pay_on_an_old_page_once_an_operator_has_given_a_plan(payer, plan):
    url = open_page(payer)

    plan_assign(agency_code="roads", plan_code=plan, actor=SYSTEM)
    payer.fake.pay(url)

    assert pages(payer) == ["expired"]
    assert payer.fake.client.v1.subscriptions.list({}).data == []
    assert payer.row.plan_id == plan


def test_who_has_just_paid_on_it_is_found_to_be_paying(payer, line):
    url = open_page(payer)
    line.meanwhile = ("POST /v1/checkout/sessions/", lambda: payer.fake.pay(url))

    with pytest.raises(SubscriptionRuns):
        plan_assign(agency_code="roads", plan_code="national", actor=SYSTEM)

    assert pages(payer) == ["complete"]
    assert (payer.row.plan_id, payer.row.seats, payer.row.status) == ("seats", 5, "active")


def test_while_stripe_is_away_no_plan_is_given_beside_an_open_page(payer, settings):
    open_page(payer)
    settings.STRIPE_API_URL = NOWHERE

    with pytest.raises(StripeUnavailable):
        plan_assign(agency_code="roads", plan_code="national", actor=SYSTEM)

    assert payer.row.plan_id == "free"


def test_without_a_key_plans_are_given_by_hand_as_ever(payer, settings):
    open_page(payer)
    settings.STRIPE_SECRET_KEY = ""

    plan_assign(agency_code="roads", plan_code="national", actor=SYSTEM)

    assert payer.row.plan_id == "national"


def test_the_same_form_sent_again_leads_to_a_page_that_is_open(payer):
    first = open_page(payer, key="one")
    plan_assign(agency_code="roads", plan_code="free", actor=SYSTEM)

    again, once_more = (open_page(payer, key="one") for _press in range(2))

    assert again == once_more != first
    assert pages(payer) == ["open", "expired"]
    assert payer.fake.pay(again)[0] == 303


def test_in_another_language_the_same_form_opens_another_page(payer):
    first, second = (open_page(payer, key="one", language=one) for one in ("fr", "en"))

    assert first != second
    assert pages(payer) == ["open", "expired"]


def add(number: int) -> str:
    def work() -> str:
        connection.set_schema_to_public()
        agency = Agency.objects.get(code=CODE)
        try:
            with agency_context(agency):
                colleague_add(
                    agency=agency,
                    email=f"new{number}@dunes.example",
                    name="New",
                    role=Role.AGENT,
                    language="fr",
                    actor=SYSTEM,
                )
        except NoSeatLeft as refusal:
            return refusal.code
        return "added"

    return in_thread(work)


def to_two_seats() -> None:
    def work() -> None:
        connection.set_schema_to_public()
        agency = Agency.objects.get(code=CODE)
        seen = seats_preview(agency=agency, seats=2).total
        seats_change(agency=agency, seats=2, seen=seen, key=uuid4().hex, actor=SYSTEM)

    with_own_connection(work)


@pytest.mark.all_cores
@pytest.mark.slow
def test_while_stripe_is_slow_colleagues_are_let_in_but_on_no_seat_that_goes(committed, line):
    line.holds = "POST /v1/subscriptions/"
    with ThreadPoolExecutor(max_workers=1) as pool:
        fewer = pool.submit(to_two_seats)
        assert line.heard.wait(timeout=5)

        meanwhile = [add(1), add(2)]

        is_over = fewer.done()
        line.let_go.set()
        fewer.result()
    assert (is_over, meanwhile) == (False, ["added", "no_seat_left"])
    row = in_thread(lambda: Subscription.objects.get(agency__code=CODE))
    assert (row.seats, row.seats_asked) == (2, None)


def test_what_stripe_refuses_holds_no_seat_back(payer, line):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    seen = seats_preview(agency=payer.agency, seats=2).total
    subscription = payer.fake.client.v1.subscriptions
    ended = payer.row.subscription_id
    line.meanwhile = ("POST /v1/subscriptions/", lambda: subscription.cancel(ended))

    with pytest.raises(DomainError):
        seats_change(agency=payer.agency, seats=2, seen=seen, key="one", actor=SYSTEM)

    assert payer.row.seats_asked is None


def test_what_stripe_leaves_open_holds_seats_back_for_a_while(payer, line):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    seen = seats_preview(agency=payer.agency, seats=2).total
    payer.fake.fail("drop", times=2, when="after", path="/v1/subscriptions/", method="POST")

    with pytest.raises(StripeUnavailable):
        seats_change(agency=payer.agency, seats=2, seen=seen, key="one", actor=SYSTEM)

    assert (payer.row.seats, payer.row.seats_asked) == (5, 2)


def order_by_transfer(fake) -> str:
    def work() -> str:
        connection.set_schema_to_public()
        payer = Payer(agency=Agency.objects.get(code=CODES[1]), fake=fake)
        try:
            payer.subscribe_by_transfer(seats=4)
        except DomainError as refusal:
            return refusal.code
        return "subscribed"

    return with_own_connection(work)


@pytest.mark.all_cores
@pytest.mark.slow
def test_of_many_who_order_at_once_one_subscribes(committed, fake_stripe):
    with ThreadPoolExecutor(max_workers=CLICKS) as pool:
        outcomes = list(pool.map(lambda _click: order_by_transfer(fake_stripe), range(CLICKS)))

    row = in_thread(lambda: Subscription.objects.get(agency__code=CODES[1]))
    known = fake_stripe.client.v1.subscriptions.list({"customer": row.customer_id})
    assert (outcomes.count("subscribed"), len(known.data)) == (1, 1)
    assert set(outcomes) <= {"subscribed", "subscription_runs", "order_runs"}


def impatient() -> None:
    def work() -> None:
        connection.set_schema_to_public()
        agency = Agency.objects.get(code=CODE)
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '200ms'")
        seats_change(agency=agency, seats=2, seen=0, key="one", actor=SYSTEM)

    with_own_connection(work)


@pytest.mark.all_cores
@pytest.mark.slow
def test_who_waits_too_long_for_a_colleagues_order_is_asked_to_look_again(committed):
    number = in_thread(lambda: Agency.objects.get(code=CODE).pk)
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [ORDER_LOCKS, number])
        with ThreadPoolExecutor(max_workers=1) as pool, pytest.raises(OrderRuns):
            pool.submit(impatient).result()
    outside.close()
