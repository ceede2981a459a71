"""What the pages of the work on workspaces show."""

from collections.abc import Sequence
from typing import TypedDict, cast

from django.utils.translation import get_language

from public_portal.agencies.types import BulkLine, JobLine
from shared.directory.selectors import organisations_below
from shared.jobs.enums import JobKind, JobState
from shared.jobs.letters import TONES, kind_text
from shared.jobs.models import Job
from shared.jobs.types import JobLook
from shared.ui.links import host_url
from shared.ui.messages import code_message
from tenants.provisioning import host_of
from tenants.types import BulkFault


class JobResults(TypedDict):
    """What has come of a piece of work, where it is about making workspaces."""

    console_url: str
    made: int
    refused: list[BulkLine]


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


def job_results(look: JobLook) -> JobResults:
    """The address of a workspace that was made, or what became of the lines of a list."""
    is_made = look.kind == JobKind.PROVISION and look.state is JobState.DONE
    refused = cast(list[dict[str, object]], look.result.get("refused", []))
    return JobResults(
        console_url=host_url(host_of(look.subject)) if is_made else "",
        made=int(str(look.result.get("made", 0))),
        refused=[
            BulkLine(
                line=int(str(one["line"])),
                column="",
                value=str(one["code"]),
                message=code_message(str(one["fault"])),
            )
            for one in refused
        ],
    )


def bulk_lines(faults: Sequence[BulkFault]) -> list[BulkLine]:
    """What is wrong with the lines of a list, in the active language."""
    return [
        BulkLine(line=one.line, column=one.column, value=one.value, message=code_message(one.code))
        for one in faults
    ]


def region_choices() -> list[tuple[str, str]]:
    """The regions with their names in the active language."""
    language = (get_language() or "ar")[:2]
    regions = organisations_below(kind="region", top="", language=language)
    return [(region.code, region.name(language)) for region in regions]
