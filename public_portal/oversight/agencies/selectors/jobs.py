"""Jobs as text, and the results of a job that creates workspaces."""

from collections.abc import Sequence
from typing import cast

from public_portal.oversight.agencies.types import BulkLine, JobLine
from shared.jobs.enums import JobKind, JobState
from shared.jobs.models import Job
from shared.jobs.presenters import TONES, kind_text
from shared.jobs.types import JobSummary
from shared.ui.links import host_url
from shared.ui.messages import code_message
from tenants.fleet.services.provisioning import host_of
from tenants.fleet.types import BulkFault

# All 1,503 communes would be too many lines for a page that reloads each second.
MAX_LINES = 100


def job_lines(jobs: Sequence[Job]) -> list[JobLine]:
    """Return jobs as lines of the list of jobs, in the active language."""
    return [
        JobLine(
            id=job.pk,
            kind=kind_text(job.kind),
            subject=job.subject,
            state=str(JobState(job.state).label),
            tone=TONES[JobState(job.state)],
            asked_by=job.asked_by,
            asked_at=job.created_at,
        )
        for job in jobs
    ]


def job_results(summary: JobSummary) -> dict[str, object]:
    """Return the results of a job that creates workspaces, for the template context."""
    is_made = summary.kind == JobKind.PROVISION and summary.state is JobState.DONE
    return {
        "console_url": host_url(host_of(summary.subject)) if is_made else "",
        "made": int(str(summary.result.get("made", 0))),
        "refused": lines_refused(summary, limit=MAX_LINES),
        "refused_total": len(_refused(summary)),
    }


def lines_refused(summary: JobSummary, *, limit: int | None = None) -> list[BulkLine]:
    """Return the refused lines of a list of workspaces, in the active language."""
    return [
        BulkLine(
            line=int(str(one["line"])),
            column="",
            value=str(one["code"]),
            message=code_message(str(one["fault"])),
        )
        for one in _refused(summary)[:limit]
    ]


def _refused(summary: JobSummary) -> list[dict[str, object]]:
    return cast(list[dict[str, object]], summary.result.get("refused", []))


def bulk_lines(faults: Sequence[BulkFault]) -> list[BulkLine]:
    """Return the errors in a list of workspaces, in the active language."""
    return [
        BulkLine(line=one.line, column=one.column, value=one.value, message=code_message(one.code))
        for one in faults
    ]
