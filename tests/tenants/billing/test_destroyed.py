"""An agency that is paid for is not destroyed, and of one that is destroyed only invoices stay."""

import pytest

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.jobs.enums import JobState
from shared.jobs.services.job_runner import job_retry
from tenants.billing.enums import SubscriptionStatus
from tenants.billing.models import Invoice, StripeEvent, Subscription
from tenants.billing.selectors import DETAILS, paying_agencies
from tenants.billing.services.stripe_sync import subscription_reread
from tenants.fleet.errors import SubscriptionStillRuns
from tenants.fleet.services.lifecycle.destroy_orders import destroy_waiting
from tenants.isolation.schema_switch import as_owner
from tenants.models import Agency
from tenants.models.enums import AgencyState
from tests.support.factories import staff
from tests.support.provisioning import agency_create
from tests.tenants.billing.paying import Payer, forward, work as events_settle
from tests.tenants.billing.test_oversight import get, signed_in
from tests.tenants.fleet.lifecycle.agencies_to_destroy import PORTS, archived, ask, confirm, work
from tests.tenants.fleet.lifecycle.people import OPERATOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def archived_payer(payer) -> Payer:
    """An archived agency that pays for five seats, beside one that pays as well."""
    # Whatever is told of it is told by the test, and not some time later.
    payer.fake.hold()
    payer.subscribe()
    subscription_reread(agency_code="roads")
    ports = agency_create(info=PORTS, actor=OPERATOR)
    staff(ports, Role.ADMINISTRATOR)
    other = Payer(agency=ports, fake=payer.fake)
    other.subscribe()
    subscription_reread(agency_code="sea-ports")
    archived(ports)
    return other


def end_at_stripe(payer: Payer) -> None:
    payer.fake.client.v1.subscriptions.cancel(payer.row.subscription_id)
    subscription_reread(agency_code=payer.agency.code)


def on_progress(payer: Payer, client, listener, kind: str) -> None:
    """Every event of a type arrives and is settled."""
    payer.fake.deliver(*[one["event"] for one in payer.fake.deliveries(kind)])
    assert set(forward(client, listener)) == {200}
    events_settle()


def test_neither_who_asks_nor_who_agrees_may_destroy_what_is_paid_for(archived_payer):
    ours = Subscription.objects.filter(agency=archived_payer.agency)
    for status in ("active", "past_due", "unpaid", "paused", "incomplete"):
        ours.update(status=SubscriptionStatus.CANCELED)
        ask()
        ours.update(status=status)

        with pytest.raises(SubscriptionStillRuns):
            confirm()
        assert destroy_waiting(agency_code="sea-ports").confirmed_at is None
        with as_owner():
            destroy_waiting(agency_code="sea-ports").delete()
        with pytest.raises(SubscriptionStillRuns):
            ask()
        assert destroy_waiting(agency_code="sea-ports") is None


def test_what_was_subscribed_after_both_agreed_stops_the_work_until_it_has_ended(archived_payer):
    ours = Subscription.objects.filter(agency=archived_payer.agency)
    ours.update(status=SubscriptionStatus.CANCELED)
    ask()
    order = confirm()
    ours.update(status=SubscriptionStatus.ACTIVE)

    stopped = work()

    assert (stopped.state, stopped.fault) == (JobState.FAILED, "subscription_still_runs")
    assert Agency.objects.get(code="sea-ports").state == AgencyState.ARCHIVED
    end_at_stripe(archived_payer)
    job_retry(job_id=order.job_id, actor=OPERATOR)
    assert work("two").state == JobState.DONE


@pytest.fixture
def gone(archived_payer: Payer, listener) -> Payer:
    """The same, destroyed."""
    end_at_stripe(archived_payer)
    ask()
    confirm()
    assert work().state == JobState.DONE
    return archived_payer


def test_its_invoices_stay_and_it_is_of_no_concern_to_stripe(gone, client, listener, caplog):
    require_forgotten(gone.row)
    assert paying_agencies() == ["roads"]
    require_events_ignored(gone, client, listener, caplog)
    require_read_by_oversight(gone, client)


def require_forgotten(row):
    """Its invoices stay, who paid them is forgotten, and nothing of another agency."""
    kept = Subscription.objects.get(agency__code="roads")

    assert {getattr(row, name) for name in DETAILS} == {""}
    assert (row.status, bool(row.customer_id)) == ("canceled", True)
    assert [one.total for one in Invoice.objects.filter(subscription=row)] == [5 * 12000]
    assert (kept.status, kept.city, kept.tax_id) == ("active", "Rabat", "001234567000089")


def require_events_ignored(gone, client, listener, caplog):
    """What Stripe still sends about it is of no concern."""
    before = gone.state()
    gone.fake.client.v1.customers.update(gone.row.customer_id, {"name": "Somebody"})

    on_progress(gone, client, listener, "customer.updated")

    events = StripeEvent.objects.filter(customer_id=gone.row.customer_id)
    assert {event.state for event in events} == {"ignored"}
    assert "stripe tells of a destroyed agency: sea-ports" in caplog.messages
    assert gone.state() == before


def require_read_by_oversight(gone, client):
    """Oversight still reads its invoices, and asks Stripe by hand."""
    number = Invoice.objects.get(subscription=gone.row).number
    signed_in(client, Role.OPERATOR)

    page = get(client, "/agencies/sea-ports/billing/")
    subscription_reread(agency_code="sea-ports")

    assert page.status_code == 200
    assert number in page.content.decode()
    assert gone.row.email == ""
    assert AuditEntry.objects.filter(action="agency.destroyed").count() == 1


def test_what_stripe_had_sent_about_it_is_emptied(archived_payer, client, listener):
    end_at_stripe(archived_payer)
    archived_payer.fake.deliver(
        *[one["event"] for one in archived_payer.fake.deliveries("customer.created")]
    )
    assert set(forward(client, listener)) == {200}
    ask()
    confirm()

    work()

    events = StripeEvent.objects.filter(customer_id=archived_payer.row.customer_id)
    assert {str(event.payload) for event in events} == {"None"}
    other = StripeEvent.objects.exclude(customer_id=archived_payer.row.customer_id).get()
    assert (other.payload or {})["type"] == "customer.created"
