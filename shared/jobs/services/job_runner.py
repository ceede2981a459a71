"""Services that request, run, resume, cancel and retry jobs.

A process that runs a job has an advisory lock of its database session. PostgreSQL frees the lock
when the process dies, and another process resumes the job. Every write also checks the worker's
name, because a lost connection frees the lock too.
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

# The first half of the advisory lock's key; other locks have another first half.
LOCK_SPACE = 7_406_352
MAX_ATTEMPTS = 5
MAX_TEXT_LENGTH = 4_000
# PostgreSQL's error codes for a lost connection (08, 57P) and for writing on a standby (25006).
LOST = re.compile("08...|57P0[1-3]|25006")


class JobHandle:
    """A running job, with methods for the function that does the job."""

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
        """Begin a step; ``total`` is the count that ``progress`` reaches at the end.

        Raises ``JobCancelled`` after a request to cancel, ``JobLost`` if another process runs the
        job.
        """
        self._write(step=name, done=0, total=total)

    def progress(self, done: int, *, total: int | None = None) -> None:
        """Record the progress of the current step. Raises ``JobCancelled`` or ``JobLost``.

        Call this method outside of a transaction, so that pages see the progress.
        """
        self._write(done=done, **({} if total is None else {"total": total}))

    def keep(self, **facts: object) -> None:
        """Store facts in the job's result, for a second attempt or for the page of the job."""
        self.result.update(facts)
        self._write(result=self.result)

    def refuse_cancel(self) -> None:
        """Refuse all later requests to cancel the job.

        Raises ``JobCancelled`` after an earlier request to cancel, or ``JobLost``.
        """
        self.result["is_final"] = True
        mine = Job.objects.filter(pk=self.id, worker=self._worker, state=JobState.RUNNING)
        if mine.filter(is_cancel_asked=False).update(result=self.result):
            return
        raise JobCancelled(str(self.id)) if mine.exists() else JobLost(str(self.id))

    def require(self) -> None:
        """Lock the job's row in the current transaction.

        Raises ``JobLost`` if another process runs the job.
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


# ``Seams.jobs`` names two functions for a kind of job: ``do`` runs or resumes a job, ``undo``
# removes the results of a cancelled job, or raises ``JobEnded`` if the job was complete.


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
    """Create a job, which the job runner will run; ``kind`` is a key of ``Seams.jobs``."""
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
        # The job runner must undo the failed job. Earlier attempts of the job do not count for
        # the undoing.
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
    """Run the oldest job that no process runs; return its summary, or ``None`` without such a job.

    A job whose process died is RUNNING and unlocked. Such a job is resumed, or fails after
    ``MAX_ATTEMPTS`` attempts.
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
            # If the connection was lost, the lock is already free, and PostgreSQL only warns.
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
        # Without this line the job would stay RUNNING, and nobody could read the error.
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
            # The row is read again, because ``job`` may not have the latest result, by which
            # ``undo`` finds what must be removed.
            imported(paths.undo)(JobHandle(Job.objects.get(pk=job.pk), worker))
        except JobEnded:
            # The job was complete before the request to cancel, so its result stays.
            return JobState.DONE
        return JobState.CANCELLED
    return JobState.DONE


def _end(job: Job, worker: str, state: JobState, *, fault: str = "", text: str = "") -> None:
    Job.objects.filter(pk=job.pk, worker=worker, state=JobState.RUNNING).update(
        state=state, fault=fault, fault_text=text, finished_at=clock.now()
    )


def _has_lost_connection(error: BaseException) -> bool:
    """Return whether an error was caused by a lost connection or a write to a standby."""
    found = next((one for one in _chain(error) if isinstance(one, Error)), None)
    code = getattr(found.__cause__, "pgcode", None) if found is not None else None
    return isinstance(found, OperationalError | InterfaceError) and bool(
        code is None or LOST.fullmatch(code)
    )


def _error_text(error: BaseException) -> str:
    """Return the end of an error's traceback.

    Messages of database errors are left out, because they may contain personal data.
    """
    chain = list(_chain(error))
    if not any(isinstance(one, Error | psycopg2.Error) for one in chain):
        return "".join(traceback.format_exception(error))[-MAX_TEXT_LENGTH:]
    # The latest error comes last, as in a traceback of Python.
    return "\n".join(
        reversed(
            [f"{''.join(traceback.format_tb(one.__traceback__))}{_bare(one)}\n" for one in chain]
        )
    )[-MAX_TEXT_LENGTH:]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and all its causes."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _bare(error: BaseException) -> str:
    """Return the class of an error, and the table and constraint of a database error."""
    facts = [
        f"{name}={value}"
        for name in ("sqlstate", "schema_name", "table_name", "constraint_name")
        if (value := getattr(getattr(error, "diag", None), name, None))
    ]
    return " ".join([f"{type(error).__module__}.{type(error).__qualname__}", *facts])
