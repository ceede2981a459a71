"""Entries in the audit log that say whether invented data may be added to a database.

After the first seeding, no data is added, because the database may have requests of users.
"""

from datetime import datetime
from enum import Enum

from shared.audit.selectors import audit_entries
from shared.audit.services import audit_record
from shared.kernel.actors import SYSTEM
from tenants.models import Route

SUBJECT = "demonstration"
BEGUN, COMPLETED = "demonstration.seeding_begun", "demonstration.seeding_completed"
# The action of the entry for a site that was opened before all agencies were made.
OPENED = "demonstration.site_opened"


class Seeding(Enum):
    """The part of the invented data that may be added to a database."""

    WHOLE = "whole"
    REST = "rest"
    NOTHING = "nothing"


def seeding_wanted() -> Seeding:
    """Return the part of the data that may be added.

    All data may be added to a database without cases, or after a killed seeding. A database with
    cases and without entries counts as in use.
    """
    found = set(audit_entries(subject=SUBJECT).values_list("action", flat=True))
    if COMPLETED in found:
        return Seeding.NOTHING
    if OPENED in found:
        return Seeding.REST
    is_free = BEGUN in found or not Route.objects.exists()
    return Seeding.WHOLE if is_free else Seeding.NOTHING


def seeding_begin() -> None:
    """Record that the seeding has begun, so that a killed seeding can be completed."""
    if not audit_entries(subject=SUBJECT).exists():
        audit_record(actor=SYSTEM, action=BEGUN, subject=SUBJECT)


def site_open() -> None:
    """Record that people may file requests from now on."""
    audit_record(actor=SYSTEM, action=OPENED, subject=SUBJECT)


def opened_at() -> datetime | None:
    """Return the time at which the site was opened, or None."""
    entries = audit_entries(subject=SUBJECT).filter(action=OPENED)
    return entries.values_list("at", flat=True).first()


def people_have_filed() -> bool:
    """Return whether a request was filed after the site was opened."""
    at = opened_at()
    return at is not None and Route.objects.filter(created_at__gte=at).exists()


def seeding_complete() -> None:
    """Record that all data was made, so that a later start adds no data."""
    audit_record(actor=SYSTEM, action=COMPLETED, subject=SUBJECT)
