"""Queries for jobs and for their summaries."""

from uuid import UUID

from django.db.models import QuerySet

from shared.jobs.enums import ENDED, JobState
from shared.jobs.errors import JobNotFound
from shared.jobs.models import Job
from shared.jobs.types import JobSummary
from shared.rows.selectors import first_or_refuse


def job_summary(*, job_id: UUID, schema_name: str | None = None) -> JobSummary:
    """Return the summary of a job. Raises ``JobNotFound``.

    With ``schema_name``, a job of another schema counts as not found.
    """
    rows = _without_arguments().filter(pk=job_id)
    of_schema = rows.filter(schema_name=schema_name) if schema_name else rows
    return job_summary_of(first_or_refuse(of_schema, JobNotFound(str(job_id))))


def jobs_recent(*, schema_name: str | None = None, kinds: tuple[str, ...] = ()) -> QuerySet[Job]:
    """Return the jobs of one schema, or of all schemas, the latest first."""
    rows = _without_arguments()
    if schema_name:
        rows = rows.filter(schema_name=schema_name)
    return (rows.filter(kind__in=kinds) if kinds else rows).order_by("-created_at", "-id")


def jobs_unfinished() -> QuerySet[Job]:
    """Return the jobs that wait or run, in the order in which they were requested."""
    # Sorting by id alone is not enough, because ids of the same millisecond have a random order.
    return Job.objects.exclude(state__in=ENDED).order_by("created_at", "id")


def _without_arguments() -> QuerySet[Job]:
    # The arguments may have 600 kB, and the page of a job reads the row each second.
    return Job.objects.defer("arguments")


def job_summary_of(job: Job) -> JobSummary:
    """Return the summary of a job's row."""
    return JobSummary(
        id=job.pk,
        kind=job.kind,
        schema_name=job.schema_name,
        subject=job.subject,
        state=JobState(job.state),
        steps=tuple(job.steps),
        step=job.step,
        done=job.done,
        total=job.total,
        fault=job.fault,
        fault_text=job.fault_text,
        result=dict(job.result),
        asked_by=job.asked_by,
        is_cancel_asked=job.is_cancel_asked,
        attempts=job.attempts,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )
