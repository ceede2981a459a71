"""Approval of a reply by a second officer of the agency before it is sent."""

from datetime import datetime

from django.db import transaction

from shared.complaints.enums import EventKind
from shared.complaints.models import Complaint
from shared.complaints.services.history import case_lock, event_record
from shared.complaints.services.merge import merged_locked
from shared.kernel.actors import Actor


@transaction.atomic
def approval_ask(*, reference: str, actor: Actor, version: int | None = None) -> Complaint:
    """Record that a decision waits for the agreement of a second officer. Raises ``StaleCase``."""
    return _recorded(reference, EventKind.APPROVAL_ASKED, actor, version)


@transaction.atomic
def approval_give(*, reference: str, actor: Actor, at: datetime) -> Complaint:
    """Record that a second officer agreed, at that time, to a decision that leaves now."""
    return _recorded(reference, EventKind.APPROVED, actor, at=at)


@transaction.atomic
def approval_return(*, reference: str, actor: Actor, version: int | None = None) -> Complaint:
    """Record that a second officer returned a decision for changes. Raises ``StaleCase``."""
    return _recorded(reference, EventKind.APPROVAL_RETURNED, actor, version)


@transaction.atomic
def approval_withdraw(*, reference: str, actor: Actor) -> Complaint:
    """Record that a decision does not wait any more: taken back, or it cannot be sent."""
    return _recorded(reference, EventKind.APPROVAL_WITHDRAWN, actor)


def repeated_lock(*, reference: str) -> list[Complaint]:
    """Lock a case and the open cases that are merged into it; a reply to it is repeated in these.

    Raises ``ComplaintNotFound``, or ``StaleCase`` where a merge was committed while this waited.
    """
    complaint = case_lock(reference=reference, is_together=True)
    return [complaint, *merged_locked(complaint)]


def _recorded(
    reference: str,
    kind: EventKind,
    actor: Actor,
    version: int | None = None,
    at: datetime | None = None,
) -> Complaint:
    # A decision leaves in the same transaction, and is that of the cases merged into this one.
    complaint = case_lock(reference=reference, version=version, is_together=True)
    event_record(complaint, kind, actor, at=at)
    return complaint
