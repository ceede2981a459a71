"""Data that the tracking page of a request shows."""

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
    """Who asks: network, language and account (``None``: not signed in)."""

    address: str
    language: str
    user_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentField:
    """One value of a form that could not be stored; ``is_text``: a long text."""

    name: str
    value: str
    is_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The dossier of a request as a PDF document."""

    reference: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAgencies:
    """The administrations that a request names, by code; ``holder`` has the request now."""

    holder: AgencyInfo
    others: Mapping[str, AgencyInfo]

    def of(self, code: str) -> AgencyInfo:
        """Return the administration with that code, the holder for a blank one."""
        if not code:
            return self.holder
        # Of an agency destroyed long ago only the code may remain.
        return self.others.get(code) or AgencyInfo(
            code=code, name_ar=code, name_fr=code, name_en=code
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyRow:
    """How many days one administration has held the request."""

    agency: AgencyInfo
    step: CustodyStep


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """A message with the administration that wrote it, or that had the request at that time."""

    message: PublicMessage
    agency: AgencyInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStatusText:
    """The status of a request in plain words: what happened, and what comes next."""

    happened: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSummary:
    """The legal clock as text and numbers; ``day`` never exceeds ``term``.

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
    """An access to the request, by the reader's role or by the way used, never by name."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSummary:
    """A rating of a reply as text; ``is_earlier``: given before a re-opening."""

    rating: GivenRating
    handling: str
    is_earlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingPage:
    """One request as its citizen sees it; ``decision`` is that of the reply in force, or "".

    ``directed_to``: the competent body that the refusal in force names. ``announced``: by when an
    interim reply announces the reply, in a sentence, or "". ``both_mine_asked_at``: since when the
    citizen is asked whether another request is theirs as well. ``holdings``: the administrations
    that have held the request, the present one last; empty where it was never transferred.
    ``conversation``: the messages, each with the administration that wrote it. ``parts``: the whole
    request where it was split; ``None`` too while one part cannot be read.
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
        """The administration that holds the request now."""
        return self.agencies.holder

    @property
    def written_by(self) -> AgencyInfo | None:
        """The agency whose officer wrote the text of a part; ``None`` for the citizen's text."""
        opened = self.parts.opened if self.parts else None
        if opened is not None and opened.cut_by is not None:
            return opened.cut_by
        is_known = self.case.is_part and self.case.cut_by_code
        return self.agencies.of(self.case.cut_by_code) if is_known else None

    @property
    def object_until(self) -> date | None:
        """The last day on which the part can be given back to the whole request."""
        return self.parts.opened.object_until if self.parts and self.parts.opened else None

    @property
    def is_partly_answered(self) -> bool:
        """Whether this part is answered, and not the whole request, as far as is known."""
        has_answer = self.case.status in (Status.ANSWERED, Status.INADMISSIBLE, Status.CLOSED)
        if not (self.case.is_split and has_answer):
            return False
        return self.parts is None or (self.parts.is_together and not self.parts.is_answered)

    @property
    def is_on_its_way(self) -> bool:
        """Whether the request is in transfer: for a moment nothing of it can be read."""
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
        """Whether e-mails with content reach the citizen."""
        return self.rights.email == EmailState.PROVED


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFact:
    """One line of the first card: a day or a text under a label; left out without both."""

    label: str
    text: str = ""
    at: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAct:
    """One act that is possible now, with its address."""

    act: NextAct
    url: str

    @property
    def is_file(self) -> bool:
        """Whether the act is a download."""
        return self.act in (NextAct.DOWNLOAD, NextAct.CALENDAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstCard:
    """The card at the top of the tracking page.

    ``message`` is the reply in force, the open question, or the administration's message that
    nobody has answered; ``later`` is one that came after the question. ``review`` is the decision
    of national oversight in force. ``acts`` are the one or two most likely next acts, ``more`` the
    other acts; ``needs_proof``: one of ``acts`` asks for a proof first.
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
