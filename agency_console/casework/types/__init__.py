"""Frozen data of a case for an officer, so that no template reaches the party."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from agency_console.casework.types.custody import (
    CaseMerges,
    CaseOffer,
    CaseOffers,
    CaseStub,
    CustodyLine,
    CutOut,
    DeclinedOffer,
    MergedCase,
)
from agency_console.casework.types.texts import (
    CaseFile,
    HeldText,
    HeldTexts,
    Preview,
    TextRecipient,
    TextRecipients,
    WaitingApproval,
)
from shared.complaints.enums import Kind, Language, Outcome, Status
from shared.complaints.types import GivenRating, Identity
from shared.complaints.types.lists import ListPlace
from shared.forms.fields import Choice
from shared.kernel.legal_deadline import LegalClock
from shared.ui.types import LedgerMonth, TimelineEntry, WorkingClockSummary
from tenants.case_access.enums import EmailState
from tenants.case_access.types import PersonLink, ReviewOutcome

__all__ = [
    "Act",
    "CaseAbout",
    "CaseChanges",
    "CaseDays",
    "CaseDetail",
    "CaseDrafts",
    "CaseFile",
    "CaseHeader",
    "CaseMerges",
    "CaseOffer",
    "CaseOffers",
    "CasePlace",
    "CaseStub",
    "CitizenCard",
    "ColleagueDraft",
    "CompetentBodies",
    "CustodyLine",
    "CutOut",
    "DeclinedOffer",
    "HeldText",
    "HeldTexts",
    "MergePair",
    "MergeSide",
    "MergedCase",
    "OwnDraft",
    "Preview",
    "Tab",
    "TextRecipient",
    "TextRecipients",
    "ThreadEntry",
    "Voice",
    "WaitingApproval",
    "WaitingText",
]


class Act(StrEnum):
    """What an officer can do to a case; the values are parts of template names."""

    TAKE = "take"
    ASSIGN = "assign"
    REPLY = "reply"
    REFUSE = "refuse"
    DIRECT = "direct"
    ASK = "ask"
    MESSAGE = "message"
    NOTE = "note"
    INTERIM = "interim"
    LABEL = "label"
    UNASSIGN = "unassign"
    WITHDRAW_QUESTION = "withdraw_question"
    MERGE = "merge"
    OFFER = "offer"


class Voice(StrEnum):
    """The kind of writer of an entry in the thread; the value ends the name of its CSS class."""

    CITIZEN = "citizen"
    AGENCY = "agency"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenCard(Identity):
    """What this officer may know of the citizen; empty unless the agency may know the name.

    ``email_state``: whether e-mails about the case reach the citizen.
    """

    privacy: str
    party: str
    email_state: EmailState = EmailState.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadEntry:
    """A message that both sides read, or a note that never leaves the agency.

    ``proof``: a remark where it is not certain who wrote the entry. ``is_new``: the officer has not
    seen it before. ``reference``: of the merged case to which it belongs.
    """

    voice: Voice
    label: str
    by: str
    proof: str
    at: datetime
    body: str
    files: tuple[CaseFile, ...] = ()
    is_new: bool = False
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHeader:
    """What the pages of a case read of its row; ``officer`` is blank while it is unassigned.

    ``interim_until``: the day that an interim reply announces, while the reply is owed.
    ``escalated``: to whom the late reply was brought last; blank if to nobody. ``words``: who wrote
    the subject and the text, where an officer wrote them.
    """

    reference: str
    version: int
    kind: Kind
    language: Language
    status: Status
    outcome: Outcome | None
    is_open: bool
    subject: str
    body: str
    remedy: str
    place: str
    happened_on: date | None
    due_on: date | None
    awaiting_until: date | None
    reopened_at: datetime | None
    answered_at: datetime | None
    interim_until: date | None
    is_interim_late: bool
    escalated: str
    promised_on: date | None
    officer: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAbout:
    """What a request is about: the organisation, and the category; blank for none."""

    body: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetentBodies:
    """Bodies that an officer may name as competent.

    ``own``: the codes of bodies that were found too, and for which this agency itself answers.
    ``answered``: bodies for which another agency answers on the portal, so that it can be asked to
    take the case over; all other bodies are named in a letter.
    """

    choices: Sequence[Choice] = ()
    own: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlace:
    """The place of a case in the list from which it was opened.

    ``position`` is ``None`` where the case is not among those that were counted. ``previous`` and
    ``following`` are the cases around it; ``None`` where there is none.
    """

    position: int | None = None
    total: int = 0
    is_more: bool = False
    previous: ListPlace | None = None
    following: ListPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A tab below the thread for one act; ``keys`` is its shortcut."""

    act: Act
    label: str
    url: str
    keys: str = ""
    letter: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDetail:
    """A text for a case that was not sent yet."""

    id: UUID
    act_label: str
    saved_at: datetime
    is_leaving: bool
    files: tuple[CaseFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDraft(DraftDetail):
    """The officer's own draft and its state, beside the form that shows it.

    ``failure`` says why it could not be sent; ``changed_since`` that the case has changed since it
    was saved.
    """

    act: Act
    parts: Mapping[str, str]
    texts: Sequence[tuple[str, str]]
    version: int
    waits_for_approval: bool
    failure: str
    returned_because: str
    changed_since: bool

    @property
    def is_locked(self) -> bool:
        """Whether the draft has to be taken back before it is changed."""
        return self.is_leaving or self.waits_for_approval

    @property
    def token(self) -> str:
        """When the draft was saved, for a form that is made from it."""
        return self.saved_at.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueDraft(DraftDetail):
    """A colleague's draft for the case, with the name; ``parts`` are headings with their texts."""

    officer: str
    parts: Sequence[tuple[str, str]]
    may_copy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDrafts:
    """All texts for one case that were not sent yet, as one officer may see them."""

    own: Mapping[Act, OwnDraft]
    colleagues: Sequence[ColleagueDraft]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingText(WaitingApproval):
    """A decision that waits for approval, as the approving officer reads it.

    ``has_changed``: the case has changed since the decision was submitted. ``digest``: of the text
    and of whom it reaches, so that nothing else is approved than what was read.
    """

    files: tuple[CaseFile, ...]
    has_changed: bool
    recipients: TextRecipients
    digest: str

    @property
    def token(self) -> str:
        """When the text was submitted, so that no other text is approved than the one read."""
        return self.asked_at.isoformat() if self.asked_at else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSide:
    """One of two cases that are compared before they are merged.

    ``is_email_proved``: the mailbox, or the account of that address, has proved it since.
    """

    case: CaseHeader
    about: CaseAbout
    name: str
    address: str
    phone: str
    is_email_proved: bool
    received_at: datetime
    messages: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePair:
    """Two cases before they are merged: the main case, and the one merged into it.

    ``is_by_term``: the main case is main because its legal term ends first. ``link``: what is known
    of whether both are of one person.
    """

    main: MergeSide
    merged: MergeSide
    is_by_term: bool
    link: PersonLink


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDetail:
    """Everything on the page of a case.

    ``repetition``: a text for an officer who decided on the case before; blank for all others.
    ``orientation_due_on``: at the orientation desk, the last day to name the competent body.
    ``promise``: what the citizen says of what the reply promised; blank where nothing is expected.
    ``custody``: each agency with its days, where the case was transferred before. ``offers``: who
    is asked to take the case over, and who did not.
    """

    case: CaseHeader
    about: CaseAbout
    citizen: CitizenCard
    clock: LegalClock | None
    working: WorkingClockSummary
    received_at: datetime
    request_files: Sequence[CaseFile]
    thread: Sequence[ThreadEntry]
    files: Sequence[CaseFile]
    declarations: Sequence[str]
    history: Sequence[TimelineEntry]
    ratings: Sequence[GivenRating]
    acts: frozenset[Act]
    orientation_due_on: date | None
    is_held_by_other: bool
    repetition: str
    review: ReviewOutcome | None
    promise: str = ""
    labels: Sequence[str] = ()
    merges: CaseMerges | None = None
    offers: CaseOffers
    custody: Sequence[CustodyLine] = ()
    parts: CutOut | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDays:
    """Both clocks of a case, day by day."""

    case: CaseHeader
    clock: LegalClock | None
    working: WorkingClockSummary
    months: Sequence[LedgerMonth]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChanges:
    """What happened to a case since an officer's form was made, and the case as it is now."""

    case: CaseHeader
    history: Sequence[TimelineEntry]
    thread: Sequence[ThreadEntry]
