"""Upkeep of the task queue: heartbeats, tasks of dead workers, the schedule, pruning."""

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
# No task of ours is queued for so late: the last try of an e-mail is within seven days.
LATEST = timedelta(days=31)

# Errors on reading a row with values that Python cannot hold, or that is no valid call.
UNREADABLE = (DataError, ValueError, TypeError, LookupError, ArithmeticError)

# In SQL, so that no time is read: agencies have written rows, and one of the year 4000 BC would
# stop the maintenance of all. The number of workers counts as too many where it is no list.
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
# No valid row has a moment in the future: such a row is deleted like an old one.
_PRUNE = """
    DELETE FROM django_tasks_database_dbtaskresult WHERE
        (status = 'SUCCESSFUL' AND coalesce(finished_at, enqueued_at)
            NOT BETWEEN %(done)s AND %(latest)s)
        OR (status = 'FAILED' AND coalesce(finished_at, enqueued_at)
            NOT BETWEEN %(failed)s AND %(latest)s)
        OR (status = 'READY' AND run_after > %(latest)s AND run_after <> %(at_once)s)
"""


class _MeasuredConnection(Protocol):
    """What the project's database backend adds to Django's connection."""

    def require_clock(self) -> None:
        """Raise ``ClockWrong`` while this server's clock is wrong."""


def clock_allows_work() -> bool:
    """Return whether work may begin here: not while this server's clock is wrong."""
    try:
        cast(_MeasuredConnection, connection).require_clock()
    except ClockWrong:
        return False
    return True


def worker_heartbeat(*, worker_id: str) -> None:
    """Record that this worker is alive, at the time of the database.

    The worker's own time could be wrong, and another worker would take its task.
    """
    WorkerBeat.objects.update_or_create(worker_id=worker_id, defaults={"seen_at": Now()})


@transaction.atomic
def task_claim(
    *, worker_id: str, queues: Collection[str] = ()
) -> "DBTaskResult[..., object] | None":
    """Claim the next task that is due, of some queues or of all.

    ``None`` when there is none, and while this server's clock is wrong. The library's own query
    uses the system's clock. Tasks of schemas whose server does not answer are skipped.
    """
    if not clock_allows_work():
        return None
    waiting = DBTaskResult.objects.filter(
        Q(run_after=get_date_max()) | Q(run_after__lte=clock.now()), status=TaskResultStatus.READY
    )
    if queues:
        waiting = waiting.filter(queue_name__in=queues)
    if unreachable := imported(seams().unreachable_schemas)():
        # Their tasks wait where they are: each would only fail, and hold up the others meanwhile.
        waiting = waiting.exclude(args_kwargs__kwargs___schema__in=sorted(unreachable))
    found = _first_readable(waiting)
    if found is not None:
        found.claim(worker_id)
    return found


def _first_readable(
    waiting: "QuerySet[DBTaskResult[..., object]]",
) -> "DBTaskResult[..., object] | None":
    """Return the first row, locked; rows before it that cannot be read are marked failed."""
    keys = waiting.select_for_update(skip_locked=True).values_list("pk", flat=True)
    while (key := keys.first()) is not None:
        try:
            found: DBTaskResult[..., object] = DBTaskResult.objects.get(pk=key)
            list(found.worker_ids)
            # Queued under the name that the task had in an earlier release.
            found.task_path = seams().task_aliases.get(found.task_path, found.task_path)
        except UNREADABLE as fault:
            # The next one must not wait behind it.
            task_give_up(task_id=key, fault=fault)
        else:
            return found
    return None


def task_give_up(*, task_id: UUID, fault: Exception) -> None:
    """Mark a task failed without reading its row, so that no worker takes the task again."""
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
    """Release the tasks whose worker was killed; they would stay RUNNING for ever.

    A task on which five workers died is marked failed instead of killing a sixth. Returns for each
    task whether it was marked failed.
    """
    # Both times are the database's: a worker ahead of the others would find them all dead.
    return _given_back(_REAP, dead_after=DEAD_AFTER, fault="five workers died on it")


@transaction.atomic
def tasks_release(*, worker_id: str, queue: str) -> list[bool]:
    """Release the tasks that this worker holds in a queue, for it no longer knows of any.

    The connection was lost while it took a task or stored the outcome of one: the task may be
    RUNNING in this worker's name. While the worker is alive, no other worker would take it.
    """
    return _given_back(
        _RELEASE, worker_id=worker_id, queue=queue, fault="its outcome could not be written"
    )


def _given_back(statement: str, **values: Any) -> list[bool]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"most": MAX_WORKERS, "at": clock.now(), **values})
        return [is_lost for (is_lost,) in cursor.fetchall()]


def schedule_due() -> list[str]:
    """Enqueue every scheduled job that is due and that no other scheduler has taken.

    None that still waits or runs: behind a task that hangs for an hour there would be 1,800 of
    them. The one that waits also does the work of later moments. ``Seams.schedule`` maps a task's
    dotted path to its period in seconds.
    """
    return [job for job, every in seams().schedule.items() if _take_turn(job, every)]


def tasks_prune() -> int:
    """Delete finished tasks: successes after a day, failures after thirty days."""
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
    # In SQL, because the ORM's ignore_conflicts does not tell whether the row was ours.
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
    """Return the calls of a task that wait, for now or for a later attempt, or run.

    Of one schema, or of all with ``None``: agencies write rows of this table, which may only be
    counted where nothing is decided for others.
    """
    # Each half by its own small index, not by reading a day of finished tasks.
    waiting = Q(status=TaskResultStatus.READY, queue_name=task.queue_name)
    running = Q(status=TaskResultStatus.RUNNING)
    rows: QuerySet[DBTaskResult[..., object]] = DBTaskResult.objects.all()
    found = rows.filter(
        waiting | running, task_path__in={task.module_path, _stored_name(task.module_path)}
    )
    return found.filter(args_kwargs__kwargs___schema=schema_name) if schema_name else found


def _stored_name(path: str) -> str:
    """Return the name in the rows of the schedule: the first name that the task ever had."""
    return {present: name for name, present in seams().task_aliases.items()}.get(path, path)
