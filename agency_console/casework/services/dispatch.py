"""Services that check a case draft when the officer presses "send", and send it later.

For ten seconds the case gets no event, e-mail or status, and the officer can take the text back.
The worker sends the text, so the officer may close the browser.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from agency_console.casework.enums import DECISIONS, HOLD_SECONDS, DraftAct
from agency_console.casework.errors import (
    DecisionBeingSent,
    DraftFileInfected,
    DraftLocked,
    DraftNotFound,
)
from agency_console.casework.models import CaseDraft
from agency_console.casework.presenters import decision_of, draft_text, interim_of
from agency_console.casework.services.drafts import case_draft_lock, is_locked
from agency_console.casework.services.recipients import recipients_note, recipients_require
from agency_console.reply_templates.services import template_used
from shared.accounts.models import User
from shared.accounts.permissions import may_assign
from shared.complaints.enums import EventKind, ScanState
from shared.complaints.selectors import case_draft_files, near_copy_percentage
from shared.complaints.services import (
    approval_record,
    complaint_direct,
    complaint_refuse,
    complaint_reply,
    decision_require,
    interim_require,
    interim_send,
    message_require,
    officer_message_add,
    question_ask,
)
from shared.complaints.types.dispatch import Sending
from shared.jobs.enums import Queue, TaskPlace
from shared.jobs.services.schema_tasks import schema_task
from shared.kernel import clock
from shared.kernel.actors import SYSTEM, Actor, ActorKind
from shared.kernel.errors import DomainError, TryLater

HOLD = timedelta(seconds=HOLD_SECONDS)
# A task may start a little before its time, because the clocks of two servers may differ.
EARLY = timedelta(seconds=1)
# These tasks run before other tasks, because officers wait for the result.
PRIORITY = 50


@transaction.atomic
def case_draft_schedule(
    *, draft_id: UUID, officer: User, version: int | None, approved_by: User | None = None
) -> CaseDraft:
    """Check a text now and schedule its sending in ten seconds.

    ``officer`` is the author. ``version``: the version of the case that the author, or the person
    who approves, has read. Raises ``DraftNotFound``, ``DraftLocked``, ``DecisionBeingSent`` and
    what the sending service raises.
    """
    draft = case_draft_lock(draft_id=draft_id)
    if draft.officer_id != officer.pk:
        raise DraftNotFound(str(draft_id))
    if draft.pressed_at is not None or (is_locked(draft) and approved_by is None):
        raise DraftLocked(str(draft_id))
    case_draft_require(draft, version=version, is_approved=is_approved(draft.officer, approved_by))
    recipients_note(draft, is_approved=approved_by is not None)
    draft.pressed_at, draft.approved_by = clock.now(), approved_by
    draft.failure = draft.returned_because = ""
    draft.save()
    send_draft.using(run_after=draft.pressed_at + HOLD).enqueue(draft_id=str(draft.pk))
    return draft


@transaction.atomic
def case_draft_take_back(*, draft_id: UUID, user: User) -> CaseDraft:
    """Take back a text that is not sent yet, or that waits for approval.

    The text is unchanged. If the person who approved takes the text back, the text waits for
    approval again. Raises ``DraftNotFound``.
    """
    draft = case_draft_lock(draft_id=draft_id)
    if user.pk not in (draft.officer_id, draft.approved_by_id) or not is_locked(draft):
        raise DraftNotFound(str(draft_id))
    if user.pk == draft.officer_id:
        _wait_no_more(draft, _actor(user))
    draft.pressed_at = draft.approved_by = None
    draft.save(update_fields=["pressed_at", "approved_by", "approval_asked_at", "version"])
    return draft


def _wait_no_more(draft: CaseDraft, actor: Actor) -> None:
    """Withdraw a text from approval, with an event; the caller saves the draft."""
    if draft.approval_asked_at is None:
        return
    case = approval_record(
        reference=draft.complaint.reference, kind=EventKind.APPROVAL_WITHDRAWN, actor=actor
    )
    if draft.version == case.version - 1:
        # The author read the version before this event, so the new version is no conflict.
        draft.version = case.version
    draft.approval_asked_at = None


def is_approved(author: User, approved_by: User | None) -> bool:
    """Return whether the text was written or approved by a person who may assign cases."""
    return approved_by is not None or may_assign(author.role)


def case_draft_require(draft: CaseDraft, *, version: int | None, is_approved: bool) -> None:
    """Refuse a text that cannot be sent; the case stays locked until the transaction ends.

    ``is_approved``: a person who may assign cases wrote or approved the text, or will approve it.
    Raises ``DecisionBeingSent``, ``DraftFileInfected`` and what the sending service raises.
    """
    reference, act = draft.complaint.reference, DraftAct(draft.act)
    if any(file.scan == ScanState.INFECTED for file in case_draft_files(draft_id=draft.pk)):
        raise DraftFileInfected(reference)
    if act in DECISIONS:
        decision_require(
            reference=reference, draft=decision_of(draft), officer=draft.officer, version=version
        )
        others = CaseDraft.objects.filter(
            complaint_id=draft.complaint_id, act__in=DECISIONS, pressed_at__isnull=False
        )
        if others.exclude(pk=draft.pk).exists():
            raise DecisionBeingSent(reference)
    elif act == DraftAct.INTERIM:
        interim_require(
            reference=reference, draft=interim_of(draft), is_approved=is_approved, version=version
        )
    else:
        message_require(
            reference=reference,
            body=draft.parts.get("body", ""),
            is_question=act == DraftAct.ASK,
            version=version,
        )


@schema_task(place=TaskPlace.AGENCY, attempts=20, priority=PRIORITY, queue=Queue.DEFAULT)
def send_draft(draft_id: str) -> bool:
    """Send a text whose ten seconds are over; return ``False`` if nothing was sent."""
    return case_draft_send(draft_id=UUID(draft_id))


def case_draft_send(*, draft_id: UUID) -> bool:
    """Send a text ten seconds after "send" was pressed; return ``False`` if nothing was sent.

    The legal time of the text is when "send" was pressed. A text that can no longer be sent stays a
    draft with the code of the refusal, which its author reads.
    """
    try:
        with transaction.atomic():
            return _sent(case_draft_lock(draft_id=draft_id))
    except DraftNotFound:
        return False
    except TryLater:
        # The servers failed, not the text: the task is retried.
        raise
    except DomainError as refusal:
        _fail(draft_id, refusal.code)
        return False


@transaction.atomic
def _fail(draft_id: UUID, code: str) -> None:
    """Return a refused text to its author, with the code of the refusal."""
    with suppress(DraftNotFound):
        draft = case_draft_lock(draft_id=draft_id)
        if draft.pressed_at is None or draft.pressed_at > clock.now() - HOLD + EARLY:
            # The text was taken back, or "send" was pressed again, which queued another task.
            return
        _wait_no_more(draft, SYSTEM)
        draft.pressed_at = draft.approved_by = None
        draft.failure = code[:40]
        draft.save()


def _sent(draft: CaseDraft) -> bool:
    if draft.pressed_at is None:
        return False
    if clock.now() < draft.pressed_at + HOLD - EARLY:
        # "Send" was pressed again, and this is the first task; or the clock of a server is wrong.
        send_draft.using(run_after=draft.pressed_at + HOLD).enqueue(draft_id=str(draft.pk))
        return False
    recipients_require(draft)
    service, command = _service_of(draft)
    reference = draft.complaint.reference
    if draft.approved_by is not None:
        approval_record(
            reference=reference,
            kind=EventKind.APPROVED,
            actor=_actor(draft.approved_by),
            at=draft.pressed_at,
        )
    service(
        reference=reference,
        officer=draft.officer,
        actor=_actor(draft.officer),
        sending=Sending(at=draft.pressed_at, draft_id=draft.pk, near_copy=_near_copy(draft)),
        **command,
    )
    if template := draft.parts.get("template", ""):
        template_used(int(template))
    draft.delete()
    return True


def _near_copy(draft: CaseDraft) -> int | None:
    """Return the percentage of a decision copied from an earlier reply; ``None`` if low."""
    if draft.act not in DECISIONS:
        return None
    return near_copy_percentage(draft_text(draft), category_code=draft.complaint.category_code)


def _actor(officer: User) -> Actor:
    return Actor(kind=ActorKind.OFFICER, label=officer.name, user_id=officer.pk)


def _service_of(draft: CaseDraft) -> tuple[Callable[..., object], Mapping[str, Any]]:
    act = DraftAct(draft.act)
    if act == DraftAct.INTERIM:
        approved = is_approved(draft.officer, draft.approved_by)
        return interim_send, {"draft": interim_of(draft), "is_approved": approved}
    if act not in DECISIONS:
        service = question_ask if act == DraftAct.ASK else officer_message_add
        return service, {"body": draft.parts.get("body", "")}
    command: dict[str, Any] = {"draft": decision_of(draft)}
    if act == DraftAct.DIRECT:
        return complaint_direct, command | {"agency_code": draft.parts["agency_code"]}
    return (complaint_reply if act == DraftAct.REPLY else complaint_refuse), command
