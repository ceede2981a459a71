"""Messages, questions and internal notes of a case."""

from datetime import timedelta

from django.db import transaction

from shared.accounts.models import User
from shared.complaints.enums import Author, EventKind, MessageKind, Status
from shared.complaints.errors import (
    ConversationEnded,
    InvalidDraft,
    TooManyByEmail,
    TransitionNotAllowed,
)
from shared.complaints.models import Complaint, Message, Note
from shared.complaints.permissions import may_write
from shared.complaints.selectors import is_added_by_email_lately
from shared.complaints.services.draft_files import case_draft_files_send
from shared.complaints.services.history import case_lock, event_record, status_set
from shared.complaints.services.merge import unmerged_lock
from shared.complaints.services.search_words import words_append
from shared.complaints.types import MAX_TEXT_LENGTH
from shared.complaints.types.dispatch import NOW, Sending
from shared.complaints.workflow import require_move
from shared.kernel import clock, legal_deadline
from shared.kernel.actors import Actor
from shared.kernel.identifiers import uuid7

DAY = timedelta(days=1)
# Somebody who adds many messages without the receipt code may want to hide the citizen's messages.
MAX_BY_EMAIL = 20


@transaction.atomic
def citizen_message_add(
    *, reference: str, body: str, actor: Actor, is_by_email: bool = False
) -> Message:
    """Add a message of the citizen; the message also answers an open question to the citizen.

    ``is_by_email``: the writer gave only the reference and the e-mail address. The message is then
    marked, and an e-mail goes to that address, at most one in ten minutes. Raises
    ``ConversationEnded``, ``TooManyByEmail`` or ``InvalidDraft``.
    """
    complaint = case_lock(reference=reference, is_together=True)
    if not may_write(complaint, at=clock.now()):
        raise ConversationEnded(reference)
    if (
        is_by_email
        and complaint.messages.filter(is_by_email=True, at__gt=clock.now() - DAY).count()
        >= MAX_BY_EMAIL
    ):
        raise TooManyByEmail(reference)
    is_told = is_by_email and not is_added_by_email_lately(complaint, at=clock.now())
    message = message_append(
        complaint, MessageKind.MESSAGE, body, officer=None, is_by_email=is_by_email
    )
    if complaint.status == Status.AWAITING_CITIZEN:
        status_set(complaint, Status.IN_PROGRESS)
    event_record(complaint, EventKind.MESSAGE_BY_CITIZEN, actor, is_by_email=is_told)
    return message


@transaction.atomic
def officer_message_add(
    *,
    reference: str,
    body: str,
    officer: User,
    actor: Actor,
    version: int | None = None,
    sending: Sending = NOW,
) -> Message:
    """Add an officer's message to the citizen that is not the reply; no clock stops.

    Raises ``ConversationEnded``, ``CaseMerged``, ``StaleCase`` or ``InvalidDraft``.
    """
    complaint = unmerged_lock(reference=reference, version=version)
    # The officer may write as long as the citizen may write, also after the reply.
    if not may_write(complaint, at=sending.at or clock.now()):
        raise ConversationEnded(reference)
    message = message_append(complaint, MessageKind.MESSAGE, body, officer=officer, sending=sending)
    event_record(complaint, EventKind.MESSAGE_BY_AGENCY, actor, at=sending.at)
    return message


@transaction.atomic
def question_ask(
    *,
    reference: str,
    body: str,
    officer: User,
    actor: Actor,
    version: int | None = None,
    sending: Sending = NOW,
) -> Message:
    """Ask the citizen a question and set the day for the answer; the legal clock does not stop.

    Raises ``TransitionNotAllowed``, ``CaseMerged``, ``StaleCase`` or ``InvalidDraft``.
    """
    complaint = unmerged_lock(reference=reference, version=version)
    message = message_append(
        complaint, MessageKind.QUESTION, body, officer=officer, sending=sending
    )
    status_set(complaint, Status.AWAITING_CITIZEN)
    complaint.awaiting_until = clock.today() + timedelta(days=legal_deadline.ANSWER_DAYS)
    event_record(complaint, EventKind.QUESTION_ASKED, actor, at=sending.at)
    return message


@transaction.atomic
def message_require(
    *, reference: str, body: str, is_question: bool, version: int | None = None
) -> None:
    """Raise an error if a message or question could not be sent; nothing is written.

    The case stays locked. Raises the errors of ``officer_message_add`` or ``question_ask``.
    """
    complaint = unmerged_lock(reference=reference, version=version)
    if is_question:
        require_move(Status(complaint.status), Status.AWAITING_CITIZEN)
    elif not may_write(complaint, at=clock.now()):
        raise ConversationEnded(reference)
    _text(body)


@transaction.atomic
def question_withdraw(*, reference: str, actor: Actor, version: int | None = None) -> None:
    """Withdraw the open question; the working clock goes on, and the citizen gets an e-mail.

    Raises ``TransitionNotAllowed`` where no question is open, ``CaseMerged`` or ``StaleCase``.
    """
    complaint = unmerged_lock(reference=reference, version=version)
    if complaint.status != Status.AWAITING_CITIZEN:
        raise TransitionNotAllowed(reference)
    status_set(complaint, Status.IN_PROGRESS)
    event_record(complaint, EventKind.QUESTION_WITHDRAWN, actor)


@transaction.atomic
def note_add(*, reference: str, body: str, officer: User, actor: Actor) -> None:
    """Add an internal note; the citizen and the national register never see it.

    Raises ``TransitionNotAllowed`` where another agency has the case, or ``InvalidDraft``.
    """
    complaint = case_lock(reference=reference)
    if complaint.status == Status.TRANSFERRED:
        raise TransitionNotAllowed(reference)
    note = Note(complaint=complaint, officer=officer, body=_text(body), at=clock.now())
    words_append(complaint, note.body)
    event_record(complaint, EventKind.NOTE_ADDED, actor, beside=[note])


def message_append(
    complaint: Complaint,
    kind: MessageKind,
    body: str,
    *,
    officer: User | None,
    is_by_email: bool = False,
    organisation_code: str = "",
    sending: Sending = NOW,
) -> Message:
    """Store one message with the files of its draft; without an ``officer`` the writer is the
    citizen.

    The words of the message are set in memory; ``event_record`` writes the words with the case.
    Raises ``TransitionNotAllowed`` or ``InvalidDraft``.
    """
    if officer is not None and complaint.status == Status.TRANSFERRED:
        raise TransitionNotAllowed(complaint.reference)
    message = Message.objects.create(
        id=uuid7(),
        complaint=complaint,
        kind=kind,
        author=Author.CITIZEN if officer is None else Author.AGENCY,
        officer=officer,
        body=_text(body),
        organisation_code=organisation_code,
        is_by_email=is_by_email,
        near_copy=sending.near_copy,
        at=sending.at or clock.now(),
    )
    words_append(complaint, message.body)
    if sending.draft_id is not None:
        case_draft_files_send(message, draft_id=sending.draft_id)
    return message


def _text(body: str) -> str:
    text = body.strip()
    if not text or len(text) > MAX_TEXT_LENGTH:
        raise InvalidDraft(field="body")
    return text
