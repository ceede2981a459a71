"""Money on oversight's host: analysts see it, operators act."""

import pytest
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult

from shared.accounts.enums import Role
from shared.accounts.services import user_create
from shared.audit.models import AuditEntry
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.billing.errors import StripeAway
from tenants.billing.events import ATTEMPTS, event_settle
from tenants.billing.models import Invoice, StripeEvent, Subscription
from tenants.billing.reading import subscription_reread
from tenants.billing.tasks import reconcile
from tests.billing.paying import forward, work
from tests.billing.test_console import NOWHERE, token_on
from tests.factories import PASSWORD
from tests.jobs.workers import run_queue

pytestmark = pytest.mark.django_db
HOST = {"host": "oversight.testserver"}


def signed_in(client, role: Role):
    client.cookies["language"] = "en"
    user = user_create(
        email=f"{role}@oversight.example", name="Op", role=role, password=PASSWORD, actor=SYSTEM
    )
    client.force_login(user)
    return user


def post(client, path: str, **values: str):
    return client.post(path, values, headers=HOST)


def get(client, path: str):
    return client.get(path, headers=HOST)


def received(payer, client, listener) -> None:
    """One event of all that a payment for five seats brings."""
    payer.fake.hold()
    payer.subscribe(seats=5)
    payer.fake.deliver(payer.fake.deliveries("customer.subscription.created")[0]["event"])
    forward(client, listener)


@pytest.fixture
def paid(payer):
    """An agency that has paid for five seats."""
    payer.subscribe(seats=5)
    subscription_reread(agency_code="roads")
    return Invoice.objects.get()


@pytest.fixture
def dead(payer, client, listener, settings):
    """An event that could not be applied seven times."""
    received(payer, client, listener)
    event_id = StripeEvent.objects.get().pk
    url, settings.STRIPE_API_URL = settings.STRIPE_API_URL, NOWHERE
    for _attempt in range(ATTEMPTS):
        with pytest.raises(StripeAway):
            event_settle(event_id=event_id)
    settings.STRIPE_API_URL = url
    DBTaskResult.objects.all().delete()
    return event_id


def acts(invoice: str) -> list[str]:
    bill = "/agencies/roads/billing/"
    return [f"{bill}plan/", f"{bill}read/", f"{bill}{invoice}/refund/", f"{bill}{invoice}/settle/"]


def test_an_analyst_sees_and_does_nothing(paid, client):
    signed_in(client, Role.ANALYST)

    page = get(client, "/agencies/roads/billing/")

    assert page.status_code == 200
    assert "Give money back" not in page.content.decode()
    assert [post(client, path).status_code for path in acts(paid.pk)] == [403] * 4
    assert post(client, "/billing/events/evt_1/replay/").status_code == 403


def test_an_operator_gives_money_back_with_a_reason_once(paid, payer, client):
    signed_in(client, Role.OPERATOR)
    path = f"/agencies/roads/billing/{paid.pk}/refund/"
    token = token_on(get(client, path))
    values = {"token": token, "amount": "120,50", "reason": "A seat too many", "seen": "0"}

    first = post(client, path, **values)
    post(client, path, **values)

    assert first.url == "/agencies/roads/billing/"
    assert Invoice.objects.get().refunded == 12_050
    refund = payer.fake.client.v1.refunds.list({}).data
    assert [(one.amount, one.metadata["reason"]) for one in refund] == [(12_050, "A seat too many")]
    asked = AuditEntry.objects.filter(action="billing.refund_asked")
    assert asked.first().actor_label == "Op"


@pytest.mark.parametrize("amount", ["0", "600.01", "-1", "x", "", "99999999999999"])
def test_nothing_else_than_what_was_paid_goes_back(paid, payer, client, amount):
    signed_in(client, Role.OPERATOR)
    path = f"/agencies/roads/billing/{paid.pk}/refund/"
    token = token_on(get(client, path))

    page = post(client, path, token=token, amount=amount, reason="x", seen="0")

    assert page.status_code == 200
    assert payer.fake.client.v1.refunds.list({}).data == []


def test_an_invoice_of_another_agency_is_not_there(paid, client, water):
    signed_in(client, Role.OPERATOR)

    assert get(client, f"/agencies/water/billing/{paid.pk}/refund/").status_code == 404


def test_a_transfer_that_has_come_settles_its_invoice(payer, client):
    payer.subscribe_by_transfer(seats=4)
    payer.fake.advance(days=1)
    subscription_reread(agency_code="roads")
    signed_in(client, Role.OPERATOR)
    path = f"/agencies/roads/billing/{Invoice.objects.get().pk}/settle/"

    post(client, path, token=token_on(get(client, path)))

    assert Invoice.objects.get().status == "paid"
    assert payer.told() == ["received"]


def test_what_was_not_paid_through_stripe_does_not_go_back_through_it(payer, client):
    payer.subscribe_by_transfer(seats=4)
    payer.fake.advance(days=1)
    subscription_reread(agency_code="roads")
    signed_in(client, Role.OPERATOR)
    invoice = Invoice.objects.get().pk
    settle = f"/agencies/roads/billing/{invoice}/settle/"
    post(client, settle, token=token_on(get(client, settle)))
    refund = f"/agencies/roads/billing/{invoice}/refund/"
    token = token_on(get(client, refund))

    page = post(client, refund, token=token, amount="10", reason="x", seen="0")

    assert "give the money back by bank transfer" in page.content.decode()


def test_an_operator_gives_a_plan_by_hand_but_not_seats(plans, roads, client):
    signed_in(client, Role.OPERATOR)

    refused = post(client, "/agencies/roads/billing/plan/", plan="seats")
    given = post(client, "/agencies/roads/billing/plan/", plan="national")

    assert (refused.status_code, given.status_code) == (200, 302)
    assert Subscription.objects.get().plan_id == "national"


def test_a_dead_event_is_listed_and_applied_again(dead, payer, client):
    signed_in(client, Role.OPERATOR)
    listed = get(client, "/billing/events/").content.decode()

    post(client, f"/billing/events/{dead}/replay/")
    work()

    assert dead in listed
    assert "stripe_away" in listed
    assert dead not in get(client, "/billing/events/").content.decode()
    assert payer.row.seats == 5


def test_an_event_replayed_on_a_bill_leads_back_to_that_bill(dead, client):
    signed_in(client, Role.OPERATOR)
    form = get(client, "/agencies/roads/billing/").content.decode()

    answers = [post(client, f"/billing/events/{dead}/replay/", bill=bill)
               for bill in ("roads", "", "nowhere")]  # fmt: skip

    assert 'name="bill" value="roads"' in form
    assert 'name="bill"' not in get(client, "/billing/events/").content.decode()
    assert [answer.status_code for answer in answers] == [302, 302, 404]
    assert [answer.url for answer in answers[:2]] == [
        "/agencies/roads/billing/",
        "/billing/events/",
    ]


@pytest.mark.parametrize("chosen", [["--dead"], ["--since", "2026-01-01"], ["ID"]])
def test_the_command_has_events_applied_again(dead, payer, chosen):
    arguments = [dead if one == "ID" else one for one in chosen]

    call_command("replay_stripe_events", *arguments, verbosity=0)
    work()

    assert (StripeEvent.objects.get().state, payer.row.seats) == ("applied", 5)


@pytest.mark.parametrize("chosen", [[], ["evt_unknown"], ["--since", "yesterday"]])
def test_the_command_says_what_it_cannot_find(payer, chosen):
    with pytest.raises(CommandError):
        call_command("replay_stripe_events", *chosen, verbosity=0)


def test_an_event_that_failed_once_is_tried_again_by_itself(payer, client, listener, settings):
    received(payer, client, listener)
    settings.STRIPE_API_URL = NOWHERE

    with pytest.raises(StripeAway):
        work()
    settings.STRIPE_API_URL = payer.fake.url
    work()

    event = StripeEvent.objects.get()
    assert (event.state, event.attempts, event.fault) == ("applied", 1, "")


def test_the_nightly_comparison_mends_what_was_lost(payer, caplog):
    payer.subscribe(seats=5)

    for _night in range(2):
        reconcile.enqueue()
        run_queue()

    assert payer.row.seats == 5
    assert [one.getMessage() for one in caplog.records if "mended" in one.getMessage()] == [
        "billing mended: roads"
    ]


def test_settled_events_are_forgotten_after_ninety_days(dead, payer):
    StripeEvent.objects.create(
        id="evt_old", type="x", created_at=clock.now(), received_at=clock.now(), payload={},
        state="applied", settled_at=clock.now().replace(year=clock.now().year - 1),
    )  # fmt: skip

    reconcile.enqueue()
    run_queue()

    assert [row.pk for row in StripeEvent.objects.all()] == [dead]
