"""What the tracking page of a request shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from public_portal.tracking.enums import NextAct
from shared.complaints.enums import Status
from shared.complaints.types import CustodyStep, GivenRating, PublicCase, PublicMessage
from shared.ui.types import LedgerMonth, TimelineEntry, WorkingClockSummary
from tenants.agencies.types import AgencyInfo
from tenants.case_access.enums import EmailState
from tenants.case_access.types import CaseParts, CompetentBody, ReviewSummary, TokenRights


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: from where, in which language, with which account (``None``: not signed in)."""

    address: str
    language: str
    user_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentField:
    """One value of a form that could not be taken; ``is_text``: written at length."""

    name: str
    value: str
    is_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The file of a request as a document (PDF)."""

    reference: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAgencies:
    """The administrations that a request names by their codes; ``holder`` has it now."""

    holder: AgencyInfo
    others: Mapping[str, AgencyInfo]

    def of(self, code: str) -> AgencyInfo:
        """Return the administration with that code, the holder for a blank one."""
        if not code:
            return self.holder
        # What was destroyed long ago may have left nothing but its code.
        return self.others.get(code) or AgencyInfo(
            code=code, name_ar=code, name_fr=code, name_en=code
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyRow:
    """How long one administration has had the request."""

    agency: AgencyInfo
    step: CustodyStep


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """A message with the administration that wrote it, or that had the request at that time."""

    message: PublicMessage
    agency: AgencyInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStatusText:
    """Where a request stands, in plain words: what happened, and what comes next."""

    happened: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSummary:
    """The legal clock in words and numbers; ``day`` of ``term`` never exceeds it.

    ``elapsed`` are the days that were really counted.
    """

    words: str
    elapsed: int
    day: int
    term: int
    due_on: date
    is_late: bool
    is_running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAccess:
    """Somebody looked at the request: by their role or by what opened it, never by their name."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSummary:
    """What the citizen said of a reply, in words; ``is_earlier`` of one before a re-opening."""

    rating: GivenRating
    handling: str
    is_earlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingPage:
    """One request as its citizen sees it; ``decision`` is that of the reply in force, or "".

    ``directed_to``: the competent body that the refusal in force names. ``announced``: by when an
    interim reply announces the reply, in a sentence, or "".
    ``both_mine_asked_at``: since when it is asked whether another request is the citizen's as well.
    ``holdings``: who has had it, the present administration last; empty where it was never handed
    over. ``conversation``: its messages, each with the administration that wrote it. ``parts``:
    the whole request where it was split; ``None`` as well while one of them cannot be read.
    """

    case: PublicCase
    agencies: CaseAgencies
    holdings: Sequence[CustodyRow]
    conversation: Sequence[SentMessage]
    organisation: str
    category: str
    state_text: CaseStatusText
    decision: str
    ratings: Sequence[RatingSummary]
    clock: ClockSummary | None
    working: WorkingClockSummary
    custody: str
    announced: str
    accesses: Sequence[CaseAccess]
    openings: Sequence[CaseAccess]
    timeline: Sequence[TimelineEntry]
    reopen_until: date | None
    review: ReviewSummary | None
    directed_to: CompetentBody | None
    may_follow: bool
    rights: TokenRights
    both_mine_asked_at: datetime | None
    parts: CaseParts | None

    @property
    def agency(self) -> AgencyInfo:
        """Who holds it now."""
        return self.agencies.holder

    @property
    def written_by(self) -> AgencyInfo | None:
        """Whose officer wrote the subject and the text of a part; ``None`` of a citizen's own."""
        opened = self.parts.opened if self.parts else None
        if opened is not None and opened.cut_by is not None:
            return opened.cut_by
        is_known = self.case.is_part and self.case.cut_by_code
        return self.agencies.of(self.case.cut_by_code) if is_known else None

    @property
    def object_until(self) -> date | None:
        """Until when the part can be given back to the whole request."""
        return self.parts.opened.object_until if self.parts and self.parts.opened else None

    @property
    def is_partly_answered(self) -> bool:
        """Whether what is read has its answer, and not the whole request, as far as is known."""
        has_answer = self.case.status in (Status.ANSWERED, Status.INADMISSIBLE, Status.CLOSED)
        if not (self.case.is_split and has_answer):
            return False
        return self.parts is None or (self.parts.is_together and not self.parts.is_answered)

    @property
    def is_on_its_way(self) -> bool:
        """Whether it is between two administrations: for a moment nothing of it can be read."""
        return self.case.status == Status.TRANSFERRED

    @property
    def days_held(self) -> int:
        """The days of all administrations together."""
        return sum(one.step.days for one in self.holdings)

    @property
    def has_email(self) -> bool:
        """Whether an e-mail address is kept for the request."""
        return self.rights.email != EmailState.NONE

    @property
    def has_proved_email(self) -> bool:
        """Whether letters with content reach the citizen."""
        return self.rights.email == EmailState.PROVED


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFact:
    """One line of the first card: a day or words under a label; without both it is left out."""

    label: str
    text: str = ""
    at: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAct:
    """One thing that can be done now, and where."""

    act: NextAct
    url: str

    @property
    def is_file(self) -> bool:
        """Whether it is something to download."""
        return self.act in (NextAct.DOWNLOAD, NextAct.CALENDAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstCard:
    """What the tracking page begins with.

    ``message`` is the reply in force, the open question, or the message of the administration that
    nobody has answered; ``later`` one that came after the question. ``review`` is the decision of
    national oversight that is in force. ``acts`` are the one or two most likely next acts,
    ``more`` the others;
    ``needs_proof``: one of them asks for a proof first.
    """

    title: str
    facts: Sequence[CardFact]
    message: PublicMessage | None
    review: ReviewSummary | None
    later: PublicMessage | None
    acts: Sequence[CardAct]
    more: Sequence[CardAct]
    needs_proof: bool
    explanations: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Both clocks of a request, day by day."""

    space: TrackingPage
    months: Sequence[LedgerMonth]
