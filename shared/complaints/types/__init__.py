"""Frozen data that crosses the boundary of an agency's schema; never a model instance."""

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


# Of what a citizen or an officer writes at once.
MAX_TEXT_LENGTH = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """An event of a case, as the citizen may read it.

    ``same_officer``: by or for an officer who had decided before, because nobody else could.
    ``agency_code``: which agency held the case then; blank for the one that holds it now.
    ``until``: the day that an interim reply announces.
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
        """Return the sentence on ``same_officer``; blank for any other event."""
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
    """A message or a file that either side sent to a case.

    ``is_by_email``: its sender gave only the reference and the e-mail address as proof.
    ``is_joint``: the agency wrote it while the case was merged with another one.
    """

    id: UUID
    author: Author
    is_by_email: bool
    at: datetime
    is_joint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedPair:
    """The references of a merged case and of its main case.

    ``is_open``: the merged case is still worked on; otherwise it was answered with its main case.
    """

    reference: str
    main: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyMarks:
    """The data of a case's party that shows whether another case has the same party."""

    name: str
    email: str
    phone: str
    privacy: Privacy


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMessage(SentItem):
    """One message of the conversation; ``organisation_code`` is the body to which it directs.

    ``agency_code``: which agency wrote it, where that is not the one that holds the case.
    ``is_unproved``: the national record does not confirm who wrote it. ``is_withheld``: the body
    says only how to read it.
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
        """Return whether a refusal names the competent body: pages do not call it a refusal."""
        return self.kind == MessageKind.REFUSAL and self.organisation_code != ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAttachment(SentItem):
    """One file of the case; ``size`` in bytes, ``sha256`` of its content in hexadecimal.

    ``message_id``: the message of the agency with which it was sent.
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
    """What a receipt shows of a case: what was filed, its status, last day for the reply.

    ``consent``: how the person agreed, if an officer filed the request for them.
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
    """The result of checking whether the storage has all files of an agency.

    ``found_again``: how many files were recorded as missing and are there now.
    """

    count: int
    missing: tuple[UUID, ...]
    found_again: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContent(UploadedContent):
    """The content of a file, for a reader who may see it; ``is_of_agency``: the agency sent it."""

    content_type: str
    is_of_agency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRating(RatingDraft):
    """The citizen's rating of one reply. Round 0 is the first reply; each re-opening adds 1."""

    round: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The promise of the current reply: the citizen may say whether it was kept.

    The citizen was asked, or the day of the promise has come. ``kept``: ``None`` without an answer.
    """

    kept: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """The state of the citizen's request for a review by national oversight.

    ``is_asked``: since the latest reply or re-opening. ``is_waiting``: a review is undecided, also
    if the case has changed since.
    """

    is_asked: bool = False
    is_waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBasics:
    """The data that citizens see of their own case in every view.

    ``due_on`` is the last day of the legal term, ``None`` if there is none.
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
    rated its current reply. ``is_review_pending``: the citizen asked national oversight for a
    review, which is not decided yet. ``is_split``: it has parts, or is one.
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
    """One case as its citizen may see it, with what the citizen may do now.

    ``follows``: the reference of the citizen's earlier request, blank if there is none.
    ``answer_by``: the last day on which the citizen can answer the officer's question; ``None``
    without a question. ``interim_until``: by when the latest interim reply of the round announces
    the reply, beside the legal term. ``accesses`` and ``oversight_accesses``: when officers and
    when national oversight opened the case, ``oversight_file_reads`` when it read a file.
    ``undelivered_on``: the day on which the latest e-mail that could not be delivered was queued
    (not the day on which the attempts ended); ``None`` without one.
    ``custody``: each agency's days with the case; empty where one agency held it all the time.
    ``is_split``: it has parts, or is one, as ``is_part`` says: then its subject and its text were
    written by an officer of ``cut_by_code``. ``is_given_back``: the whole request answers the part.
    ``former_accesses``: those of ``accesses`` that were at an agency which held it before.
    ``offered_to``: the code of the agency that is asked to take the case over, ``OVERSIGHT`` where
    national oversight decides who is competent, blank mostly. ``handed_to``: the code of the agency
    to which it is on its way; only a stub says it.
    ``merged_with``: references of the citizen's other requests that are answered, or were, with it;
    ``is_joined``: there are some, shown or not.
    ``promised_on``: the day by which the reply in force says that its decision is carried out.
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
        """Return whether something in it was written for several requests, or names another."""
        return self.is_joined or any(one.is_joint for one in (*self.messages, *self.attachments))

    @property
    def directed_to(self) -> str:
        """Return the code of the body to which the current refusal directs; blank without one."""
        if self.status != Status.INADMISSIBLE:
            return ""
        refusals = [one for one in self.messages if one.kind == MessageKind.REFUSAL]
        return refusals[-1].organisation_code if refusals else ""

    @property
    def rating(self) -> GivenRating | None:
        """Return the rating of the current reply."""
        return next((given for given in self.ratings if given.round == self.reopened), None)
