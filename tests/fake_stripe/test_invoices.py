"""Invoices by letter and transfer, refunds, and the ends of subscriptions."""

import pytest
import stripe

from tests.fake_stripe.scenes import SEAT, shop
from tests.tenants.billing.stripe_server import DAY, FAILS_LATER, fake_server, fake_stripe

__all__ = ["fake_server", "fake_stripe", "shop"]


def by_letter(shop, **more):
    return shop.subscribed(
        shop.customer(), collection_method="send_invoice", days_until_due=30, **more
    )


def test_a_subscription_by_letter_runs_at_once_and_its_invoice_is_a_draft_for_an_hour(shop):
    subscription = by_letter(shop)
    draft = shop.v1.invoices.retrieve(subscription.latest_invoice)

    shop.fake.advance(seconds=3_601)

    sent = shop.v1.invoices.retrieve(draft.id)
    assert (subscription.status, draft.status) == ("active", "draft")
    assert (draft.number, draft.hosted_invoice_url) == (None, None)
    assert (sent.status, sent.amount_remaining) == ("open", 3 * SEAT)
    assert sent.due_date - sent.created == 30 * DAY
    assert "invoice.sent" in shop.told()


def test_a_draft_can_be_sent_without_waiting(shop):
    invoice = shop.v1.invoices.send_invoice(by_letter(shop).latest_invoice)

    assert (invoice.status, invoice.number[-5:]) == ("open", "-0001")


def test_a_bank_transfer_pays_the_invoice(shop):
    invoice = shop.v1.invoices.send_invoice(by_letter(shop).latest_invoice)

    shop.fake.money(invoice.id)

    paid = shop.v1.invoices.retrieve(invoice.id, {"expand": ["payments"]})
    (payment,) = paid.payments.data
    charge = shop.v1.charges.list({"payment_intent": payment.payment.payment_intent}).data[0]
    assert (paid.status, payment.status, payment.amount_paid) == ("paid", "paid", 3 * SEAT)
    assert charge.payment_method_details.type == "customer_balance"
    assert "invoice.paid" in shop.told()


def test_a_transfer_in_two_parts_pays_at_the_second(shop):
    invoice = shop.v1.invoices.send_invoice(by_letter(shop).latest_invoice)

    first = shop.fake.money(invoice.id, 10_000)
    second = shop.fake.money(invoice.id, 30_000)

    customer = invoice.customer
    kept = shop.v1.customers.cash_balance.retrieve(customer)
    paid = shop.v1.invoices.retrieve(invoice.id)
    assert first == {"status": "open", "amount_remaining": 26_000}
    assert second == {"status": "paid", "amount_remaining": 0}
    assert (paid.amount_paid, paid.amount_remaining) == (36_000, 0)
    assert kept.available.to_dict() == {"mad": 4_000}


def test_money_that_came_elsewhere_is_noted(shop):
    invoice = shop.v1.invoices.send_invoice(by_letter(shop).latest_invoice)

    paid = shop.v1.invoices.pay(invoice.id, {"paid_out_of_band": True})

    (link,) = shop.v1.invoice_payments.list({"invoice": invoice.id}).data
    assert (paid.status, paid.amount_paid_off_stripe) == ("paid", 3 * SEAT)
    assert link.status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.invoices.pay(invoice.id, {"paid_out_of_band": True})


def test_a_letter_that_is_not_paid_is_overdue_and_a_month_later_given_up(shop):
    subscription = by_letter(shop)
    shop.v1.invoices.send_invoice(subscription.latest_invoice)
    seen = []

    for days in (29, 2, 30):
        shop.fake.advance(days=days)
        seen.append(shop.v1.subscriptions.retrieve(subscription.id).status)

    assert seen == ["active", "past_due", "unpaid"]
    assert "invoice.overdue" in shop.told()


def test_a_payment_in_time_is_never_called_overdue(shop):
    invoice = shop.v1.invoices.send_invoice(by_letter(shop).latest_invoice)
    shop.fake.money(invoice.id)

    shop.fake.advance(days=31)

    assert "invoice.overdue" not in shop.told()


def test_an_invoice_is_withdrawn_and_its_number_stays_taken(shop):
    invoice = shop.v1.invoices.send_invoice(by_letter(shop).latest_invoice)

    void = shop.v1.invoices.void_invoice(invoice.id)

    intents = shop.v1.payment_intents.list({"customer": invoice.customer}).data
    assert (void.status, void.number) == ("void", invoice.number)
    assert [one.status for one in intents] == ["canceled"]
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.invoices.pay(invoice.id)


def test_what_nobody_expects_any_more_may_still_be_paid(shop):
    invoice = shop.v1.invoices.send_invoice(by_letter(shop).latest_invoice)

    given_up = shop.v1.invoices.mark_uncollectible(invoice.id)
    paid = shop.v1.invoices.pay(invoice.id, {"paid_out_of_band": True})

    assert (given_up.status, paid.status) == ("uncollectible", "paid")


def test_an_invoice_by_hand_takes_the_lines_that_wait(shop):
    customer = shop.customer(card="pm_card_visa")
    shop.v1.invoice_items.create({
        "customer": customer.id, "amount": 5_000, "currency": "mad", "description": "Set-up",
    })  # fmt: skip
    draft = shop.v1.invoices.create({
        "customer": customer.id, "pending_invoice_items_behavior": "include",
    })  # fmt: skip

    paid = shop.v1.invoices.pay(draft.id)

    assert (draft.total, paid.status, paid.amount_paid) == (5_000, "paid", 5_000)
    assert [line.description for line in paid.lines.data] == ["Set-up"]
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.invoices.delete(draft.id)


def intent_of(shop, invoice):
    (payment,) = shop.v1.invoice_payments.list({"invoice": invoice}).data
    return payment.payment.payment_intent


def test_refunds_are_limited_to_what_was_paid(shop):
    intent = intent_of(shop, shop.bought().latest_invoice)
    refunds = shop.v1.refunds

    part = refunds.create({"payment_intent": intent, "amount": 6_000})
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        refunds.create({"payment_intent": intent, "amount": 30_001})
    rest = refunds.create({"payment_intent": intent, "reason": "requested_by_customer"})
    with pytest.raises(stripe.InvalidRequestError) as again:
        refunds.create({"payment_intent": intent, "amount": 1})

    charge = shop.v1.charges.retrieve(part.charge)
    assert (part.status, part.amount, rest.amount) == ("succeeded", 6_000, 30_000)
    assert (too_much.value.param, too_much.value.code) == ("amount", "amount_too_large")
    assert again.value.code == "charge_already_refunded"
    assert (charge.amount_refunded, charge.refunded) == (36_000, True)
    assert shop.told().count("charge.refunded") == shop.told().count("refund.created") == 2


def test_a_subscription_ends_with_its_period_unless_it_is_resumed(shop):
    going, staying = shop.bought(), shop.bought()
    for one in (going, staying):
        shop.v1.subscriptions.update(one.id, {"cancel_at_period_end": True})
    marked = shop.v1.subscriptions.retrieve(going.id)
    shop.v1.subscriptions.update(staying.id, {"cancel_at_period_end": False})

    shop.fake.advance(days=32)

    ended = shop.v1.subscriptions.retrieve(going.id)
    assert (marked.status, marked.cancel_at) == (
        "active", going["items"].data[0].current_period_end,
    )  # fmt: skip
    assert (ended.status, ended.ended_at) == ("canceled", marked.cancel_at)
    assert [one.id for one in shop.v1.subscriptions.list().data] == [staying.id]
    assert len(shop.invoices(subscription=going.id)) == 1
    assert len(shop.invoices(subscription=staying.id)) == 2


def test_a_subscription_ends_at_once_with_the_rest_given_back(shop):
    subscription = shop.bought()

    ended = shop.v1.subscriptions.cancel(subscription.id, {"prorate": True, "invoice_now": True})

    last = shop.invoices()[1]
    assert ended.status == "canceled"
    assert -3 * SEAT <= last.total < -3 * SEAT * 0.99
    assert "customer.subscription.deleted" in shop.told()
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        shop.v1.subscriptions.cancel(subscription.id)
    assert refusal.value.code == "resource_missing"


def test_a_change_from_month_to_year_begins_a_year_and_is_billed_at_once(shop):
    subscription = shop.bought(seats=2)
    yearly = shop.price_of(100_000, interval="year")
    item = subscription["items"].data[0].id

    changed = shop.v1.subscriptions.update(
        subscription.id, {"items": [{"id": item, "price": yearly.id}]}
    )

    unused, year = shop.v1.invoices.retrieve(changed.latest_invoice).lines.data
    period = changed["items"].data[0]
    assert (period.current_period_end - period.current_period_start) // DAY in {365, 366}
    assert (year.amount, year.quantity) == (200_000, 2)
    assert -2 * SEAT <= unused.amount < -2 * SEAT * 0.99


def test_a_first_payment_that_fails_leaves_the_subscription_incomplete(shop):
    customer = shop.customer(card="pm_card_chargeCustomerFail")

    waiting = shop.subscribed(customer)
    with pytest.raises(stripe.CardError):
        shop.subscribed(customer, payment_behavior="error_if_incomplete")
    shop.fake.advance(days=1)

    assert waiting.status == "incomplete"
    (only,) = shop.v1.subscriptions.list({"status": "all"}).data
    assert (only.id, only.status) == (waiting.id, "incomplete_expired")
    assert [one.status for one in shop.invoices()] == ["void"]


def test_a_trial_costs_nothing_and_is_announced_to_end(shop):
    trial = shop.subscribed(shop.customer(card="pm_card_visa"), trial_period_days=14)
    first = shop.v1.invoices.retrieve(trial.latest_invoice)
    shop.fake.advance(days=12)
    announced = shop.told().count("customer.subscription.trial_will_end")

    shop.fake.advance(days=3)

    assert (trial.status, first.status, first.total) == ("trialing", "paid", 0)
    assert announced == 1
    assert shop.v1.subscriptions.retrieve(trial.id).status == "active"
    assert [one.amount_paid for one in shop.invoices()] == [0, 3 * SEAT]


def test_a_trial_without_a_card_can_pause_and_be_resumed(shop):
    customer = shop.customer()
    ending = {"end_behavior": {"missing_payment_method": "pause"}}
    trial = shop.subscribed(customer, trial_period_days=7, trial_settings=ending)
    shop.fake.advance(days=8)
    paused = shop.v1.subscriptions.retrieve(trial.id).status
    card = shop.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    shop.v1.subscriptions.update(trial.id, {"default_payment_method": card.id})

    resumed = shop.v1.subscriptions.resume(trial.id)

    assert (paused, resumed.status) == ("paused", "active")
    assert shop.invoices()[-1].amount_paid == 3 * SEAT


def test_another_plan_joins_and_leaves_a_subscription(shop):
    subscription = shop.bought(seats=1)
    extra = shop.price_of(50_000)

    joined = shop.v1.subscriptions.update(
        subscription.id, {"items": [{"price": extra.id, "quantity": 2}]}
    )
    added = joined["items"].data[1]
    left = shop.v1.subscriptions.update(
        subscription.id, {"items": [{"id": added.id, "deleted": True}]}
    )

    assert [one.price.id for one in left["items"].data] == [shop.price.id]
    waiting = sum(one.amount for one in shop.v1.invoice_items.list({"pending": True}).data)
    assert -100 <= waiting <= 100
    with pytest.raises(stripe.InvalidRequestError):
        shop.v1.subscriptions.update(
            subscription.id, {"items": [{"id": left["items"].data[0].id, "deleted": True}]}
        )


def test_who_owes_already_is_not_asked_for_more(shop):
    subscription = shop.bought(card=FAILS_LATER)

    # Two months, whatever the day is: from 30 November on, three end within ninety days.
    shop.fake.advance(days=80)

    statuses = [one.status for one in shop.invoices(subscription=subscription.id)]
    assert statuses == ["paid", "open", "draft"]
    assert shop.v1.subscriptions.retrieve(subscription.id).status == "unpaid"
