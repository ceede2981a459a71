"""The life of a subscription, as the agency's row tells it."""

import re
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import stripe

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from tenants.billing.enums import Collection, SubscriptionStatus
from tenants.billing.models import Invoice, Plan, Subscription
from tenants.billing.selectors import plan_by_code, subscription_summary
from tenants.billing.services.payments import details_keep
from tenants.billing.services.stripe_client import price_ensure
from tenants.billing.services.stripe_sync import subscription_reread
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import console
from tests.public_portal.tracking.mailbox import deliver
from tests.shared.jobs.workers import run_queue
from tests.support.factories import staff
from tests.support.sampling import repeats
from tests.tenants.billing.paying import CARD, CARD_FAILS, DETAILS, Payer
from tests.tenants.billing.slow_line import line
from tests.tenants.billing.test_console import administrator, open_page, text

__all__ = ["administrator", "console", "line"]

pytestmark = pytest.mark.django_db


def at_stripes_time(payer: Payer) -> AbstractContextManager[None]:
    """The portal's clock as Stripe's, which was moved."""
    return clock.travel(datetime.fromtimestamp(payer.fake.now(), UTC))


def test_seats_that_are_paid_by_card_are_there(payer):
    payer.subscribe(seats=5)

    subscription_reread(agency_code="roads")

    row = payer.row
    assert (row.plan_id, row.seats, row.status) == ("seats", 5, SubscriptionStatus.ACTIVE)
    assert (payer.noted(), payer.told()) == (["started", "received"], ["received"])


def test_a_failed_payment_is_owed_from_the_day_of_its_invoice(payer):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    payer.card(CARD_FAILS)
    payer.fake.advance(days=32)

    subscription_reread(agency_code="roads")

    payer.agency.refresh_from_db()
    assert payer.row.status == SubscriptionStatus.PAST_DUE
    assert payer.agency.owes_since == payer.row.past_due_since
    assert payer.agency.owes_since is not None
    assert payer.told() == ["received", "failed"]


def test_an_invoice_by_transfer_carries_ice_and_purchase_order(payer):
    payer.subscribe_by_transfer(seats=4)

    row = payer.row
    invoice = payer.fake.client.v1.invoices.list({"customer": row.customer_id}).data[0]
    assert (row.seats, row.collection) == (4, Collection.TRANSFER)
    assert [(one.name, one.value) for one in invoice.custom_fields] == [
        ("ICE", "001234567000089"),
        ("Bon de commande", "BC-2026-17"),
    ]


def test_what_is_owed_is_gone_with_the_payment(payer):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    payer.card(CARD_FAILS)
    payer.fake.advance(days=32)
    subscription_reread(agency_code="roads")
    payer.card(CARD)
    payer.pay_what_is_open()

    subscription_reread(agency_code="roads")

    payer.agency.refresh_from_db()
    assert (payer.agency.owes_since, payer.row.past_due_since) == (None, None)


def test_a_transfer_is_owed_from_the_day_on_which_it_was_due(payer):
    payer.subscribe_by_transfer(seats=4)
    payer.fake.advance(days=32)

    with at_stripes_time(payer):
        subscription_reread(agency_code="roads")

    due = Invoice.objects.order_by("created_at")[0].due_at
    assert due is not None
    assert payer.row.past_due_since == clock.civil_day(due)


def test_an_old_debt_is_owed_still_when_seats_are_subscribed_to_anew(payer):
    payer.subscribe_by_transfer(seats=4)
    payer.fake.advance(days=32)
    with at_stripes_time(payer):
        subscription_reread(agency_code="roads")
    owed = payer.row.past_due_since
    payer.fake.client.v1.subscriptions.cancel(payer.row.subscription_id)

    with at_stripes_time(payer):
        payer.subscribe(seats=5)
        subscription_reread(agency_code="roads")

    payer.agency.refresh_from_db()
    assert payer.row.status == SubscriptionStatus.ACTIVE
    assert owed is not None
    assert (payer.row.past_due_since, payer.agency.owes_since) == (owed, owed)


def test_the_next_invoice_is_not_owed_before_it_is_due_when_the_late_one_is_paid(payer):
    payer.subscribe_by_transfer(seats=4)
    payer.fake.advance(days=32)
    v1 = payer.fake.client.v1
    open_ones = v1.invoices.list({"customer": payer.row.customer_id, "status": "open"}).data
    late = min(open_ones, key=lambda one: one.created)
    v1.invoices.pay(late.id, {"paid_out_of_band": True})

    with at_stripes_time(payer):
        subscription_reread(agency_code="roads")

        assert len(open_ones) > 1
        assert payer.row.status == SubscriptionStatus.PAST_DUE
        assert payer.row.past_due_since is None
        assert subscription_summary(payer.agency).status is SubscriptionStatus.ACTIVE


def test_an_invoice_that_is_due_later_is_not_owed(payer):
    payer.subscribe_by_transfer(seats=4)
    payer.fake.advance(days=1)

    subscription_reread(agency_code="roads")

    assert Invoice.objects.get().status == "open"
    assert payer.row.past_due_since is None


def test_when_it_ends_the_free_plan_is_there_and_nobody_is_shut_out(payer):
    for number in range(5):
        staff(payer.agency, Role.AGENT, f"agent{number}@roads.example")
    payer.subscribe(seats=6)
    subscription_reread(agency_code="roads")
    payer.ending(ends=True)
    payer.fake.advance(days=40)

    subscription_reread(agency_code="roads")

    look = subscription_summary(payer.agency)
    assert (look.plan.code, look.seats, look.seats_used) == ("free", 3, 6)


def test_a_subscription_is_begun_once_when_its_answer_is_lost(payer):
    payer.fake.fail("drop", when="after", path="/v1/subscriptions", method="POST")

    payer.subscribe_by_transfer(seats=4)

    listed = payer.fake.client.v1.subscriptions.list({"customer": payer.row.customer_id})
    assert len(listed.data) == 1
    assert payer.row.seats == 4


def test_what_was_typed_is_told_to_stripe_by_a_task(payer):
    payer.subscribe_by_transfer(seats=4)
    moved = replace(DETAILS, city="Fès", purchase_order="")

    details_keep(agency=payer.agency, details=moved, actor=SYSTEM)
    run_queue()

    customer = payer.fake.client.v1.customers.retrieve(payer.row.customer_id)
    assert customer.address.city == "Fès"
    assert [one.name for one in customer.invoice_settings.custom_fields] == ["ICE"]


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    repeats(
        [
            ("ar", "توصلنا بأدائك – الطرق", "600,00\u00a0درهم"),
            ("fr", "Nous avons reçu votre paiement – Routes", "600,00\u00a0DH"),
            ("en", "Your payment has come – Roads", "600.00\u00a0MAD"),
        ],
        keep=1,
    ),
)
def test_administrators_are_written_to_in_their_language(payer, language, subject, words):
    with agency_context(payer.agency):
        User.objects.update(language=language)
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")

    letter = deliver()[-1]

    assert (letter.to, letter.subject) == (["administrator@roads.example"], subject)
    assert words in letter.body
    assert "http://roads.testserver:8000/billing/" in letter.body
    assert "{" not in letter.body
    assert Mail.objects.get().to == ""


def test_who_pays_the_former_price_keeps_the_plan(payer, caplog):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    Plan.objects.filter(pk="seats").update(unit_amount=15_000)

    dearer = price_ensure(plan=plan_by_code("seats"))
    subscription_reread(agency_code="roads")

    v1 = payer.fake.client.v1
    assert v1.prices.list({"lookup_keys": ["insaf_seat_month"]}).data[0].id == dearer
    assert payer.row.plan_id == "seats"
    assert "a price of no plan is paid" not in caplog.text


def test_who_pays_the_former_price_reads_it_on_the_page(payer, console, administrator):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    Plan.objects.filter(pk="seats").update(unit_amount=15_000)

    page = text(console.get("/billing/"))

    assert re.search(r"120\.00\sMAD for each seat", page)
    assert "150.00" not in page


def test_an_invoice_made_while_stripe_is_asked_is_no_debt(payer, line):
    open_page(payer)
    price, customer = price_ensure(plan=plan_by_code("seats")), payer.row.customer_id
    line.meanwhile = (
        "GET /v1/invoices?", lambda: first_payment_waits(payer.fake.client, customer, price)
    )  # fmt: skip

    subscription_reread(agency_code="roads")

    assert Invoice.objects.get().status == "open"
    assert (payer.told(), payer.row.past_due_since) == ([], None)


def first_payment_waits(client: stripe.StripeClient, customer: str, price: str) -> None:
    client.v1.subscriptions.create(
        {
            "customer": customer,
            "items": [{"price": price, "quantity": 5}],
            "payment_behavior": "default_incomplete",
        }
    )


def test_who_pays_for_seats_under_an_agreement_is_told_to_operators(payer, caplog):
    payer.subscribe(seats=5)
    Subscription.objects.filter(agency=payer.agency).update(plan="national")

    subscription_reread(agency_code="roads")

    assert "seats are paid for under an agreement: roads" in caplog.text
    assert payer.row.plan_id == "national"


def test_a_price_that_no_plan_has_is_told_to_operators_and_takes_no_seat_away(payer, caplog):
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    v1 = payer.fake.client.v1
    other = v1.prices.create(
        {
            "currency": "mad",
            "unit_amount": 1,
            "recurring": {"interval": "month"},
            "product_data": {"name": "Other"},
        }
    )
    item = {"id": payer.row.item_id, "price": other.id, "quantity": 5}
    v1.subscriptions.update(payer.row.subscription_id, {"items": [item]})

    subscription_reread(agency_code="roads")

    assert (payer.row.plan_id, payer.row.seats) == ("seats", 5)
    assert "a price of no plan is paid: roads" in caplog.text
