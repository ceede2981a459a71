"""The hourly measurement of an agency's usage, stored in the public schema."""

from django.db.models import Count, Q

from shared.accounts.enums import Role
from shared.accounts.selectors import officers
from shared.complaints.selectors import (
    case_load,
    file_bytes,
    files_missing,
    same_officer_decisions,
)
from shared.complaints.services import attachments_check
from shared.complaints.types import StoredFiles
from shared.kernel import clock
from shared.mail.selectors import mail_counts
from shared.mail.types import MailCounts
from shared.mail.workflow import LATE
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, AgencyUsage


def usage_measure(*, agency: Agency) -> AgencyUsage:
    """Measure an agency's usage and store the result. Raises ``AgencyUpdating``."""
    at = clock.now()
    with agency_context(agency):
        load = case_load(today=clock.today())
        letters = mail_counts(late_before=at - LATE)
        measured = {
            **officers().aggregate(
                staff=Count("pk"), administrators=Count("pk", filter=Q(role=Role.ADMINISTRATOR))
            ),
            "open_cases": load.open,
            "late_cases": load.late,
            "file_bytes": file_bytes(),
            **_columns(letters),
            "files_missing": files_missing(),
            "same_officer_decisions": same_officer_decisions(),
            "measured_at": at,
        }
    return AgencyUsage.objects.update_or_create(agency=agency, defaults=measured)[0]


def stored_files_check(*, agency: Agency) -> StoredFiles:
    """Check whether the storage has every file of an agency, for example after a restore.

    The count of missing files is stored with the agency's usage. Raises ``AgencyUpdating``.
    """
    with agency_context(agency):
        found = attachments_check()
    usage_measure(agency=agency)
    return found


def mail_counts_record(*, schema_name: str, counts: MailCounts) -> None:
    """Store an agency's counts of e-mails that wait or have failed.

    Nothing is stored for the public schema.
    """
    AgencyUsage.objects.filter(agency__schema_name=schema_name).update(**_columns(counts))


def _columns(letters: MailCounts) -> dict[str, int]:
    return {
        "mails_waiting": letters.waiting,
        "mails_failing": letters.failing,
        "mails_failed": letters.failed,
    }
