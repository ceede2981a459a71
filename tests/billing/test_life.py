"""The life of a subscription, as the agency's row tells it."""

import pytest

from tenants.billing.enums import Collection, SubscriptionStatus
from tenants.billing.reading import subscription_reread
from tests.billing.paying import CARD_FAILS

pytestmark = pytest.mark.django_db


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
