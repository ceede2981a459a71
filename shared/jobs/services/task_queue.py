"""Services of the task queue, for example claim a task and release tasks of dead workers."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from logging import getLogger
from typing import Any, Protocol, cast
from uuid import UUID

from django.db import DataError, connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from shared.jobs.enums import PUBLIC
from shared.jobs.models import ScheduleRun, WorkerBeat
from shared.kernel import clock
from shared.kernel.errors import ClockWrong
from shared.kernel.seams import Seam, imported, seams

logger = getLogger(__name__)

DEAD_AFTER = timedelta(seconds=15)
MAX_WORKERS = 5
KEEP_DONE = timedelta(days=1)
KEEP_FAILED = timedelta(days=30)
# Longer than the time of any queued task in the future; e-mails are tried for seven days.
LATEST = timedelta(days=31)

# Errors on reading a row with values that Python cannot store, or that name no task.
UNREADABLE = (DataError, ValueError, TypeError, LookupError, ArithmeticError)

# Times are compared in SQL: an agency may write a time before the year 1, which Python cannot read.
# If ``worker_ids`` is no list, the task fails as if too many workers had died.
_GIVE_BACK = """
    WITH orphan AS (
        SELECT t.id, CASE WHEN jsonb_typeof(t.worker_ids) = 'array'
            THEN jsonb_array_length(t.worker_ids) ELSE %(most)s END >= %(most)s AS is_lost
        FROM django_tasks_database_dbtaskresult t
        WHERE t.status = 'RUNNING' AND {condition}
        ORDER BY t.id FOR UPDATE OF t SKIP LOCKED
    )
    UPDATE django_tasks_database_dbtaskresult t SET
        status = CASE WHEN is_lost THEN 'FAILED' ELSE 'READY' END,
        started_at = CASE WHEN is_lost THEN t.started_at END,
        finished_at = CASE WHEN is_lost THEN %(at)s::timestamptz END,
        traceback = CASE WHEN is_lost THEN %(fault)s ELSE '' END
    FROM orphan WHERE t.id = orphan.id RETURNING is_lost
"""
_REAP = _GIVE_BACK.format(
    condition="""NOT EXISTS (
        SELECT FROM jobs_workerbeat b WHERE b.worker_id = t.worker_ids ->> -1
            AND b.seen_at >= statement_timestamp() - %(dead_after)s)"""
)
_RELEASE = _GIVE_BACK.format(
    condition="t.worker_ids ->> -1 = %(worker_id)s AND t.queue_name = %(queue)s"
)
# Rows with a time far in the future are invalid, so they are deleted like old rows.
_PRUNE = """
    DELETE FROM django_tasks_database_dbtaskresult WHERE
        (status = 'SUCCESSFUL' AND coalesce(finished_at, enqueued_at)
            NOT BETWEEN %(done)s AND %(latest)s)
        OR (status = 'FAILED' AND coalesce(finished_at, enqueued_at)
            NOT BETWEEN %(failed)s AND %(latest)s)
        OR (status = 'READY' AND run_after > %(latest)s AND run_after <> %(at_once)s)
"""


class _MeasuredConnection(Protocol):
    """A database connection with the method that the project's database backend adds."""

    def require_clock(self) -> None:
        """Raise ``ClockWrong`` if this server's time is wrong."""


def clock_allows_work() -> bool:
    """Return whether this server's time is right, so that tasks and jobs may start."""
    try:
        cast(_MeasuredConnection, connection).require_clock()
    except ClockWrong:
        return False
    return True


def worker_heartbeat(*, worker_id: str) -> None:
    """Record the database's time as the time of a worker's last heartbeat.

    With a wrong time of the worker, another worker could release the worker's tasks.
    """
    WorkerBeat.objects.update_or_create(worker_id=worker_id, defaults={"seen_at": Now()})


@transaction.atomic
def task_claim(
    *, worker_id: str, queues: Collection[str] = ()
) -> "DBTaskResult[..., object] | None":
    """Claim the next due task of the given queues, or of all queues.

    Returns ``None`` if no task is due, or while this server's time is wrong. Tasks of unreachable
    schemas are skipped.
    """
    if not clock_allows_work():
        return None
    waiting = DBTaskResult.objects.filter(
        Q(run_after=get_date_max()) | Q(run_after__lte=clock.now()), status=TaskResultStatus.READY
    )
    if queues:
        waiting = waiting.filter(queue_name__in=queues)
    if unreachable := imported(seams().unreachable_schemas)():
        # Tasks of unreachable schemas would fail and delay other tasks.
        waiting = waiting.exclude(args_kwargs__kwargs___schema__in=sorted(unreachable))
    found = _first_readable(waiting)
    if found is not None:
        found.claim(worker_id)
    return found


def _first_readable(
    waiting: "QuerySet[DBTaskResult[..., object]]",
) -> "DBTaskResult[..., object] | None":
    """Lock and return the first readable row; mark unreadable rows before the row as failed."""
    keys = waiting.select_for_update(skip_locked=True).values_list("pk", flat=True)
    while (key := keys.first()) is not None:
        try:
            found: DBTaskResult[..., object] = DBTaskResult.objects.get(pk=key)
            list(found.worker_ids)
            # The row may have a name of the task from an earlier release.
            found.task_path = seams().task_aliases.get(found.task_path, found.task_path)
        except UNREADABLE as fault:
            # Otherwise the unreadable row would block the next tasks.
            task_give_up(task_id=key, fault=fault)
        else:
            return found
    return None


def task_give_up(*, task_id: UUID, fault: Exception) -> None:
    """Mark an unfinished task as failed without reading its row."""
    unfinished = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    DBTaskResult.objects.filter(pk=task_id, status__in=unfinished).update(
        status=TaskResultStatus.FAILED,
        finished_at=clock.now(),
        exception_class_path=f"{type(fault).__module__}.{type(fault).__qualname__}",
        traceback="its row could not be read",
    )
    logger.error("Task %s is given up: %s", task_id, type(fault).__qualname__)


@transaction.atomic
def tasks_reap() -> list[bool]:
    """Release the tasks of dead workers, so that other workers run the tasks again.

    A task during which five workers died fails instead. Returns a boolean for each task: whether
    the task failed.
    """
    # The statement uses the database's time: by a wrong time, all other workers would look dead.
    return _given_back(_REAP, dead_after=DEAD_AFTER, fault="five workers died on it")


@transaction.atomic
def tasks_release(*, worker_id: str, queue: str) -> list[bool]:
    """Release the tasks of a queue that are RUNNING in the name of a worker.

    After a lost connection, a task may be RUNNING in the name of a worker that does not run the
    task. Other workers do not take the task while the worker is alive.
    """
    return _given_back(
        _RELEASE, worker_id=worker_id, queue=queue, fault="its outcome could not be written"
    )


def _given_back(statement: str, **values: Any) -> list[bool]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"most": MAX_WORKERS, "at": clock.now(), **values})
        return [is_lost for (is_lost,) in cursor.fetchall()]


def schedule_due() -> list[str]:
    """Queue every scheduled task that is due, and return the dotted paths of the queued tasks.

    A task that still waits or runs is not queued again, because after an outage thousands of copies
    would wait. ``Seams.schedule`` maps the dotted path of a task to its period in seconds.
    """
    return [job for job, every in seams().schedule.items() if _take_turn(job, every)]


def tasks_prune() -> int:
    """Delete successful tasks after a day, failed tasks after thirty days; return their count.

    Runs of the schedule and rows of workers are deleted after a day too.
    """
    at = clock.now()
    ScheduleRun.objects.filter(due__lt=at - KEEP_DONE).delete()
    WorkerBeat.objects.filter(seen_at__lt=at - KEEP_DONE).delete()
    values = {
        "done": at - KEEP_DONE,
        "failed": at - KEEP_FAILED,
        "latest": at + LATEST,
        "at_once": get_date_max(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PRUNE, values)
        return int(cursor.rowcount)


@transaction.atomic
def _take_turn(job: str, every: int) -> bool:
    due = datetime.fromtimestamp(clock.now().timestamp() // every * every, tz=UTC)
    # Django's ``ignore_conflicts`` does not return whether a row was inserted.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_schedulerun (job, due) VALUES (%s, %s)"
            " ON CONFLICT DO NOTHING RETURNING 1",
            [_stored_name(job), due],
        )
        won = cursor.fetchone() is not None
    task: Task[[], object] = imported(Seam(job))
    if not won or tasks_unfinished(task=task, schema_name=PUBLIC).exists():
        return False
    task.enqueue()
    return True


def tasks_unfinished(
    *, task: "Task[..., Any]", schema_name: str | None
) -> "QuerySet[DBTaskResult[..., object]]":
    """Return the rows of a task that wait or run, in one schema or (``None``) in all schemas.

    An agency may insert false rows: with ``None``, the result must not decide about other schemas.
    """
    # Each of the two conditions uses a small index, so finished tasks are not read.
    waiting = Q(status=TaskResultStatus.READY, queue_name=task.queue_name)
    running = Q(status=TaskResultStatus.RUNNING)
    rows: QuerySet[DBTaskResult[..., object]] = DBTaskResult.objects.all()
    found = rows.filter(
        waiting | running, task_path__in={task.module_path, _stored_name(task.module_path)}
    )
    return found.filter(args_kwargs__kwargs___schema=schema_name) if schema_name else found


def _stored_name(path: str) -> str:
    """Return the name that a task had at first, because stored rows have this name."""
    return {present: name for name, present in seams().task_aliases.items()}.get(path, path)
