"""Marks in the audit log that say whether invented data may be added to a database.

A database may be seeded until its first seeding has ended. A newer release has more invented cases;
added to a database in use, they would mix with the data of real users.
"""

from datetime import datetime
from enum import Enum

from shared.audit.selectors import audit_entries
from shared.audit.services import audit_record
from shared.kernel.actors import SYSTEM
from tenants.models import Route

SUBJECT = "demonstration"
BEGUN, COMPLETED = "demonstration.seeding_begun", "demonstration.seeding_completed"
# Marks that the site was opened before the smaller agencies were complete.
OPENED = "demonstration.site_opened"


class Seeding(Enum):
    """The parts of the data that the demonstration may still add to a database."""

    WHOLE = "whole"
    REST = "rest"
    NOTHING = "nothing"


def seeding_wanted() -> Seeding:
    """Return which data may be added: all data, the rest that was left for later, or no data.

    All data may be added where a database has no case, or only cases of a first seeding that was
    killed. A database that an earlier release has seeded has no mark and counts as in use.
    """
    found = set(audit_entries(subject=SUBJECT).values_list("action", flat=True))
    if COMPLETED in found:
        return Seeding.NOTHING
    if OPENED in found:
        return Seeding.REST
    is_free = BEGUN in found or not Route.objects.exists()
    return Seeding.WHOLE if is_free else Seeding.NOTHING


def seeding_begin() -> None:
    """Record that later cases are invented, so that a killed seeding can resume."""
    if not audit_entries(subject=SUBJECT).exists():
        audit_record(actor=SYSTEM, action=BEGUN, subject=SUBJECT)


def site_open() -> None:
    """Record that people may file requests from now on, while the rest of the data is made."""
    audit_record(actor=SYSTEM, action=OPENED, subject=SUBJECT)


def opened_at() -> datetime | None:
    """Return since when people may file requests, or None; no invented case is filed later."""
    entries = audit_entries(subject=SUBJECT).filter(action=OPENED)
    return entries.values_list("at", flat=True).first()


def people_have_filed() -> bool:
    """Return whether a request was filed since the site was opened."""
    at = opened_at()
    return at is not None and Route.objects.filter(created_at__gte=at).exists()


def seeding_complete() -> None:
    """Record that all data of this release was made; a later start adds no data."""
    audit_record(actor=SYSTEM, action=COMPLETED, subject=SUBJECT)
