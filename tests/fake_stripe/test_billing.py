"""Subscriptions and invoices of the fake Stripe: to the centime and in Stripe's order."""

from datetime import UTC, datetime

import pytest
import stripe

from tests.fake_stripe.scenes import SEAT, shop
from tests.tenants.billing.stripe_server import DAY, FAILS_LATER, fake_server, fake_stripe

__all__ = ["fake_server", "fake_stripe", "shop"]


def item(subscription):
    return subscription["items"].data[0]


def test_a_paid_page_makes_a_running_subscription_with_a_paid_invoice(shop):
    session = shop.page(
        customer_email="dgi@b.example", client_reference_id="agency-7",
        metadata={"a": "1"}, subscription_data={"metadata": {"agency": "dgi"}},
    )  # fmt: skip

    status, where = shop.fake.pay(session.url)

    paid = shop.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["subscription", "invoice", "customer"]}
    )
    assert (status, where) == (303, f"https://insaf.example/paid/?session={session.id}")
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert (paid.amount_total, paid.client_reference_id) == (3 * SEAT, "agency-7")
    assert paid.customer.email == paid.customer_details.email == "dgi@b.example"
    assert (paid.subscription.status, paid.subscription.metadata.agency) == ("active", "dgi")
    assert (paid.invoice.status, paid.invoice.amount_paid) == ("paid", 3 * SEAT)
    assert paid.invoice.billing_reason == "subscription_create"
    assert paid.invoice.parent.subscription_details.subscription == paid.subscription.id
    assert paid.invoice.parent.subscription_details.metadata.agency == "dgi"
    assert item(paid.subscription).quantity == 3


def test_a_page_is_good_once_and_for_a_day(shop):
    used, late, closed = shop.page(), shop.page(), shop.page()
    shop.fake.pay(used.url)
    shop.v1.checkout.sessions.expire(closed.id)
    shop.fake.advance(days=1, seconds=1)

    assert [shop.fake.pay(one.url)[0] for one in (used, late, closed)] == [410, 410, 410]
    assert shop.v1.checkout.sessions.retrieve(late.id).status == "expired"
    assert shop.told().count("checkout.session.expired") == 2
    assert len(shop.v1.subscriptions.list().data) == 1


def test_a_period_is_a_month_of_the_calendar(shop):
    period = item(shop.bought())

    start, end = (
        datetime.fromtimestamp(at, UTC)
        for at in (period.current_period_start, period.current_period_end)
    )

    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == 1
    assert end.day in {start.day, 28, 29, 30}


@pytest.mark.parametrize(("before", "after"), [(3, 5), (5, 2), (1, 100)])
def test_other_seats_are_prorated_by_the_second(shop, before, after):
    subscription = shop.bought(seats=before)
    start, end = item(subscription).current_period_start, item(subscription).current_period_end
    at = start + 10 * DAY + 12_345
    left, whole = end - at, end - start

    shop.seats(subscription, after, proration_date=at)

    lines = shop.v1.invoice_items.list({"customer": subscription.customer, "pending": True}).data
    unused, remaining = (-rounded(before * SEAT, left, whole), rounded(after * SEAT, left, whole))
    assert {one.amount for one in lines} == {unused, remaining}
    assert all((one.period.start, one.period.end) == (at, end) for one in lines)
    preview = shop.v1.invoices.create_preview({"subscription": subscription.id})
    assert preview.total == unused + remaining + after * SEAT
    assert [invoice.total for invoice in shop.invoices()] == [before * SEAT]


def rounded(amount, part, whole):
    """To the nearest centime."""
    return int(amount * part / whole + 0.5)


def test_more_seats_can_be_billed_at_once(shop):
    subscription = shop.bought(seats=2)
    end = item(subscription).current_period_end
    at = shop.fake.now()

    changed = shop.seats(subscription, 4, proration_behavior="always_invoice", proration_date=at)

    first, second = shop.invoices(subscription=subscription.id)
    whole = end - item(subscription).current_period_start
    expected = rounded(4 * SEAT, end - at, whole) - rounded(2 * SEAT, end - at, whole)
    assert (second.status, second.total, second.billing_reason) == (
        "paid", expected, "subscription_update",
    )  # fmt: skip
    assert changed.latest_invoice == second.id
    assert [line.parent.subscription_item_details.proration for line in second.lines.data] == [
        True, True,
    ]  # fmt: skip
    assert first.total == 2 * SEAT


def test_fewer_seats_billed_at_once_leave_a_credit_that_the_renewal_uses(shop):
    subscription = shop.bought(seats=10)
    shop.seats(subscription, 1, proration_behavior="always_invoice")
    credit = shop.v1.customers.retrieve(subscription.customer).balance

    preview = shop.v1.invoices.create_preview({"subscription": subscription.id})

    change = shop.invoices()[1]
    assert (change.status, change.amount_due, change.total) == ("paid", 0, credit)
    assert credit < -8 * SEAT
    assert (preview.total, preview.starting_balance, preview.amount_due) == (SEAT, credit, 0)
    shop.fake.advance(days=32)
    renewal = shop.invoices()[2]
    assert (renewal.status, renewal.amount_paid) == ("paid", 0)
    assert renewal.ending_balance == credit + SEAT
    assert shop.v1.customers.retrieve(subscription.customer).balance == credit + SEAT


def test_a_change_can_be_free_of_charge(shop):
    subscription = shop.bought(seats=1)

    changed = shop.seats(subscription, 9, proration_behavior="none")

    assert item(changed).quantity == 9
    assert shop.v1.invoice_items.list().data == []


def test_a_preview_of_a_change_is_what_the_change_will_cost(shop):
    subscription = shop.bought(seats=2)
    at = shop.fake.now() + 5
    wish = {"items": [{"id": item(subscription).id, "quantity": 7}],
            "proration_behavior": "always_invoice", "proration_date": at}  # fmt: skip

    preview = shop.v1.invoices.create_preview(
        {"subscription": subscription.id, "subscription_details": wish}
    )
    untouched = shop.v1.subscriptions.retrieve(subscription.id)
    shop.v1.subscriptions.update(subscription.id, wish)

    assert item(untouched).quantity == 2
    assert preview.total == shop.invoices()[1].total > 0


def test_the_renewal_waits_an_hour_as_a_draft_and_is_then_collected(shop):
    subscription = shop.bought(seats=3)
    end = item(subscription).current_period_end
    shop.fake.advance(seconds=end - shop.fake.now() + 60)
    draft = shop.invoices()[1]

    shop.fake.advance(seconds=3_600)

    paid = shop.v1.invoices.retrieve(draft.id)
    renewed = shop.v1.subscriptions.retrieve(subscription.id)
    assert (draft.status, draft.billing_reason, draft.created) == (
        "draft", "subscription_cycle", end,
    )  # fmt: skip
    assert (draft.period_end, draft.lines.data[0].period.start) == (end, end)
    assert (paid.status, paid.amount_paid) == ("paid", 3 * SEAT)
    assert (item(renewed).current_period_start, renewed.latest_invoice) == (end, paid.id)


def test_a_year_of_renewals_is_twelve_invoices(shop):
    subscription = shop.bought()

    shop.fake.advance(days=366)

    numbers = [one.number for one in shop.invoices(subscription=subscription.id)]
    assert len(numbers) == 13
    assert [int(one.partition("-")[2]) for one in numbers] == list(range(1, 14))
    assert {one.status for one in shop.invoices()} == {"paid"}


def test_a_card_that_fails_at_the_renewal_is_tried_again_and_then_left_unpaid(shop):
    subscription = shop.bought(card=FAILS_LATER)
    seen = []

    for days in (32, 3, 5, 7):
        shop.fake.advance(days=days)
        invoice = shop.invoices()[1]
        status = shop.v1.subscriptions.retrieve(subscription.id).status
        seen.append((invoice.status, invoice.attempt_count, status))

    assert seen == [
        ("open", 1, "past_due"), ("open", 2, "past_due"),
        ("open", 3, "past_due"), ("open", 4, "unpaid"),
    ]  # fmt: skip
    assert shop.told().count("invoice.payment_failed") == 4
    assert shop.v1.customers.retrieve(subscription.customer).delinquent is True


def test_the_account_may_cancel_after_the_last_try_instead(shop):
    shop.fake.control("settings", after="cancel", retry_days=[1])
    subscription = shop.bought(card=FAILS_LATER)

    shop.fake.advance(days=34)

    ended = shop.v1.subscriptions.retrieve(subscription.id)
    assert (ended.status, ended.cancellation_details.reason) == ("canceled", "payment_failed")


def test_a_new_card_brings_an_overdue_subscription_back(shop):
    subscription = shop.bought(card=FAILS_LATER)
    shop.fake.advance(days=32)
    method = shop.v1.payment_methods.attach("pm_card_visa", {"customer": subscription.customer})
    owed = shop.invoices()[1]

    paid = shop.v1.invoices.pay(owed.id, {"payment_method": method.id})

    assert paid.status == "paid"
    assert shop.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert shop.v1.customers.retrieve(subscription.customer).delinquent is False


def test_paying_with_the_failing_card_is_a_card_error_and_is_remembered(shop):
    shop.bought(card=FAILS_LATER)
    shop.fake.advance(days=32)
    owed = shop.invoices()[1]

    with pytest.raises(stripe.CardError) as refusal:
        shop.v1.invoices.pay(owed.id)

    assert refusal.value.user_message == "Your card was declined."
    assert shop.v1.invoices.retrieve(owed.id).attempt_count == 2
