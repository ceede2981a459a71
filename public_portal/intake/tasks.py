"""Scheduled tasks of form drafts, held requests and stored files."""

from public_portal.intake.services.drafts import form_drafts_prune
from public_portal.intake.services.files import files_sweep
from public_portal.intake.services.held_requests import held_requests_file
from public_portal.intake.services.mail import intake_mail_prune
from shared.files.storage_listing import SLICES
from shared.jobs.services.schema_tasks import schema_task
from shared.kernel import clock


@schema_task()
def forget_drafts() -> int:
    """Delete answers that were left for thirty days, and e-mails a day after sending."""
    return form_drafts_prune() + intake_mail_prune()


@schema_task()
def file_held_requests() -> int:
    """File the requests that were held while an agency's database server did not answer."""
    return held_requests_file()


@schema_task()
def sweep_files() -> int:
    """Delete stored files that no row names, one sixteenth of the storage each hour."""
    return files_sweep(begins=SLICES[int(clock.now().timestamp()) // 3600 % len(SLICES)])
