"""Services for replies to cases, refusals, directions and the assignment of cases to officers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import cast

from django.db import transaction

from shared.accounts.models import User
from shared.complaints.enums import BODY_GROUNDS, PROMISES, EventKind, MessageKind, Status
from shared.complaints.errors import BodyNotNamed, OwnBody, SameOfficer, TransitionNotAllowed
from shared.complaints.models import Complaint, Message
from shared.complaints.presenters import direction_text, refusal_text, reply_text
from shared.complaints.selectors import case_deciders
from shared.complaints.services.conversation import message_append
from shared.complaints.services.draft_files import message_files_copy
from shared.complaints.services.history import case_lock, event_record, status_set
from shared.complaints.services.merge import merged_locked, require_not_merged, unmerged_lock
from shared.complaints.services.parts import require_answered_by_itself
from shared.complaints.services.reply_gate import reply_parts_require
from shared.complaints.types import DirectionDraft, RefusalDraft, ReplyDraft
from shared.complaints.types.dispatch import NOW, Sending
from shared.complaints.workflow import require_move
from shared.directory.selectors.organisations import handling_agency_code
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.units.errors import OfficerAbsent, OfficerInactive, OfficerOutsideUnit
from shared.units.services import officer_lock
from shared.units.types import OfficerState


@transaction.atomic
def complaint_assign(
    *,
    reference: str,
    officer: User,
    actor: Actor,
    version: int | None = None,
    stands_in_for: User | None = None,
    is_hand_over: bool = False,
) -> Complaint:
    """Assign a case to an officer; the former officer loses the case in the same transaction.

    ``stands_in_for``: the absent officer to whom the case returns. ``is_hand_over``: the former
    officer leaves or is absent, so a case that is merged into another case is assigned too.

    A re-opened case is not assigned to an officer who decided on it before, unless no other officer
    can answer; the event then has ``same_officer``. Raises ``TransitionNotAllowed``,
    ``CaseMerged``, ``SameOfficer``, ``StaleCase``, ``OfficerInactive``, ``OfficerAbsent`` or
    ``OfficerOutsideUnit``.
    """
    state = officer_lock(user_id=officer.pk)
    complaint = case_lock(reference=reference, version=version)
    if not is_hand_over:
        require_not_merged(complaint)
    if not complaint.is_open:
        raise TransitionNotAllowed(reference)
    _require_able(state, unit_id=complaint.unit_id)
    same_officer = _is_same_officer(complaint, officer)
    complaint.assignee, complaint.stands_in_for = officer, stands_in_for
    if complaint.status == Status.RECEIVED:
        status_set(complaint, Status.IN_PROGRESS)
    event_record(complaint, EventKind.ASSIGNED, actor, same_officer=same_officer)
    return complaint


@transaction.atomic
def complaint_unassign(
    *, reference: str, actor: Actor, version: int | None = None, is_hand_over: bool = False
) -> Complaint:
    """Remove the officer of an open case, so that the case waits in its unit.

    ``is_hand_over``: the officer leaves or is absent, so a merged case is accepted too. Raises
    ``TransitionNotAllowed`` where the case has no officer or is not open, ``CaseMerged`` or
    ``StaleCase``.
    """
    complaint = case_lock(reference=reference, version=version)
    if not is_hand_over:
        require_not_merged(complaint)
    if not complaint.is_open or complaint.assignee_id is None:
        raise TransitionNotAllowed(reference)
    complaint.assignee = complaint.stands_in_for = None
    event_record(complaint, EventKind.UNASSIGNED, actor)
    return complaint


@transaction.atomic
def complaint_reply(
    *,
    reference: str,
    draft: ReplyDraft,
    officer: User,
    actor: Actor,
    version: int | None = None,
    sending: Sending = NOW,
) -> Message:
    """Send the reasoned reply; a case without an officer is assigned to ``officer``.

    The reply also answers the cases merged into this case. Raises ``TransitionNotAllowed``,
    ``CaseMerged``, ``PartOfWhole``, ``SameOfficer``, ``StaleCase``, ``InvalidDraft``,
    ``PartTooShort``, ``PartRepeated``, ``PromisedDayOutside`` or ``PromiseWithoutText``.
    """
    complaint = _decision_lock(reference, version)
    decided = _Decision(
        status=Status.ANSWERED,
        outcome=draft.outcome,
        promised_on=draft.promised_on if draft.outcome in PROMISES else None,
        text=partial(reply_text, draft=draft, language=complaint.language),
    )
    return _decide(complaint, draft, decided, officer=officer, actor=actor, sending=sending)


@transaction.atomic
def complaint_refuse(
    *,
    reference: str,
    draft: RefusalDraft,
    officer: User,
    actor: Actor,
    version: int | None = None,
    sending: Sending = NOW,
) -> Message:
    """Refuse a request on a legal ground, and name the next recourse (decree 2.17.265).

    Raises ``TransitionNotAllowed``, ``CaseMerged``, ``PartOfWhole``, ``SameOfficer``,
    ``StaleCase``, ``InvalidDraft``, ``BodyNotNamed``, ``PartTooShort``, ``ContactTooShort`` or
    ``PartRepeated``.
    """
    complaint = _decision_lock(reference, version)
    _require_body(draft)
    decided = _Decision(
        status=Status.INADMISSIBLE,
        text=partial(refusal_text, draft=draft, language=complaint.language),
    )
    return _decide(complaint, draft, decided, officer=officer, actor=actor, sending=sending)


@transaction.atomic
def complaint_direct(
    *,
    reference: str,
    draft: DirectionDraft,
    agency_code: str,
    officer: User,
    actor: Actor,
    version: int | None = None,
    sending: Sending = NOW,
) -> Message:
    """Send the citizen a refusal that names the competent body.

    Decree 2.17.265 obliges an administration that is not competent to name that body within 15
    days. If the body is not in the directory, the citizen gets the e-mail of a plain refusal. The
    case ends as inadmissible, and can be re-opened like any refusal. ``agency_code``: the agency
    that holds the case. Raises ``TransitionNotAllowed``, ``CaseMerged``, ``PartOfWhole``,
    ``SameOfficer``, ``StaleCase``, ``OwnBody``, ``BodyNotNamed``, ``InvalidDraft``,
    ``PartTooShort``, ``ContactTooShort`` or ``PartRepeated``.
    """
    complaint = _decision_lock(reference, version)
    _require_body(draft)
    for one in (complaint, *merged_locked(complaint)):
        _require_other_body(one, draft.organisation_code, agency_code=agency_code)
    decided = _Decision(
        status=Status.INADMISSIBLE,
        text=partial(direction_text, draft=draft, language=complaint.language),
        directed_to=draft.organisation_code,
    )
    return _decide(complaint, draft, decided, officer=officer, actor=actor, sending=sending)


@transaction.atomic
def decision_require(
    *,
    reference: str,
    draft: ReplyDraft | RefusalDraft | DirectionDraft,
    officer: User,
    version: int | None = None,
) -> None:
    """Raise an error if a decision could not be sent; nothing is written, the case stays locked.

    Raises ``TransitionNotAllowed``, ``CaseMerged``, ``PartOfWhole``, ``SameOfficer``,
    ``StaleCase``, ``InvalidDraft``, ``BodyNotNamed``, ``PartTooShort``, ``ContactTooShort``,
    ``PartRepeated``, ``PromisedDayOutside`` or ``PromiseWithoutText``.
    """
    complaint = _decision_lock(reference, version)
    is_reply = isinstance(draft, ReplyDraft)
    for one in (complaint, *merged_locked(complaint)):
        # A received case needs no check of its status, because a reply first assigns the case.
        if not (is_reply and one.status == Status.RECEIVED):
            require_move(Status(one.status), Status.ANSWERED if is_reply else Status.INADMISSIBLE)
        _is_same_officer(one, officer)
    _require_body(draft)
    reply_parts_require(draft, on=clock.today())


def _decision_lock(reference: str, version: int | None) -> Complaint:
    complaint = unmerged_lock(reference=reference, version=version, is_together=True)
    require_answered_by_itself(complaint)
    return complaint


def _require_body(draft: ReplyDraft | RefusalDraft | DirectionDraft) -> None:
    """Raise ``BodyNotNamed`` if a decision lacks the competent body that its ground requires."""
    if isinstance(draft, RefusalDraft) and draft.ground in BODY_GROUNDS:
        raise BodyNotNamed(field="ground")
    if isinstance(draft, DirectionDraft) and not draft.organisation.fr.strip():
        raise BodyNotNamed(field="organisation_code")


def _require_able(state: OfficerState, *, unit_id: int | None) -> None:
    """Raise an error if an officer is inactive, absent, or may not open cases of the unit.

    Raises ``OfficerInactive``, ``OfficerAbsent`` or ``OfficerOutsideUnit``.
    """
    if not state.is_able:
        raise OfficerInactive
    if state.absent_until is not None:
        raise OfficerAbsent(state.absent_until)
    if not state.scope.holds(unit_id):
        raise OfficerOutsideUnit


def _require_other_body(complaint: Complaint, code: str, *, agency_code: str) -> None:
    """Raise ``OwnBody`` if a direction names the case's own body, for which this agency answers.

    The orientation desk does not answer for the bodies whose requests it receives, so its direction
    may name the body that the citizen chose.
    """
    # The citizen would file with the same agency again, and the legal term would begin again.
    if code == complaint.organisation_code and handling_agency_code(code=code) == agency_code:
        raise OwnBody(code, field="organisation_code")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    """A decision that ends a round.

    ``text`` returns the text of the message; its argument says whether the case was re-opened.
    """

    status: Status
    text: Callable[..., str]
    outcome: str = ""
    directed_to: str = ""
    promised_on: date | None = None


def _decide(
    complaint: Complaint,
    draft: ReplyDraft | RefusalDraft | DirectionDraft,
    decided: _Decision,
    *,
    officer: User,
    actor: Actor,
    sending: Sending,
) -> Message:
    """Answer a case and the open cases merged into it; each case gets a message of its own."""
    cases = [complaint, *merged_locked(complaint)]
    # All cases are checked first: if the officer may not decide on one case, no case is answered.
    again = [_is_same_officer(one, officer) for one in cases]
    reply_parts_require(draft, on=clock.civil_day(sending.at or clock.now()))
    message: Message | None = None
    for one, same_officer in zip(cases, again, strict=True):
        own = sending if message is None else Sending(at=sending.at)
        if decided.status == Status.ANSWERED and one.status == Status.RECEIVED:
            one.assignee = officer
            status_set(one, Status.IN_PROGRESS)
            event_record(one, EventKind.ASSIGNED, actor, at=sending.at)
        sent = _answer(
            one, decided, officer=officer, actor=actor, same_officer=same_officer,
            sending=own, files_of=message,
        )  # fmt: skip
        message = message or sent
    return cast(Message, message)


def _answer(
    complaint: Complaint,
    decided: _Decision,
    *,
    officer: User,
    actor: Actor,
    same_officer: bool,
    sending: Sending,
    files_of: Message | None,
) -> Message:
    refused = decided.status == Status.INADMISSIBLE
    status_set(complaint, decided.status)
    complaint.outcome, complaint.promised_on = decided.outcome, decided.promised_on
    complaint.answered_at = sending.at or clock.now()
    complaint.answered_by = officer
    complaint.assignee = complaint.assignee or officer
    message = message_append(
        complaint,
        MessageKind.REFUSAL if refused else MessageKind.REPLY,
        decided.text(is_second=complaint.reopened > 0),
        officer=officer,
        organisation_code=decided.directed_to,
        sending=sending,
    )
    if files_of is not None:
        message_files_copy(files_of, to=message)
    event_record(
        complaint,
        EventKind.INADMISSIBLE if refused else EventKind.ANSWERED,
        actor,
        directed_to=decided.directed_to,
        same_officer=same_officer,
        at=sending.at,
    )
    return message


def _is_same_officer(complaint: Complaint, officer: User) -> bool:
    """Return whether the officer decided on the case before and no other officer could decide now.

    Raises ``SameOfficer`` where another officer could decide.
    """
    # A check of the status is not enough: a question to the citizen sets a re-opened case back to
    # "in progress", and the same officer could then decide again.
    deciders = case_deciders(complaint)
    if officer.pk in deciders.barred:
        raise SameOfficer(complaint.reference)
    return deciders.may_only_repeat(officer.pk)
