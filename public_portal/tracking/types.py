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
    """The person who opens a request; ``user_id`` is ``None`` for a person not signed in."""

    address: str
    language: str
    user_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentField:
    """One value of a form that could not be stored; ``is_text``: the value is a long text."""

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
    """The administrations of a request: ``holder`` has it now; ``others`` has all, by code."""

    holder: AgencyInfo
    others: Mapping[str, AgencyInfo]

    def of(self, code: str) -> AgencyInfo:
        """Return the administration with that code, or the holder for a blank code."""
        if not code:
            return self.holder
        # A destroyed agency may have no name any more, so its code is shown.
        return self.others.get(code) or AgencyInfo(
            code=code, name_ar=code, name_fr=code, name_en=code
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyRow:
    """One administration that has or had the request, and for how many days."""

    agency: AgencyInfo
    step: CustodyStep


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """A message of a request, with the administration that had the request at that time."""

    message: PublicMessage
    agency: AgencyInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStatusText:
    """Two texts about the status of a request: what happened, and what comes next."""

    happened: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSummary:
    """The legal clock of a request.

    ``elapsed`` is the count of days so far; ``day`` is the same count, but at most ``term``.
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
    """An access to a request; ``who`` says the reader's role or the way used, not their name."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSummary:
    """A rating of a reply; ``is_earlier``: the rating was given before a re-opening."""

    rating: GivenRating
    handling: str
    is_earlier: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingPage:
    """The data of the page on which a citizen follows one request.

    ``decision``: the decision in the reply in force, or "". ``directed_to``: the competent body
    that the refusal in force names. ``announced``: a sentence with the day that an interim reply
    names, or "". ``both_mine_asked_at``: since when the citizen is asked whether another request is
    theirs as well. ``holdings``: the administrations that have had the request, the current one
    last; empty without a transfer. ``parts``: all parts of a split request, or ``None``.
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
        """Return the administration that has the request now."""
        return self.agencies.holder

    @property
    def written_by(self) -> AgencyInfo | None:
        """Return the agency whose officer wrote the text of a part; ``None`` for other texts."""
        opened = self.parts.opened if self.parts else None
        if opened is not None and opened.cut_by is not None:
            return opened.cut_by
        is_known = self.case.is_part and self.case.cut_by_code
        return self.agencies.of(self.case.cut_by_code) if is_known else None

    @property
    def object_until(self) -> date | None:
        """Return the last day on which the part can be given back to the whole request."""
        return self.parts.opened.object_until if self.parts and self.parts.opened else None

    @property
    def is_partly_answered(self) -> bool:
        """Return whether this part is answered, but perhaps not all parts of the request."""
        has_answer = self.case.status in (Status.ANSWERED, Status.INADMISSIBLE, Status.CLOSED)
        if not (self.case.is_split and has_answer):
            return False
        return self.parts is None or (self.parts.is_together and not self.parts.is_answered)

    @property
    def is_on_its_way(self) -> bool:
        """Return whether the request is in transfer, when its texts cannot be read."""
        return self.case.status == Status.TRANSFERRED

    @property
    def days_held(self) -> int:
        """Return for how many days all administrations together have had the request."""
        return sum(one.step.days for one in self.holdings)

    @property
    def has_email(self) -> bool:
        """Return whether the request has an e-mail address."""
        return self.rights.email != EmailState.NONE

    @property
    def has_proved_email(self) -> bool:
        """Return whether the citizen's e-mail address is proved."""
        return self.rights.email == EmailState.PROVED


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFact:
    """One line of the first card: a label with a day or a text."""

    label: str
    text: str = ""
    at: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardAct:
    """One act that the citizen can do now, with the URL of its page."""

    act: NextAct
    url: str

    @property
    def is_file(self) -> bool:
        """Return whether the act is a download."""
        return self.act in (NextAct.DOWNLOAD, NextAct.CALENDAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstCard:
    """The card at the top of the tracking page.

    ``message``: the reply in force, the open question, or the administration's last message, if the
    citizen has not answered it. ``later``: a message of the administration after ``message``.
    ``review``: the decision of national oversight in force. ``acts``: the one or two most likely
    next acts; ``more``: the other acts. ``needs_proof``: an act in ``acts`` asks for a proof first.
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
    """The ledger of a request, by months."""

    space: TrackingPage
    months: Sequence[LedgerMonth]
