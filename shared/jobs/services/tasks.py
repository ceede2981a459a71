"""Keeping the queue alive: heartbeats, tasks of dead workers, the schedule, pruning."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, cast

from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateTimeField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from shared.jobs.models import ScheduleRun, WorkerBeat
from shared.kernel import clock
from shared.kernel.errors import ClockWrong

DEAD_AFTER = timedelta(seconds=15)
MOST_WORKERS = 5
KEEP_DONE = timedelta(days=1)
KEEP_FAILED = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReapReport:
    """How many tasks of dead workers run again, and how many were given up."""

    again: int
    given_up: int


class _MeasuredConnection(Protocol):
    """What the project's database backend adds to Django's connection."""

    def require_clock(self) -> None:
        """Raise ``ClockWrong`` while this server's clock is wrong."""


def clock_allows_work() -> bool:
    """Whether work may be begun here: not while this server's clock is wrong."""
    try:
        cast(_MeasuredConnection, connection).require_clock()
    except ClockWrong:
        return False
    return True


def worker_beat(*, worker_id: str) -> None:
    """Say that this worker lives, at the time of the database.

    Its own time could be wrong, and another worker would take the task out of its hands.
    """
    WorkerBeat.objects.update_or_create(worker_id=worker_id, defaults={"seen_at": Now()})


@transaction.atomic
def task_claim(
    *, worker_id: str, queues: Collection[str] = ()
) -> "DBTaskResult[..., object] | None":
    """Take the next task that is due, of some queues or of all.

    ``None`` when there is none, and while this server's clock is wrong. The library's own question
    asks the system's clock what is due.
    """
    if not clock_allows_work():
        return None
    due = Q(run_after=get_date_max()) | Q(run_after__lte=clock.now())
    waiting = DBTaskResult.objects.filter(due, status=TaskResultStatus.READY)
    if queues:
        waiting = waiting.filter(queue_name__in=queues)
    found: DBTaskResult[..., object] | None = waiting.get_locked()
    if found is not None:
        found.claim(worker_id)
    return found


@transaction.atomic
def tasks_reap() -> ReapReport:
    """Give back the tasks whose worker was killed; they would stay RUNNING for ever.

    A task that has brought down five workers is marked failed instead of killing a sixth.
    """
    # Both times are the database's: a worker ahead of the others would find them all dead.
    last = ExpressionWrapper(Now() - DEAD_AFTER, output_field=DateTimeField())
    living = set(WorkerBeat.objects.filter(seen_at__gte=last).values_list("worker_id", flat=True))
    running = DBTaskResult.objects.select_for_update(skip_locked=True).filter(
        status=TaskResultStatus.RUNNING
    )
    orphans = [row for row in running.order_by("id") if living.isdisjoint(row.worker_ids[-1:])]
    lost = [row.pk for row in orphans if len(row.worker_ids) >= MOST_WORKERS]
    again = [row.pk for row in orphans if len(row.worker_ids) < MOST_WORKERS]
    DBTaskResult.objects.filter(pk__in=again).update(status=TaskResultStatus.READY, started_at=None)
    DBTaskResult.objects.filter(pk__in=lost).update(
        status=TaskResultStatus.FAILED, finished_at=clock.now(), traceback="five workers died on it"
    )
    return ReapReport(again=len(again), given_up=len(lost))


def schedule_due() -> list[str]:
    """Enqueue every scheduled job whose moment has come and that no other scheduler has taken.

    None that still waits or runs: behind a task that hangs for an hour there would be a pile of
    1,800 of them. What a later moment is for is done by the one that waits.

    ``settings.SCHEDULE`` maps a task's dotted path to its period in seconds.
    """
    return [job for job, every in settings.SCHEDULE.items() if _take_turn(job, every)]


def tasks_prune() -> int:
    """Forget what is done: successes after a day, failures after thirty."""
    at = clock.now()
    done = DBTaskResult.objects.filter(
        status=TaskResultStatus.SUCCESSFUL, finished_at__lt=at - KEEP_DONE
    )
    failed = DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED, finished_at__lt=at - KEEP_FAILED
    )
    ScheduleRun.objects.filter(due__lt=at - KEEP_DONE).delete()
    WorkerBeat.objects.filter(seen_at__lt=at - KEEP_DONE).delete()
    return done.delete()[0] + failed.delete()[0]


@transaction.atomic
def _take_turn(job: str, every: int) -> bool:
    due = datetime.fromtimestamp(clock.now().timestamp() // every * every, tz=UTC)
    # In SQL, because the ORM's ignore_conflicts does not tell whether the row was ours.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_schedulerun (job, due) VALUES (%s, %s)"
            " ON CONFLICT DO NOTHING RETURNING 1",
            [job, due],
        )
        won = cursor.fetchone() is not None
    task = import_string(job)
    if not won or tasks_unfinished(task=task).exists():
        return False
    task.enqueue()
    return True


def tasks_unfinished(*, task: "Task[..., Any]") -> "QuerySet[DBTaskResult[..., object]]":
    """The calls of a task that wait, for now or for a later attempt, or are under way."""
    # Each half by its own small index, not by reading a day of finished tasks.
    waiting = Q(status=TaskResultStatus.READY, queue_name=task.queue_name)
    running = Q(status=TaskResultStatus.RUNNING)
    rows: QuerySet[DBTaskResult[..., object]] = DBTaskResult.objects.all()
    return rows.filter(waiting | running, task_path=task.module_path)
