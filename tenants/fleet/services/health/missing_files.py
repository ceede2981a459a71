"""Whether the storage holds every file that a case names: after a restore it may not."""

from shared.complaints.services import attachments_check
from shared.complaints.types import StoredFiles
from tenants.fleet.services.health.usage import usage_measure
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency


def stored_files_check(*, agency: Agency) -> StoredFiles:
    """Look for every file of one agency; its health says at once how many are missing.

    Raises ``AgencyUpdating``.
    """
    with agency_context(agency):
        found = attachments_check()
    usage_measure(agency=agency)
    return found
