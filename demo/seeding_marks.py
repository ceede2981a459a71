"""Whether invented data may be added to a database: until its first seeding has ended.

The audit log of the public schema tells it. A newer release has stories that the data of an older
one lacks; in a database that is in use they would be cases, messages and people that nobody made.
"""

from shared.audit.selectors import audit_entries
from shared.audit.services import audit_record
from shared.kernel.actors import SYSTEM
from tenants.models import Route

SUBJECT = "demonstration"
BEGUN, COMPLETED = "demonstration.seeding_begun", "demonstration.seeding_completed"


def seeding_is_allowed() -> bool:
    """Say whether a database holds no case, or only those of a first seeding that was killed.

    A database that an earlier release has seeded has no mark: it counts as one in use.
    """
    found = set(audit_entries(subject=SUBJECT).values_list("action", flat=True))
    if COMPLETED in found:
        return False
    return BEGUN in found or not Route.objects.exists()


def seeding_begin() -> None:
    """Mark that the cases from here on are invented; the next start goes on after a kill."""
    if not audit_entries(subject=SUBJECT).exists():
        audit_record(actor=SYSTEM, action=BEGUN, subject=SUBJECT)


def seeding_complete() -> None:
    """Mark that all stories of this release are told; no later start adds any."""
    audit_record(actor=SYSTEM, action=COMPLETED, subject=SUBJECT)
