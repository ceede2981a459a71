"""Long work in words, and what became of the lines of a list."""

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

# Of a list of all communes 1,503 stand on a page that asks again each second.
MAX_LINES = 100


def job_lines(jobs: Sequence[Job]) -> list[JobLine]:
    """Rows of the list of long work, in the active language."""
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


def job_results(look: JobSummary) -> dict[str, object]:
    """The address of a workspace that was made, or what became of the lines of a list."""
    is_made = look.kind == JobKind.PROVISION and look.state is JobState.DONE
    return {
        "console_url": host_url(host_of(look.subject)) if is_made else "",
        "made": int(str(look.result.get("made", 0))),
        "refused": lines_refused(look, limit=MAX_LINES),
        "refused_total": len(_refused(look)),
    }


def lines_refused(look: JobSummary, *, limit: int | None = None) -> list[BulkLine]:
    """The lines of a list from which no workspace was made, in the active language."""
    return [
        BulkLine(
            line=int(str(one["line"])),
            column="",
            value=str(one["code"]),
            message=code_message(str(one["fault"])),
        )
        for one in _refused(look)[:limit]
    ]


def _refused(look: JobSummary) -> list[dict[str, object]]:
    return cast(list[dict[str, object]], look.result.get("refused", []))


def bulk_lines(faults: Sequence[BulkFault]) -> list[BulkLine]:
    """What is wrong with the lines of a list, in the active language."""
    return [
        BulkLine(line=one.line, column=one.column, value=one.value, message=code_message(one.code))
        for one in faults
    ]
