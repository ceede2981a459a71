"""Approval of a reply by a second officer of the agency before it is sent."""

from datetime import datetime

from django.db import transaction

from shared.complaints.enums import EventKind
from shared.complaints.models import Complaint
from shared.complaints.services.history import case_lock, event_record
from shared.complaints.services.merge import merged_locked
from shared.kernel.actors import Actor


@transaction.atomic
def approval_record(
    *, reference: str, kind: EventKind, actor: Actor, at: datetime | None = None
) -> Complaint:
    """Record an event of ``APPROVAL_EVENTS``. Raises ``StaleCase``.

    ``at``: when the decision was approved, if the decision is sent now.
    """
    # This transaction may send the decision, also in the cases merged into this case.
    complaint = case_lock(reference=reference, is_together=True)
    event_record(complaint, kind, actor, at=at)
    return complaint


def repeated_lock(*, reference: str) -> list[Complaint]:
    """Lock a case and the open cases merged into it, in which a reply to the case is repeated.

    Raises ``ComplaintNotFound``, or ``StaleCase`` if a merge was committed during the wait for the
    lock.
    """
    complaint = case_lock(reference=reference, is_together=True)
    return [complaint, *merged_locked(complaint)]
