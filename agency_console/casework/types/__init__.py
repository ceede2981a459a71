"""Frozen data of a case for an officer, so that no template reads the party's row."""

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
    """The acts that an officer can do to a case; the values are parts of template names."""

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
    """The kind of an entry of the thread; the value ends the name of its CSS class."""

    CITIZEN = "citizen"
    AGENCY = "agency"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenCard(Identity):
    """The citizen's data for this officer; name and contacts are blank unless the case is named.

    ``email_state``: whether e-mails about the case reach the citizen.
    """

    privacy: str
    party: str
    email_state: EmailState = EmailState.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadEntry:
    """An entry of the thread: a message, files, or a note that only the agency reads.

    ``proof`` says that it is not proved who wrote the entry, or is blank. ``is_new``: the officer
    has not seen the entry before. ``reference``: the merged case to which the entry belongs.
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
    """The values of a case's row that pages show; ``officer`` is blank for an unassigned case.

    ``interim_until``: the day that an interim reply announces, while the case is open.
    ``escalated``: the name of the last escalation step, or blank. ``words`` says that an officer
    wrote the subject and the text, or is blank.
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
    """The names of the organisation and the category of a request."""

    body: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetentBodies:
    """Bodies that an officer may name as competent.

    ``own``: codes of found bodies for which this agency itself answers. ``answered``: codes of
    bodies for which another agency answers on the portal, so that a case can be offered to that
    agency. Another body can only be named to the citizen.
    """

    choices: Sequence[Choice] = ()
    own: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlace:
    """The place of a case in the list from which it was opened.

    ``position`` is ``None`` if the case was not counted. ``previous`` and ``following`` are the
    neighbours of the case in the list, or ``None``.
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
    """A case draft that was not sent yet."""

    id: UUID
    act_label: str
    saved_at: datetime
    is_leaving: bool
    files: tuple[CaseFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDraft(DraftDetail):
    """The officer's own draft and its state.

    ``failure`` says why the draft could not be sent; ``changed_since``: the case has changed since
    the draft was saved.
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
        """Return whether the officer has to take the draft back before changing it."""
        return self.is_leaving or self.waits_for_approval

    @property
    def token(self) -> str:
        """Return the time of saving as text; the form sends this text to detect later changes."""
        return self.saved_at.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueDraft(DraftDetail):
    """A colleague's draft for the case with the colleague's name; ``parts``: headings and texts."""

    officer: str
    parts: Sequence[tuple[str, str]]
    may_copy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDrafts:
    """All unsent drafts for one case that one officer may see."""

    own: Mapping[Act, OwnDraft]
    colleagues: Sequence[ColleagueDraft]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingText(WaitingApproval):
    """A text that waits for approval, as the approving officer reads it.

    ``has_changed``: the case has changed since the text was submitted. ``digest`` covers the
    text and its recipients.
    """

    files: tuple[CaseFile, ...]
    has_changed: bool
    recipients: TextRecipients
    digest: str

    @property
    def token(self) -> str:
        """Return the time of the submission as text; the form sends this text with the approval."""
        return self.asked_at.isoformat() if self.asked_at else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSide:
    """One of two cases that are compared before they are merged.

    ``is_email_proved``: the citizen has proved to own the e-mail address, by mailbox or account.
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
    """Two cases before they are merged: the main case, and the case merged into it.

    ``is_by_term``: the main case was chosen because its legal term ends first. ``link``: the
    evidence that both cases are of the same person.
    """

    main: MergeSide
    merged: MergeSide
    is_by_term: bool
    link: PersonLink


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDetail:
    """The data of the page of a case.

    ``repetition``: a text for an officer who decided on the case before; else blank.
    ``orientation_due_on``: at the orientation desk, the last day to name the competent body.
    ``promise``: the citizen's answer whether the promise was kept; blank without a promise.
    ``custody``: each agency that had the case, with its days. ``offers``: the agency that is asked
    to take the case over, and the declined offers.
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
    """The legal clock and the working clock of a case, day by day."""

    case: CaseHeader
    clock: LegalClock | None
    working: WorkingClockSummary
    months: Sequence[LedgerMonth]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChanges:
    """The events and texts of a case since an officer's form was made, and the present case."""

    case: CaseHeader
    history: Sequence[TimelineEntry]
    thread: Sequence[ThreadEntry]
