"""Citizens' letters never stand behind what waits for Stripe."""

import pytest
from django_tasks_db.models import DBTaskResult

from shared.jobs.services.schema_tasks import task_row
from shared.mail.tasks import deliver_mail
from tenants.billing.services.payments import send_details
from tenants.billing.services.stripe_webhooks import settle_event
from tenants.billing.tasks import reconcile_agency
from tests.shared.jobs.workers import run_queue
from tests.tenants.billing.test_console import NOWHERE

pytestmark = pytest.mark.django_db


def next_task() -> str:
    """What a worker would take now."""
    found = DBTaskResult.objects.ready().first()
    return found.task_path if found else ""


@pytest.mark.parametrize(
    ("task", "arguments"),
    [
        (settle_event, {"event_id": "evt_1"}),
        (reconcile_agency, {"agency_code": "roads"}),
        (send_details, {"agency_code": "roads"}),
    ],
    ids=["event", "comparison", "details"],
)
def test_a_letter_that_comes_last_is_taken_first(task, arguments):
    for _number in range(50):
        task.enqueue(**arguments)
    task_row(task, **arguments).save(force_insert=True)
    deliver_mail.enqueue(mail_id="one")

    assert next_task() == "shared.mail.tasks.deliver_mail"


def test_what_is_tried_again_still_lets_letters_pass(payer, settings):
    payer.subscribe(seats=5)
    settings.STRIPE_API_URL = NOWHERE
    reconcile_agency.enqueue(agency_code="roads")

    run_queue()

    again = DBTaskResult.objects.get(task_path__endswith="reconcile_agency", status="READY")
    first = DBTaskResult.objects.get(task_path__endswith="reconcile_agency", status="FAILED")
    assert (first.priority, again.priority) == (-50, -50)
