"""Frozen data of cases, given out of an agency's schema in place of model instances."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.complaints.enums import (
    DECISION_MESSAGES,
    SAME_OFFICER_TEXTS,
    Author,
    Channel,
    Consent,
    Declaration,
    EventKind,
    Kind,
    Language,
    MessageKind,
    Outcome,
    Privacy,
    ScanState,
    Status,
)
from shared.complaints.types.custody import OVERSIGHT, CustodyStep, FormerAccess
from shared.complaints.types.decisions import (
    DirectionDraft,
    InterimDraft,
    RefusalDraft,
    ReplyDraft,
)
from shared.complaints.types.lists import CaseLoad, EarlierCase, InboxCase, InboxPosition
from shared.complaints.types.request_draft import (
    Assistance,
    ComplaintDraft,
    Identity,
    PartyDraft,
    RatingDraft,
    StoredFile,
    UploadedContent,
)
from shared.kernel.clock_ledger import LedgerDay, LedgerMark, Wait, WorkingClock
from shared.kernel.legal_deadline import LegalClock

__all__ = [
    "MAX_TEXT_LENGTH",
    "OVERSIGHT",
    "Appeal",
    "Assistance",
    "CaseBasics",
    "CaseLoad",
    "CaseSummary",
    "ComplaintDraft",
    "CustodyStep",
    "DirectionDraft",
    "EarlierCase",
    "FileContent",
    "Filed",
    "FormerAccess",
    "GivenRating",
    "Identity",
    "InboxCase",
    "InboxPosition",
    "InterimDraft",
    "PartyDraft",
    "Promise",
    "PublicAttachment",
    "PublicCase",
    "PublicMessage",
    "RatingDraft",
    "RefusalDraft",
    "ReplyDraft",
    "Round",
    "SentItem",
    "StoredFile",
    "StoredFiles",
    "TimelineEntry",
    "UploadedContent",
]


# The limit of one text of a citizen or an officer, in characters.
MAX_TEXT_LENGTH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """An event of a case as its citizen may read it.

    ``same_officer``: an officer who had decided before got the case or decided, because no other
    officer could. ``agency_code``: the agency that held the case at that time; blank for the
    present holder. ``until``: the day that an interim reply announces.
    """

    kind: EventKind
    status: Status
    by: str
    at: datetime
    same_officer: bool = False
    agency_code: str = ""
    until: date | None = None

    @property
    def same_officer_text(self) -> str:
        """Return the sentence about ``same_officer``; blank if the property is false."""
        return str(SAME_OFFICER_TEXTS[self.kind]) if self.same_officer else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The time from the filing or a re-opening to the reply, with the waits for the citizen.

    ``marks``: events of the round that the ledger shows; no mark stops a clock.
    """

    filed_on: date
    ended_on: date | None
    waits: tuple[Wait, ...]
    marks: tuple[LedgerMark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentItem:
    """A message or a file that the citizen or the agency sent to a case.

    ``is_by_email``: the sender gave only the reference and the e-mail address as proof.
    ``is_joint``: the agency sent the message or file while the case was merged with another case.
    """

    id: UUID
    author: Author
    is_by_email: bool
    at: datetime
    is_joint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedPair:
    """The references of a merged case and of its main case.

    ``is_open``: the merged case is open; otherwise it was answered with its main case.
    """

    reference: str
    main: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyMarks:
    """The data of a case's party by which the parties of two cases are compared."""

    name: str
    email: str
    phone: str
    privacy: Privacy


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMessage(SentItem):
    """One message of a case; ``organisation_code`` is the competent body that the message names.

    ``agency_code``: the agency that wrote the message, if it is not the present holder.
    ``is_unproved``: the national record does not confirm who wrote the message. ``is_withheld``:
    ``body`` only says how to read the message.
    """

    kind: MessageKind
    body: str
    organisation_code: str = ""
    agency_code: str = ""
    is_unproved: bool = False
    is_withheld: bool = False

    @property
    def is_decision(self) -> bool:
        """Return whether the message is a reply or a refusal."""
        return self.kind in DECISION_MESSAGES

    @property
    def is_direction(self) -> bool:
        """Return whether the message is a refusal with the code of the competent body.

        Pages do not call such a message a refusal.
        """
        return self.kind == MessageKind.REFUSAL and self.organisation_code != ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAttachment(SentItem):
    """One file of a case; ``size`` in bytes, ``sha256`` of its content in hexadecimal.

    ``message_id``: the agency's message with which the file was sent.
    """

    name: str
    content_type: str
    size: int
    sha256: str
    scan: ScanState
    question: str
    message_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """The data of a case on its receipt: the filed content, the status, and the legal term.

    ``consent``: how the person agreed, if an officer filed the request for the person.
    """

    kind: Kind
    organisation_code: str
    subject: str
    language: Language
    status: str
    category_code: str
    received_at: datetime
    due_on: date | None
    consent: Consent | None
    is_anonymous: bool = False
    files: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFiles:
    """The result of a check that the storage has all files of an agency.

    ``found_again``: the number of files that were recorded as missing and are stored now.
    """

    count: int
    missing: tuple[UUID, ...]
    found_again: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContent(UploadedContent):
    """The content of a file for its reader; ``is_of_agency``: the agency sent the file."""

    content_type: str
    is_of_agency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRating(RatingDraft):
    """The citizen's rating of one reply. Round 0 is the first reply; each re-opening adds 1."""

    round: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The promise of the current reply, on which the citizen may report.

    ``kept`` is ``None`` without a report.
    """

    kept: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """The state of the citizen's request for a review by national oversight.

    ``is_asked``: a review was requested since the latest reply or re-opening. ``is_waiting``: a
    review is undecided, also if the case has changed since.
    """

    is_asked: bool = False
    is_waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBasics:
    """The data of a case that its citizen sees in lists and on the page of the case.

    ``due_on`` is the last day of the legal term; ``None`` if the request has no legal term.
    """

    reference: str
    kind: Kind
    status: Status
    organisation_code: str
    subject: str
    privacy: Privacy
    received_at: datetime
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary(CaseBasics):
    """A case in a citizen's list, with its status and its latest event.

    ``is_directed``: the refusal in force names the competent body. ``is_rated``: the citizen has
    rated the current reply. ``is_review_pending``: the citizen asked national oversight for a
    review, which is not decided yet. ``is_split``: the case has parts or is a part.
    """

    last_event: EventKind
    last_at: datetime
    is_rated: bool
    is_review_pending: bool
    is_directed: bool
    is_given_back: bool = False
    is_split: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCase(CaseBasics):
    """One case as its citizen may see it, with the acts that the citizen may do now.

    ``follows``: the reference of the citizen's earlier request, or blank. ``answer_by``: the last
    day on which the citizen can answer the officer's question; ``None`` without a question.
    ``interim_until``: the day announced by the latest interim reply of the round. ``accesses``:
    when officers opened the case; ``oversight_accesses`` and ``oversight_file_reads``: when
    national oversight opened the case or read a file. ``former_accesses``: the accesses at earlier
    holders. ``undelivered_on``: the day on which the latest undelivered e-mail was queued, or
    ``None``. ``custody``: each agency's days with the case; empty if no other agency had the case.
    ``is_split``: the case has parts or is a part; ``is_part``: the case is a part, and an officer
    of ``cut_by_code`` wrote its subject and text. ``is_given_back``: the whole request answers the
    part. ``offered_to``: the code of the agency to which the case is offered, ``OVERSIGHT`` if
    national oversight decides who is competent, otherwise blank. ``handed_to``: the code of the
    agency to which a stub was transferred; blank for any other case. ``merged_with``: references of
    the citizen's other requests with which the case is merged or was answered; ``is_joined``: such
    requests exist, even if ``merged_with`` does not show them. ``promised_on``: the day by which
    the reply in force will be carried out.
    """

    category_code: str
    body: str
    remedy: str
    place: str
    happened_on: date | None
    declarations: tuple[Declaration, ...]
    follows: str
    channel: Channel
    language: Language
    clock: LegalClock | None
    working: WorkingClock
    ledger: tuple[LedgerDay, ...]
    answer_by: date | None
    outcome: Outcome | None
    answered_at: datetime | None
    reopened: int
    held_by_officer: bool
    timeline: tuple[TimelineEntry, ...]
    messages: tuple[PublicMessage, ...]
    attachments: tuple[PublicAttachment, ...]
    ratings: tuple[GivenRating, ...]
    promised_on: date | None
    promise: Promise | None
    accesses: tuple[datetime, ...]
    oversight_accesses: tuple[datetime, ...]
    oversight_file_reads: tuple[datetime, ...]
    appeal: Appeal
    may_write: bool
    may_rate: bool
    may_reopen: bool
    may_appeal: bool
    may_withdraw: bool
    undelivered_on: date | None = None
    custody: tuple[CustodyStep, ...] = ()
    is_split: bool = False
    is_part: bool = False
    cut_by_code: str = ""
    is_given_back: bool = False
    interim_until: date | None = None
    former_accesses: tuple[FormerAccess, ...] = ()
    offered_to: str = ""
    handed_to: str = ""
    merged_with: tuple[str, ...] = ()
    is_joined: bool = False

    @property
    def has_joint(self) -> bool:
        """Return whether the case was merged, or has a message or file sent to several requests."""
        return self.is_joined or any(one.is_joint for one in (*self.messages, *self.attachments))

    @property
    def directed_to(self) -> str:
        """Return the code of the body that the current refusal names; blank if it names no body."""
        if self.status != Status.INADMISSIBLE:
            return ""
        refusals = [one for one in self.messages if one.kind == MessageKind.REFUSAL]
        return refusals[-1].organisation_code if refusals else ""

    @property
    def rating(self) -> GivenRating | None:
        """Return the rating of the current reply, or ``None``."""
        return next((given for given in self.ratings if given.round == self.reopened), None)
