"""Services for parts of a request that are given back, or answered with the whole request."""

from django.db import transaction

from shared.complaints.enums import OPEN, EventKind, Status
from shared.complaints.errors import (
    AlreadyOffered,
    PartOfWhole,
    PartsNotTaken,
    ReviewWaits,
    TransitionNotAllowed,
)
from shared.complaints.models import Complaint
from shared.complaints.selectors import case_events
from shared.complaints.services.history import case_lock, event_record, status_set
from shared.complaints.workflow import appeal_of
from shared.kernel.actors import Actor


@transaction.atomic
def part_give_back(*, reference: str, actor: Actor, version: int | None = None) -> None:
    """Give back a part that no other agency has accepted, so that the whole request answers it.

    Raises ``TransitionNotAllowed``, ``AlreadyOffered``, ``ReviewWaits`` or ``StaleCase``.
    """
    part = case_lock(reference=reference, version=version)
    if part.offered_to:
        raise AlreadyOffered(reference)
    if appeal_of(case_events(part)).is_waiting:
        raise ReviewWaits(reference)
    if not part_join(part, actor=actor):
        raise TransitionNotAllowed(reference)


@transaction.atomic
def part_objected(*, reference: str, whole_reference: str, actor: Actor) -> None:
    """End a part to which the citizen objects, at an agency that also holds the whole request.

    If ``part_join`` does not end the part, the part stays open and gets a reply of its own.
    """
    part = case_lock(reference=reference)
    part.offered_to = ""
    if not part_join(part, case_lock(reference=whole_reference), actor=actor):
        part.has_citizen_news = True
        part.save(update_fields=["offered_to", "has_citizen_news"])


def part_join(part: Complaint, whole: Complaint | None = None, *, actor: Actor) -> bool:
    """End a locked part if its whole request is open here; return whether the part was ended.

    A part with a waiting review is not ended. An ended part is no separate request; its texts stay
    readable under its reference.
    """
    whole = whole or whole_locked(part)
    if whole is None or not (part.is_open and whole.is_open):
        return False
    if appeal_of(case_events(part)).is_waiting:
        return False
    status_set(part, Status.WITHDRAWN)
    part.is_given_back = True
    part.assignee = part.stands_in_for = None
    event_record(part, EventKind.PART_RETURNED, actor)
    return True


def whole_locked(part: Complaint) -> Complaint | None:
    """Return the request from which a locked part was cut, locked after the part."""
    if part.cut_from_id is None:
        return None
    reference = Complaint.objects.values_list("reference", flat=True).get(pk=part.cut_from_id)
    return case_lock(reference=reference)


def require_answered_by_itself(complaint: Complaint) -> None:
    """Raise ``PartOfWhole`` for an open part here whose whole request is open.

    Once the whole request has ended, the part gets its own reply, which no figure counts.
    """
    whole = whole_locked(complaint)
    if whole is not None and complaint.is_open and whole.is_open:
        raise PartOfWhole(complaint.reference)


def parts_out(complaint: Complaint) -> list[str]:
    """Return the references of a case's open parts that no other agency has accepted."""
    rows = Complaint.objects.filter(cut_from=complaint, status__in=OPEN).order_by("pk")
    return list(rows.values_list("reference", flat=True))


def require_parts_taken(complaint: Complaint) -> None:
    """Raise ``PartsNotTaken`` if a case has open parts here, because it cannot be transferred."""
    if parts_out(complaint):
        raise PartsNotTaken(complaint.reference)
