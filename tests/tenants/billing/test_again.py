"""A form that is sent again: the same answers are the same order, others another."""

import re
from html import unescape

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from tenants.billing.models import Invoice
from tenants.billing.services.plans import subscription_locked
from tenants.billing.services.stripe_sync import subscription_reread
from tests.agency_console.conftest import console
from tests.support.sampling import repeats
from tests.tenants.billing.test_console import NOWHERE, administrator, order, text, token_on
from tests.tenants.billing.test_oversight import get, post, signed_in

__all__ = ["administrator", "console"]

pytestmark = pytest.mark.django_db


def test_what_was_refused_for_good_is_another_order_the_next_time(payer, console, administrator):
    payer.fill_in()
    sent = token_on(console.get("/billing/subscribe/"))

    page = order(console, seats="1", token=sent)

    assert "These seats are not enough" in text(page)
    assert token_on(page) != sent


def test_what_may_have_been_done_keeps_its_number(payer, console, administrator, settings):
    payer.fill_in()
    sent = token_on(console.get("/billing/subscribe/"))
    settings.STRIPE_API_URL = NOWHERE

    page = order(console, token=sent)

    assert "does not answer just now" in text(page)
    assert token_on(page) == sent


def test_a_lost_answer_and_the_same_press_again_subscribe_once(payer, console, administrator):
    payer.fill_in()
    sent = token_on(console.get("/billing/subscribe/"))
    payer.fake.fail("drop", times=2, when="after", path="/v1/subscriptions", method="POST")

    lost = order(console, token=sent, collection="send_invoice")
    again = order(console, token=token_on(lost), collection="send_invoice")

    assert "does not answer just now" in text(lost)
    assert "A subscription is running already" in text(again)
    assert len(payer.fake.client.v1.subscriptions.list({}).data) == 1
    assert payer.row.seats == 5


def test_other_answers_under_one_number_are_no_longer_the_first_order(
    payer, console, administrator
):
    payer.fill_in()
    sent = token_on(console.get("/billing/subscribe/"))

    first = order(console, token=sent)
    console.client.cookies["language"] = "fr"
    second = order(console, token=sent, seats="6")

    links = [re.search(r'href="([^"]+)" rel="noreferrer"', one.content.decode()).group(1)
             for one in (first, second)]  # fmt: skip
    payer.fake.pay(unescape(links[1]))
    subscription_reread(agency_code="roads")
    assert (links[0] != links[1], payer.row.seats) == (True, 6)


@pytest.fixture
def invoice(payer, client) -> Invoice:
    """What five seats cost, paid, and an operator who looks at it."""
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    signed_in(client, Role.OPERATOR)
    return Invoice.objects.get()


def refund(client, invoice: Invoice, page: HttpResponse, **changes: str) -> HttpResponse:
    """The form of that page, sent."""
    seen = re.search(r'name="seen" value="(\d+)"', page.content.decode()).group(1)
    values = {"token": token_on(page), "seen": seen, "amount": "100", "reason": "A seat too many"}
    values["confirmed"] = "yes"
    answer: HttpResponse = post(client, refund_path(invoice), **{**values, **changes})
    return answer


def refund_path(invoice: Invoice) -> str:
    return f"/agencies/roads/billing/{invoice.pk}/refund/"


def given_back(payer) -> list[int]:
    return [one.amount for one in payer.fake.client.v1.refunds.list({}).data]


def test_two_operators_who_give_back_the_same_money_give_it_once(payer, client, invoice):
    pages = [get(client, refund_path(invoice)) for _operator in range(2)]

    first, second = (refund(client, invoice, page) for page in pages)

    assert (first.status_code, second.status_code) == (302, 200)
    assert "The amount has changed since you saw it" in text(second)
    assert given_back(payer) == [10_000]
    assert "at most" in text(second)
    assert re.search(r"500\.00\sMAD", text(second))


def test_who_has_seen_what_went_back_meanwhile_may_give_back_more(payer, client, invoice):
    pages = [get(client, refund_path(invoice)) for _operator in range(2)]
    second = [refund(client, invoice, page) for page in pages][1]

    third = refund(client, invoice, second)

    assert third.status_code == 302
    assert given_back(payer) == [10_000, 10_000]


@pytest.mark.parametrize(
    ("reason", "status"), repeats([("A seat too many", 302), ("Two seats too many", 200)], keep=1)
)
def test_an_answer_that_was_lost_gives_nothing_back_twice(payer, client, invoice, reason, status):
    payer.fake.fail("drop", times=2, when="after", path="/v1/refunds", method="POST")
    lost = refund(client, invoice, get(client, refund_path(invoice)))

    again = refund(client, invoice, lost, reason=reason)

    assert "does not answer just now" in text(lost)
    assert again.status_code == status
    assert given_back(payer) == [10_000]


def test_a_double_press_is_told_that_the_money_is_on_its_way(payer, client, invoice):
    page = get(client, refund_path(invoice))

    answers = [refund(client, invoice, page) for _press in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert given_back(payer) == [10_000]


def test_the_row_is_locked_alone(payer):
    """In a join, PostgreSQL compares the locked row's new plan with the plan of before.

    Whoever waited for somebody who was changing the plan found no row at all.
    """
    payer.subscribe()
    with CaptureQueriesContext(connection) as asked:
        subscription_reread(agency_code=payer.row.agency.code)
        with transaction.atomic():
            subscription_locked(payer.row.agency)

    locking = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
    assert len(locking) >= 2
    assert [one for one in locking if "JOIN" in one] == []
