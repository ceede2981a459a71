"""While Stripe hangs, the worker goes on to what waits behind: the queue tries again later."""

import pytest
from django_tasks_db.models import DBTaskResult

from tenants.billing.errors import StripeUnavailable
from tenants.billing.models import StripeEvent
from tenants.billing.services import payments, stripe_sync
from tenants.billing.services.client_timeouts import WORKER_TIMEOUTS, Timeouts
from tenants.billing.services.payments import send_details
from tenants.billing.services.stripe_sync import subscription_reread
from tenants.billing.services.stripe_webhooks import settle_event
from tenants.billing.tasks import reconcile_agency
from tests.shared.jobs.workers import run_queue
from tests.support.sampling import repeats
from tests.tenants.billing.paying import forward
from tests.tenants.billing.slow_line import line

__all__ = ["line"]

pytestmark = pytest.mark.django_db
SHORT = Timeouts(connect=0.3, answer=0.3, whole=0.6, retries=WORKER_TIMEOUTS.retries)


def test_a_task_waits_a_few_seconds_in_all_and_once():
    assert WORKER_TIMEOUTS.whole <= 5
    assert WORKER_TIMEOUTS.retries == 0


@pytest.mark.parametrize("task", repeats([settle_event, reconcile_agency, send_details], keep=1))
def test_whatever_hangs_goes_back_to_the_queue(payer, client, listener, line, monkeypatch, task):
    payer.fake.hold()
    payer.subscribe(seats=5)
    payer.fake.deliver(payer.fake.deliveries("customer.subscription.created")[0]["event"])
    forward(client, listener)
    DBTaskResult.objects.all().delete()
    if task is settle_event:
        task.enqueue(event_id=StripeEvent.objects.get().pk)
    else:
        task.enqueue(agency_code="roads")
    monkeypatch.setattr(stripe_sync, "WORKER_TIMEOUTS", SHORT)
    monkeypatch.setattr(payments, "WORKER_TIMEOUTS", SHORT)
    line.holds = "POST" if task is send_details else "GET"

    run_queue()

    # Given up while the answer was still to come.
    assert line.is_holding.is_set()
    line.let_go.set()
    states = DBTaskResult.objects.filter(task_path=task.module_path).order_by("enqueued_at")
    assert [row.status for row in states] == ["FAILED", "READY"]
    assert states[1].run_after > states[0].enqueued_at
    payer.fake.reset()


@pytest.mark.slow
def test_answers_that_each_come_in_time_are_waited_for_no_longer_than_all(payer, line):
    payer.subscribe(seats=5)
    line.each_waits = 0.25

    with pytest.raises(StripeUnavailable):
        subscription_reread(agency_code="roads", timeouts=SHORT)

    assert payer.row.readings == 1
