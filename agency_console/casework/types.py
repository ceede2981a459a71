"""What a case shows to an officer: frozen, so that no template reaches the party."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.complaints.enums import Kind, Language, Outcome, Status
from shared.complaints.types import GivenRating, PublicAttachment
from shared.forms.fields import Choice
from shared.kernel.legal_deadline import LegalClock
from shared.ui.types import LedgerMonth, TimelineEntry, WorkingClockSummary
from tenants.case_access.enums import EmailState
from tenants.case_access.types import ReviewOutcome


class Act(StrEnum):
    """What an officer can do to a case; the values stand in template names."""

    TAKE = "take"
    ASSIGN = "assign"
    REPLY = "reply"
    REFUSE = "refuse"
    DIRECT = "direct"
    ASK = "ask"
    MESSAGE = "message"
    NOTE = "note"


class Voice(StrEnum):
    """Who speaks in the thread of a case; the value ends the name of its class."""

    CITIZEN = "citizen"
    AGENCY = "agency"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenCard:
    """What this officer may know of the citizen: empty unless they gave the agency their name.

    ``email_state``: whether letters about the case reach them.
    """

    privacy: str
    party: str
    name: str = ""
    email: str = ""
    phone: str = ""
    national_id: str = ""
    email_state: EmailState = EmailState.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadEntry:
    """A message that both sides read, or a note that never leaves the agency.

    ``proof`` is set where the writer gave only the reference and the e-mail address.
    """

    voice: Voice
    label: str
    by: str
    proof: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHeader:
    """What every page about a case reads of its row; ``officer`` is blank while nobody holds it."""

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
    officer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAbout:
    """What a request is about: the organisation, and the category; blank for none."""

    body: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetentBodies:
    """Bodies that an officer may name as competent.

    ``own``: the codes of those that were found too, and for which this agency itself answers.
    """

    choices: Sequence[Choice] = ()
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDetail:
    """Everything on the page of a case.

    ``repetition``: what follows from having decided on it before; blank for whoever did not.
    ``orientation_due_on``: at the orientation desk, the last day to name the competent body.
    """

    case: CaseHeader
    about: CaseAbout
    citizen: CitizenCard
    clock: LegalClock | None
    working: WorkingClockSummary
    thread: Sequence[ThreadEntry]
    attachments: Sequence[PublicAttachment]
    declarations: Sequence[str]
    history: Sequence[TimelineEntry]
    ratings: Sequence[GivenRating]
    acts: frozenset[Act]
    orientation_due_on: date | None
    is_held_by_other: bool
    repetition: str
    review: ReviewOutcome | None


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
