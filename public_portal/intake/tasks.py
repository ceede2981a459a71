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
    """Delete expired drafts, and the e-mails of filing a day after they were sent."""
    return form_drafts_prune() + intake_mail_prune()


@schema_task()
def file_held_requests() -> int:
    """File the held requests whose agencies' database servers answer again."""
    return held_requests_file()


@schema_task()
def sweep_files() -> int:
    """Delete old stored files that no row names; each hour one sixteenth of the storage."""
    return files_sweep(begins=SLICES[int(clock.now().timestamp()) // 3600 % len(SLICES)])
