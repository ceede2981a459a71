"""Pauses of a queue while its external server does not answer.

Without pauses, the queue would be blocked for hours, because every task waits for a timeout.
"""

from datetime import timedelta

from django.db import transaction

from shared.jobs.enums import Queue
from shared.jobs.models import QueuePause
from shared.kernel import clock

FAILURES_BEFORE_PAUSE = 3
FIRST_PAUSE = timedelta(seconds=5)
MAX_PAUSE = timedelta(minutes=1)


@transaction.atomic
def queue_failed(*, queue: Queue) -> None:
    """Record that a queue's server did not answer; pause the queue from the third failure on."""
    at = clock.now()
    QueuePause.objects.get_or_create(
        queue_name=queue, defaults={"failures": 0, "failing_since": at, "paused_until": at}
    )
    row = QueuePause.objects.select_for_update().get(queue_name=queue)
    row.failures += 1
    row.paused_until = at + pause_after(row.failures)
    row.save(update_fields=["failures", "paused_until"])


@transaction.atomic
def queue_recovered(*, queue: Queue) -> None:
    """End the pause of a queue, because its server answers again."""
    QueuePause.objects.filter(queue_name=queue).delete()


@transaction.atomic
def queue_may_run(*, queue: Queue) -> bool:
    """Return whether a task of the queue may be taken now.

    After a pause only the first caller gets ``True``, so that one task tries the server.
    """
    row = QueuePause.objects.filter(queue_name=queue).first()
    if row is None or row.failures < FAILURES_BEFORE_PAUSE:
        return True
    at = clock.now()
    # A later end than ``MAX_PAUSE`` was written while a server's time was wrong.
    if at < row.paused_until <= at + MAX_PAUSE:
        return False
    return (
        QueuePause.objects.filter(queue_name=queue, paused_until=row.paused_until).update(
            paused_until=at + MAX_PAUSE
        )
        == 1
    )


def pause_after(failures: int) -> timedelta:
    """Return the length of the pause after ``failures`` consecutive failures."""
    over = failures - FAILURES_BEFORE_PAUSE
    if over < 0:
        return timedelta(0)
    # Without the limit of 10, the number could be too large for a ``timedelta``.
    return min(FIRST_PAUSE * int(2 ** min(over, 10)), MAX_PAUSE)
