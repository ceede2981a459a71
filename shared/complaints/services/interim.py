"""Interim replies, which say what was done so far, why the reply is late, and when it comes."""

from dataclasses import replace
from datetime import date

from django.db import transaction

from shared.accounts.models import User
from shared.complaints.enums import EventKind, MessageKind
from shared.complaints.errors import (
    InterimDayInvalid,
    InterimLimit,
    InterimNeedsApproval,
    TransitionNotAllowed,
)
from shared.complaints.models import Complaint, Message
from shared.complaints.permissions import interim_needs_approval, may_send_interim
from shared.complaints.presenters import interim_text
from shared.complaints.services.conversation import message_append
from shared.complaints.services.history import case_lock, event_record
from shared.complaints.services.merge import merged_locked, require_not_merged
from shared.complaints.services.reply_gate import reply_parts_require
from shared.complaints.types import InterimDraft
from shared.complaints.types.dispatch import NOW, Sending
from shared.kernel import clock, legal_deadline
from shared.kernel.actors import Actor


@transaction.atomic
def interim_send(
    *,
    reference: str,
    draft: InterimDraft,
    officer: User,
    actor: Actor,
    is_approved: bool,
    version: int | None = None,
    sending: Sending = NOW,
) -> Message:
    """Send an interim reply; the case keeps its status, and no clock stops.

    ``is_approved``: a supervisor or administrator wrote or approved the reply; the second interim
    reply of a round needs the approval. Raises ``TransitionNotAllowed``, ``CaseMerged``,
    ``StaleCase``, ``InterimLimit``, ``InterimNeedsApproval``, ``InterimDayInvalid``,
    ``PartTooShort`` or ``PartRepeated``.
    """
    complaint = case_lock(reference=reference, version=version, is_together=True)
    pressed_on = clock.civil_day(sending.at) if sending.at else clock.today()
    _require(complaint, draft, is_approved=is_approved, on=pressed_on)
    message = _send(complaint, draft, officer, actor, sending)
    # The files are not repeated in the merged cases, because the same citizen gets all messages.
    beside = replace(sending, draft_id=None)
    for one in merged_locked(complaint):
        _send(one, draft, officer, actor, beside)
    return message


def _send(
    complaint: Complaint, draft: InterimDraft, officer: User, actor: Actor, sending: Sending
) -> Message:
    text = interim_text(draft=draft, language=complaint.language, due_on=complaint.due_on)
    message = message_append(complaint, MessageKind.INTERIM, text, officer=officer, sending=sending)
    complaint.interim_until = draft.until
    complaint.interim_replies += 1
    event_record(complaint, EventKind.INTERIM_REPLY, actor, at=sending.at, until=draft.until)
    return message


@transaction.atomic
def interim_require(
    *, reference: str, draft: InterimDraft, is_approved: bool, version: int | None = None
) -> None:
    """Raise an error if an interim reply could not be sent; nothing is written.

    The case stays locked. Raises the errors of ``interim_send``.
    """
    complaint = case_lock(reference=reference, version=version, is_together=True)
    _require(complaint, draft, is_approved=is_approved, on=clock.today())


def _require(complaint: Complaint, draft: InterimDraft, *, is_approved: bool, on: date) -> None:
    if not complaint.is_open:
        raise TransitionNotAllowed(complaint.reference)
    require_not_merged(complaint)
    # The limit is checked in each merged case, because the interim reply is repeated in each.
    together = (complaint, *merged_locked(complaint))
    if not all(map(may_send_interim, together)):
        raise InterimLimit(complaint.reference)
    if any(map(interim_needs_approval, together)) and not is_approved:
        raise InterimNeedsApproval(complaint.reference)
    if not legal_deadline.may_announce(draft.until, on=on):
        raise InterimDayInvalid(field="until")
    reply_parts_require(draft, on=on)
