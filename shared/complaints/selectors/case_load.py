"""Counts of an agency's open cases, and the count, size and places of its files."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import Length

from shared.complaints.enums import DECISION_EVENTS, OPEN
from shared.complaints.models import Attachment, Complaint, ComplaintEvent
from shared.complaints.types import CaseLoad
from shared.files.places import UNBOUND_LENGTH, is_unbound

BATCH = 500


def case_load(*, today: date) -> CaseLoad:
    """Return how many cases are open, and how many of them are past the legal term; one query."""
    found = Complaint.objects.filter(status__in=OPEN).aggregate(
        open=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today))
    )
    return CaseLoad(**found)


def last_event_at() -> datetime | None:
    """Return the moment of the latest event of this agency's cases; ``None`` if no event exists."""
    # An id begins with the moment of the event, so the index of ids gives the latest event.
    return ComplaintEvent.objects.order_by("-pk").values_list("at", flat=True).first()


def same_officer_decisions() -> int:
    """Return the count of replies and refusals whose officer had decided on the case before."""
    return ComplaintEvent.objects.filter(same_officer=True, kind__in=DECISION_EVENTS).count()


def files_missing() -> int:
    """Return how many files of this agency have a row but were missing in the storage."""
    return Attachment.everything.exclude(missing_since=None).count()


def file_bytes() -> int:
    """Return the size in bytes of all files of this agency's cases; one query reads all files."""
    return int(Attachment.everything.aggregate(weight=Sum("size"))["weight"] or 0)


def file_count() -> int:
    """Return how many files this agency's cases have."""
    return Attachment.everything.count()


def files_under(*, prefix: str) -> set[str]:
    """Return the places of this agency's files that begin with ``prefix``."""
    return set(Attachment.everything.filter(path__startswith=prefix).values_list("path", flat=True))


def files_unbound() -> list[tuple[UUID, str, str]]:
    """Return the row id, place and case reference of each file whose place has an old format."""
    rows = Attachment.everything.annotate(length=Length("path")).filter(length=UNBOUND_LENGTH)
    found = rows.order_by("pk").values_list("pk", "path", "complaint__reference")
    return [one for one in found if is_unbound(one[1])]


def file_places() -> Iterator[list[str]]:
    """Yield lists of the places of this agency's files, at most ``BATCH`` places in a list."""
    rows = Attachment.everything.order_by("pk").values_list("pk", "path")
    page = list(rows[:BATCH])
    while page:
        yield [path for _number, path in page if path]
        page = list(rows.filter(pk__gt=page[-1][0])[:BATCH])
