"""Tasks that deliver e-mails."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from shared.jobs.enums import Queue, TaskPlace
from shared.jobs.services.queue_pauses import queue_failed, queue_recovered
from shared.jobs.services.schema_tasks import public_entered, schema_task, task_row
from shared.kernel import clock
from shared.kernel.seams import imported, seams
from shared.mail.enums import DeliveryOutcome
from shared.mail.selectors import mail_counts
from shared.mail.services import mail_deliver, mail_row
from shared.mail.types import Delivery
from shared.mail.workflow import LATE
from shared.rows.services import rows_insert


@schema_task(place=TaskPlace.ANYWHERE, queue=Queue.MAIL)
def deliver_mail(mail_id: str) -> bool:
    """Send an e-mail of the current schema, and try again for seven days after failures.

    If the task for the next attempt is lost, the hourly maintenance queues another task.
    """
    delivery = mail_deliver(mail_id=UUID(mail_id))
    if delivery.again_at is not None:
        deliver_mail.using(run_after=delivery.again_at).enqueue(mail_id=mail_id)
    _server_note(delivery)
    if delivery.outcome == DeliveryOutcome.FAILED:
        _failure_note()
    if delivery.error is not None and delivery.fault is not None and delivery.fault.is_defect:
        # The task stores the exception of a defect for developers. Exceptions of the mail server
        # are not stored, because they contain the e-mail address.
        raise delivery.error
    return delivery.outcome == DeliveryOutcome.SENT


def mail_queue(
    *, to: str, letter: str, language: str, context: Mapping[str, str], **more: Any
) -> None:
    """Queue an e-mail that belongs to no case; ``more`` are further arguments of ``mail_row``."""
    mail = mail_row(to=to, letter=letter, language=language, reference="", context=context, **more)
    rows_insert(mail, task_row(deliver_mail, mail_id=str(mail.pk)))


def _server_note(delivery: Delivery) -> None:
    """Pause the queue if the mail server did not answer; end the pause if the server answered."""
    fault = delivery.fault
    has_answered = delivery.outcome == DeliveryOutcome.SENT or (
        fault is not None and not fault.is_server_unavailable and not fault.is_defect
    )
    with public_entered():
        if fault is not None and fault.is_server_unavailable:
            queue_failed(queue=Queue.MAIL)
        elif has_answered:
            queue_recovered(queue=Queue.MAIL)


def _failure_note() -> None:
    """Update the stored counts of this schema's e-mails, which a page of oversight shows."""
    # A seam supplies the counter, because this package must not import ``tenants``.
    note = imported(seams().mail_failure_counter)
    schema_name = str(getattr(connection, "schema_name", "public"))
    counts = mail_counts(late_before=clock.now() - LATE)
    with public_entered():
        note(schema_name=schema_name, counts=counts)
