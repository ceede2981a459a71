"""Folders of export and restore jobs, one for each job."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from shared.jobs.enums import ENDED
from shared.jobs.models import Job
from shared.kernel import clock
from tenants.agency_export.errors import ExportNoSpace

KEPT = timedelta(days=7)
# Free space that must remain, because the database or the files may use the same disk.
SPARE = 64 * 1024 * 1024


def folder_of(job_id: UUID) -> Path:
    """Return the path of a job's folder, which need not exist."""
    return Path(settings.BUNDLE_ROOT) / str(job_id)


def folder_create(job_id: UUID) -> Path:
    """Create an empty folder for a job, which only its owner can read."""
    folder_delete(job_id)
    folder = folder_of(job_id)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    return folder


def folder_delete(job_id: UUID) -> None:
    """Delete the folder of a job with its content."""
    shutil.rmtree(folder_of(job_id), ignore_errors=True)


def require_space(folder: Path, size: int) -> None:
    """Require room for ``size`` bytes on the disk, and a reserve. Raises ``ExportNoSpace``."""
    if (free := shutil.disk_usage(folder).free) < size + SPARE:
        raise ExportNoSpace(f"{size} bytes are needed, {free} are free", retry_after=3600)


def exports_prune() -> int:
    """Delete folders of unknown jobs and of jobs that ended 7 or more days ago; return how many."""
    gone = list(_due())
    for job_id in gone:
        folder_delete(job_id)
    return len(gone)


def _due() -> Iterator[UUID]:
    before = clock.now() - KEPT
    for folder in Path(settings.BUNDLE_ROOT).glob("*-*-*-*-*"):
        job_id = UUID(folder.name)
        job = Job.objects.filter(pk=job_id).first()
        if job is None or (job.state in ENDED and (job.finished_at or before) <= before):
            yield job_id
