"""Money on oversight's host: analysts see it, operators act."""

from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django_tasks_db.models import DBTaskResult

from public_portal.oversight.agencies.forms.billing import RefundForm
from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.audit.models import AuditEntry
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.billing.errors import StripeUnavailable
from tenants.billing.models import Invoice, StripeEvent, Subscription
from tenants.billing.services.stripe_sync import subscription_reread
from tenants.billing.services.stripe_webhooks import ATTEMPTS, event_settle
from tenants.billing.tasks import reconcile
from tests.shared.jobs.workers import run_queue
from tests.support.factories import PASSWORD
from tests.support.sampling import repeats
from tests.support.sessions import open_session
from tests.tenants.billing.paying import CARD_FAILS, forward, work
from tests.tenants.billing.test_console import NOWHERE, token_on

pytestmark = pytest.mark.django_db
HOST = {"host": "oversight.testserver"}


def signed_in(client, role: Role):
    client.cookies["language"] = "en"
    user = user_create(
        email=f"{role}@oversight.example", name="Op", role=role, password=PASSWORD, actor=SYSTEM
    )
    open_session(client, user)
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
        with pytest.raises(StripeUnavailable):
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
    assert "Refund" not in page.content.decode()
    assert [post(client, path).status_code for path in acts(paid.pk)] == [403] * 4
    assert post(client, "/billing/events/evt_1/replay/").status_code == 403


def test_of_an_invoice_by_card_is_said_who_can_pay_it_while_it_is_open(paid, payer, client):
    payer.card(CARD_FAILS)
    payer.fake.advance(days=32)
    subscription_reread(agency_code="roads")
    signed_in(client, Role.ANALYST)

    page = get(client, "/agencies/roads/billing/").content.decode()

    assert Invoice.objects.filter(due_at=None).count() == 2
    assert page.count("If that fails, the administration can press “Pay” in its console.") == 1
    assert page.count("No last day") == 1


def test_an_operator_gives_money_back_with_a_reason_once(paid, payer, client):
    signed_in(client, Role.OPERATOR)
    path = f"/agencies/roads/billing/{paid.pk}/refund/"
    token = token_on(get(client, path))
    values = {"token": token, "amount": "120,50", "reason": "A seat too many", "seen": "0"}

    asked_first = post(client, path, **values).content.decode()
    untouched = Invoice.objects.get().refunded
    first = post(client, path, **values, confirmed="yes")
    post(client, path, **values, confirmed="yes")

    assert (untouched, "Yes, refund" in asked_first) == (0, True)
    assert "120.50\xa0MAD" in asked_first
    assert first.url == "/agencies/roads/billing/"
    assert Invoice.objects.get().refunded == 12_050
    refund = payer.fake.client.v1.refunds.list({}).data
    assert [(one.amount, one.metadata["reason"]) for one in refund] == [(12_050, "A seat too many")]
    asked = AuditEntry.objects.filter(action="billing.refund_asked")
    assert asked.first().actor_label == "Op"


@pytest.mark.parametrize("amount", repeats(["0", "600.01", "-1", "x", "", "9" * 14], keep=3))
def test_nothing_else_than_what_was_paid_goes_back(paid, payer, client, amount):
    signed_in(client, Role.OPERATOR)
    path = f"/agencies/roads/billing/{paid.pk}/refund/"
    token = token_on(get(client, path))

    page = post(client, path, token=token, amount=amount, reason="x", seen="0", confirmed="yes")

    assert page.status_code == 200
    assert payer.fake.client.v1.refunds.list({}).data == []


@pytest.mark.parametrize("amount", repeats(["120,505", "1.200", "1,200", "١٬٢٠٠", "1.200.500"]))
def test_an_amount_that_may_be_meant_in_two_ways_is_not_guessed_at(paid, client, amount):
    signed_in(client, Role.OPERATOR)
    path = f"/agencies/roads/billing/{paid.pk}/refund/"
    token = token_on(get(client, path))

    page = post(client, path, token=token, amount=amount, reason="x", seen="0").content.decode()

    assert "This can be read in two ways" in page


@pytest.mark.parametrize(
    ("amount", "shown"), repeats([("1.200,50", "1,200.50"), ("120,5", "120.50")], keep=1)
)
def test_an_amount_with_its_centimes_is_understood(paid, client, amount, shown):
    form = RefundForm(
        {"token": uuid4().hex, "amount": amount, "reason": "A seat too many", "seen": "0"}
    )

    assert form.is_valid()
    assert f"{form.cleaned_data['amount']:,.2f}" == shown


def test_an_invoice_of_another_agency_is_not_there(paid, client, water):
    signed_in(client, Role.OPERATOR)

    assert get(client, f"/agencies/water/billing/{paid.pk}/refund/").status_code == 404


@pytest.fixture
def invoiced(payer, client):
    """The path to an invoice by transfer, open; an operator is signed in."""
    payer.subscribe_by_transfer(seats=4)
    payer.fake.advance(days=1)
    subscription_reread(agency_code="roads")
    signed_in(client, Role.OPERATOR)
    return f"/agencies/roads/billing/{Invoice.objects.get().pk}/"


def settled(client, path: str, **changes: str):
    day = clock.today()
    values = {
        "reference": "VIR 2026/118",
        "value_on_day": f"{day.day}",
        "value_on_month": f"{day.month}",
    }
    values |= {"value_on_year": f"{day.year}", "token": token_on(get(client, f"{path}settle/"))}
    return post(client, f"{path}settle/", **{**values, **changes})


def test_a_transfer_that_has_come_settles_its_invoice(payer, invoiced, client):
    settled(client, invoiced)

    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.is_paid_elsewhere) == ("paid", True)
    assert (invoice.transfer_reference, invoice.transfer_on) == ("VIR 2026/118", clock.today())
    noted = AuditEntry.objects.get(action="billing.transfer_noted").subject
    assert noted.endswith(f" {clock.today()} VIR 2026/118")
    assert payer.told() == ["received"]


def test_a_transfer_without_reference_or_day_settles_nothing(invoiced, client):
    pages = [settled(client, invoiced, **{name: ""}) for name in ("reference", "value_on_day")]

    assert [page.status_code for page in pages] == [200, 200]
    assert Invoice.objects.get().status == "open"


def test_what_is_paid_already_is_not_settled_again(invoiced, client):
    settled(client, invoiced)

    page = get(client, f"{invoiced}settle/").content.decode()

    assert "already paid" in page
    assert "VIR 2026/118" in page
    assert 'name="reference"' not in page


def test_what_was_not_paid_through_stripe_does_not_go_back_through_it(invoiced, client):
    settled(client, invoiced)

    page = get(client, f"{invoiced}refund/").content.decode()

    assert "was paid by bank transfer" in page
    assert 'name="amount"' not in page


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


@pytest.mark.parametrize("chosen", repeats([["--dead"], ["--since", "2026-01-01"], ["ID"]], keep=1))
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

    with pytest.raises(StripeUnavailable):
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
