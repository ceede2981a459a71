"""Approval of an agent's decision or second interim reply by a supervisor, before it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from agency_console.casework.enums import DraftAct
from agency_console.casework.errors import (
    ApprovalNotAsked,
    DraftLocked,
    DraftNotFound,
    OwnApproval,
    ReasonMissing,
    RecipientsChanged,
)
from agency_console.casework.models import CaseDraft
from agency_console.casework.permissions import waits_for_approval
from agency_console.casework.selectors.drafts import approval_digest
from agency_console.casework.services.dispatch import case_draft_require, case_draft_schedule
from agency_console.casework.services.drafts import case_draft_lock, case_draft_save, is_locked
from agency_console.casework.services.recipients import recipients_note
from shared.accounts.models import User
from shared.complaints.enums import EventKind
from shared.complaints.selectors import cases_repeated
from shared.complaints.services import approval_record
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.kernel.errors import DomainError, TryLater

if TYPE_CHECKING:
    from shared.complaints.models import Complaint


@transaction.atomic
def case_draft_submit(
    *, draft_id: UUID, officer: User, actor: Actor, version: int | None
) -> CaseDraft:
    """Check a text and submit it for a supervisor's approval; nothing is sent.

    Raises ``DraftNotFound``, ``DraftLocked`` and what ``case_draft_schedule`` raises.
    """
    draft = case_draft_lock(draft_id=draft_id)
    if draft.officer_id != officer.pk:
        raise DraftNotFound(str(draft_id))
    if is_locked(draft):
        raise DraftLocked(str(draft_id))
    case_draft_require(draft, version=version, is_approved=True)
    case = approval_record(
        reference=draft.complaint.reference, kind=EventKind.APPROVAL_ASKED, actor=actor
    )
    # The supervisor is shown which requests became recipients after the submission.
    recipients_note(draft, is_approved=False)
    draft.version, draft.approval_asked_at = case.version, clock.now()
    draft.failure = draft.returned_because = ""
    draft.save()
    return draft


def case_draft_send_or_submit(
    *,
    complaint: "Complaint",
    officer: User,
    act: DraftAct,
    parts: Mapping[str, str],
    version: int,
    actor: Actor,
    needs_approval: bool,
) -> CaseDraft:
    """Save a checked text, then schedule its sending or submit the text for approval.

    ``needs_approval``: the agency asks for approval of agents' decisions; of other texts, only a
    second interim reply needs approval. A refused text stays saved. Raises what ``case_draft_save``
    and ``case_draft_schedule`` raise.
    """
    # One transaction, because between two transactions the page could save an older text over the
    # checked text, and the older text would be sent.
    with transaction.atomic():
        draft = case_draft_save(
            complaint=complaint, officer=officer, act=act, parts=parts, version=version
        )
        try:
            # The case is read again: a first interim reply may have been sent since the page was
            # opened.
            case = case_draft_lock(draft_id=draft.pk).complaint
            if waits_for_approval(act, officer, is_asked=needs_approval, case=case):
                return case_draft_submit(
                    draft_id=draft.pk, officer=officer, actor=actor, version=version
                )
            return case_draft_schedule(draft_id=draft.pk, officer=officer, version=version)
        except TryLater:
            raise
        except DomainError as error:
            refusal = error
    raise refusal


@transaction.atomic
def case_draft_approve(
    *, draft_id: UUID, asked_at: datetime, officer: User, version: int, digest: str
) -> None:
    """Approve another officer's text, which is sent in its author's name in ten seconds.

    The approval is recorded when the text is sent. The approving officer has read the submission
    made at ``asked_at``, this ``version`` of the case, and the text and recipients of ``digest``.
    Raises ``ApprovalNotAsked``, ``OwnApproval``, ``RecipientsChanged`` and what
    ``case_draft_schedule`` raises.
    """
    draft = _waiting(draft_id, asked_at, officer)
    scheduled = case_draft_schedule(
        draft_id=draft_id, officer=draft.officer, version=version, approved_by=officer
    )
    # The digest is checked after the cases are locked, because the recipients can change before.
    if digest != approval_digest(scheduled, cases_repeated(scheduled.complaint)):
        raise RecipientsChanged(draft.complaint.reference)


@transaction.atomic
def case_draft_return(
    *, draft_id: UUID, asked_at: datetime, officer: User, actor: Actor, reason: str
) -> None:
    """Give a text back to its author unsent; ``reason`` says what has to be changed.

    Raises ``ApprovalNotAsked``, ``OwnApproval`` or ``ReasonMissing``.
    """
    draft = _waiting(draft_id, asked_at, officer)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    case = approval_record(
        reference=draft.complaint.reference, kind=EventKind.APPROVAL_RETURNED, actor=actor
    )
    draft.version, draft.approval_asked_at = case.version, None
    draft.returned_because = reason.strip()
    draft.save()


def _waiting(draft_id: UUID, asked_at: datetime, officer: User) -> CaseDraft:
    draft = case_draft_lock(draft_id=draft_id)
    if draft.approval_asked_at != asked_at or draft.pressed_at is not None:
        raise ApprovalNotAsked(str(draft_id))
    if draft.officer_id == officer.pk:
        raise OwnApproval(str(draft_id))
    return draft
