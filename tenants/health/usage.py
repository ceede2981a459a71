"""What one agency uses, written down, so that the page of all agencies enters none of them."""

from datetime import timedelta

from shared.accounts.selectors import officers
from shared.complaints.selectors import case_load, file_bytes, files_missing
from shared.kernel import clock
from shared.mail.selectors import letters_waiting
from tenants.context import agency_context
from tenants.models import Agency, AgencyUsage

# A letter leaves within seconds; what has been tried for so long is in trouble.
LATE_LETTER = timedelta(minutes=30)


def usage_measure(*, agency: Agency) -> AgencyUsage:
    """Count and write down; six short queries. Raises ``AgencyUpdating``."""
    at = clock.now()
    with agency_context(agency):
        load = case_load(today=clock.today())
        waiting, failing = letters_waiting(late_before=at - LATE_LETTER)
        measured = {
            "staff": officers().count(),
            "open_cases": load.open,
            "late_cases": load.late,
            "file_bytes": file_bytes(),
            "mails_waiting": waiting,
            "mails_failing": failing,
            "files_missing": files_missing(),
            "measured_at": at,
        }
    made, _is_new = AgencyUsage.objects.update_or_create(agency=agency, defaults=measured)
    return made
