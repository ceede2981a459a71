"""Services of jobs: request, run in one process at a time, resume after a crash, cancel, retry.

A process that runs a job has an advisory lock of its session. PostgreSQL frees the lock when the
process dies, so the next process resumes at once. Each write also requires the worker's name, in
case a connection was lost meanwhile.
"""

import re
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import psycopg2
from django.db import Error, InterfaceError, OperationalError, connection, transaction

from shared.audit.services import audit_record
from shared.jobs.enums import ENDED, JobState
from shared.jobs.errors import (
    JobBeyondReturn,
    JobCancelled,
    JobEnded,
    JobFailed,
    JobKilled,
    JobLost,
    JobNotFailed,
)
from shared.jobs.models import Job
from shared.jobs.selectors import job_summary, job_summary_of, jobs_unfinished
from shared.jobs.types import JobSummary
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.errors import DomainError
from shared.kernel.identifiers import uuid7
from shared.kernel.seams import imported, seams

# The first half of the lock's key, so that no other lock has the same key.
LOCK_SPACE = 7_406_352
MAX_ATTEMPTS = 5
MAX_TEXT_LENGTH = 4_000
# Errors of a closed connection, of no free connection (classes 08 and 57P), or of a standby.
LOST = re.compile("08...|57P0[1-3]|25006")


class JobHandle:
    """The handle of a running job: its arguments, and the methods to report its progress."""

    def __init__(self, job: Job, worker: str) -> None:
        self._job, self._worker = job, worker
        self.id: UUID = job.pk
        self.subject: str = job.subject
        self.schema_name: str = job.schema_name
        self.arguments: dict[str, object] = dict(job.arguments)
        self.result: dict[str, object] = dict(job.result)
        self.asked_by: str = job.asked_by
        self.asked_by_id: int | None = job.asked_by_id

    def step(self, name: str, *, total: int = 0) -> None:
        """Begin a step; ``total`` is the number up to which ``progress`` will count.

        Raises ``JobCancelled`` after a request to cancel, ``JobLost`` if another process has the
        job.
        """
        self._write(step=name, done=0, total=total)

    def progress(self, done: int, *, total: int | None = None) -> None:
        """Record the progress of the current step, outside of a transaction. Raises as ``step``."""
        self._write(done=done, **({} if total is None else {"total": total}))

    def keep(self, **facts: object) -> None:
        """Write facts into the job's result, for a second attempt or for display."""
        self.result.update(facts)
        self._write(result=self.result)

    def refuse_cancel(self) -> None:
        """Refuse cancellation from here on: the job can only be finished.

        Raises ``JobCancelled`` after an earlier request to cancel, ``JobLost``.
        """
        self.result["is_final"] = True
        mine = Job.objects.filter(pk=self.id, worker=self._worker, state=JobState.RUNNING)
        if mine.filter(is_cancel_asked=False).update(result=self.result):
            return
        raise JobCancelled(str(self.id)) if mine.exists() else JobLost(str(self.id))

    def require(self) -> None:
        """Lock the job's row in a step's transaction, if this process still has the job.

        Raises ``JobLost``.
        """
        mine = Job.objects.filter(pk=self.id, worker=self._worker, state=JobState.RUNNING)
        if not mine.select_for_update().exists():
            raise JobLost(str(self.id))

    def _write(self, **fields: object) -> None:
        if not Job.objects.filter(pk=self.id, worker=self._worker, state=JobState.RUNNING).update(
            **fields
        ):
            raise JobLost(str(self.id))
        if Job.objects.filter(pk=self.id, is_cancel_asked=True).exists():
            raise JobCancelled(str(self.id))


# The ``do`` function resumes a job after a crash. The ``undo`` function raises ``JobEnded`` if it
# is too late.


@transaction.atomic
def job_request(
    *,
    kind: str,
    subject: str,
    steps: Sequence[str],
    actor: Actor,
    schema_name: str = "public",
    arguments: dict[str, object] | None = None,
) -> JobSummary:
    """Create a job to be run; ``kind`` is a key of ``Seams.jobs``."""
    job = Job.objects.create(
        id=uuid7(),
        kind=kind,
        schema_name=schema_name,
        subject=subject,
        steps=list(steps),
        arguments=arguments or {},
        asked_by=actor.label,
        asked_by_id=actor.user_id,
        created_at=clock.now(),
    )
    audit_record(actor=actor, action=f"job.{kind}_asked", subject=f"job {job.pk}")
    return job_summary_of(job)


@transaction.atomic
def job_cancel(*, job_id: UUID, actor: Actor) -> JobSummary:
    """Request that a job be cancelled, before its first step or at its next step.

    Raises ``JobNotFound``, ``JobEnded``, ``JobBeyondReturn``.
    """
    job_summary(job_id=job_id)
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state in (JobState.DONE, JobState.CANCELLED):
        raise JobEnded(str(job_id))
    if job.result.get("is_final"):
        raise JobBeyondReturn(str(job_id))
    job.is_cancel_asked = True
    if job.state == JobState.FAILED:
        # The job runner removes what the job has left. The undo has attempts of its own, so
        # processes that died during the job do not count.
        job.state, job.finished_at, job.attempts = JobState.QUEUED, None, 0
    job.save(update_fields=["is_cancel_asked", "state", "finished_at", "attempts"])
    audit_record(actor=actor, action="job.cancel_asked", subject=f"job {job.pk}")
    return job_summary_of(job)


@transaction.atomic
def job_retry(*, job_id: UUID, actor: Actor) -> JobSummary:
    """Queue a failed job again, from the step at which it stopped.

    Raises ``JobNotFound``, ``JobNotFailed``.
    """
    job_summary(job_id=job_id)
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state != JobState.FAILED:
        raise JobNotFailed(str(job_id))
    job.state, job.fault, job.fault_text = JobState.QUEUED, "", ""
    job.attempts, job.finished_at = 0, None
    job.save()
    audit_record(actor=actor, action="job.retried", subject=f"job {job.pk}")
    return job_summary_of(job)


def job_next(*, worker: str, only: UUID | None = None) -> JobSummary | None:
    """Take the oldest job without a process and run it; ``None`` if no job waits.

    A job whose process died is RUNNING and unlocked: it is resumed, unless ``MAX_ATTEMPTS``
    processes have died during it.
    """
    for job_id in [
        one for one in jobs_unfinished().values_list("pk", flat=True) if only in (None, one)
    ]:
        with _held(job_id) as is_ours:
            if is_ours and (job := _taken(job_id, worker)) is not None:
                _do(job, worker)
                return job_summary(job_id=job_id)
    return None


@contextmanager
def _held(job_id: UUID) -> Iterator[bool]:
    key = int.from_bytes(job_id.bytes[-4:], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, key])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            # After a reconnect the lock is already free; freeing it again only warns.
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, key])


@transaction.atomic
def _taken(job_id: UUID, worker: str) -> Job | None:
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state in ENDED:
        return None
    job.attempts += 1
    if job.attempts > MAX_ATTEMPTS:
        job.state, job.fault, job.finished_at = JobState.FAILED, JobKilled.code, clock.now()
        job.save()
        return None
    job.state, job.worker = JobState.RUNNING, worker
    job.started_at = job.started_at or clock.now()
    job.save()
    return job


def _do(job: Job, worker: str) -> None:
    try:
        state = _run_or_undo(job, worker)
    except JobLost:
        return
    except DomainError as refusal:
        _end(job, worker, JobState.FAILED, fault=refusal.code, text=str(refusal))
    except Exception as error:
        if _has_lost_connection(error):
            # The job stays RUNNING and unlocked, and is resumed when the database answers again.
            raise
        # After any error, the page must say so, and an operator must be able to read the error.
        _end(job, worker, JobState.FAILED, fault=JobFailed.code, text=_error_text(error))
    else:
        _end(job, worker, state)


def _run_or_undo(job: Job, worker: str) -> JobState:
    paths = seams().jobs[job.kind]
    try:
        if job.is_cancel_asked:
            raise JobCancelled(str(job.pk))
        imported(paths.do)(JobHandle(job, worker))
    except JobCancelled:
        try:
            # The row is read again: after a rollback, the object in memory may name less than
            # exists, and the rest would never be removed.
            imported(paths.undo)(JobHandle(Job.objects.get(pk=job.pk), worker))
        except JobEnded:
            # The job was complete before the request, so a result that people may use stays.
            return JobState.DONE
        return JobState.CANCELLED
    return JobState.DONE


def _end(job: Job, worker: str, state: JobState, *, fault: str = "", text: str = "") -> None:
    Job.objects.filter(pk=job.pk, worker=worker, state=JobState.RUNNING).update(
        state=state, fault=fault, fault_text=text, finished_at=clock.now()
    )


def _has_lost_connection(error: BaseException) -> bool:
    """Return whether a job failed by a lost database connection, not by an error of its own."""
    found = next((one for one in _chain(error) if isinstance(one, Error)), None)
    code = getattr(found.__cause__, "pgcode", None) if found is not None else None
    return isinstance(found, OperationalError | InterfaceError) and bool(
        code is None or LOST.fullmatch(code)
    )


def _error_text(error: BaseException) -> str:
    """Return the end of the traceback; database errors without messages, which quote rows."""
    chain = list(_chain(error))
    if not any(isinstance(one, Error | psycopg2.Error) for one in chain):
        return "".join(traceback.format_exception(error))[-MAX_TEXT_LENGTH:]
    # The latest error is last, as in a traceback.
    return "\n".join(
        reversed(
            [f"{''.join(traceback.format_tb(one.__traceback__))}{_bare(one)}\n" for one in chain]
        )
    )[-MAX_TEXT_LENGTH:]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and all its causes, because its message may quote their messages."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _bare(error: BaseException) -> str:
    """Return the class of an error, and for PostgreSQL's errors the table, without row values."""
    facts = [
        f"{name}={value}"
        for name in ("sqlstate", "schema_name", "table_name", "constraint_name")
        if (value := getattr(getattr(error, "diag", None), name, None))
    ]
    return " ".join([f"{type(error).__module__}.{type(error).__qualname__}", *facts])
