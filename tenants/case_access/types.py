"""One citizen's requests: what opens them, who is behind them, what oversight decided."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.complaints.enums import ANSWERS, Consent, Kind, Language
from shared.complaints.types import CaseSummary, PublicCase
from tenants.agencies.types import AgencyInfo
from tenants.models.enums import ReviewCause, ReviewDecision, TokenScope

# Under this name a visit holds the token of the case that it has opened.
TRACKING_TOKEN_SESSION_KEY = "tracking_token"  # noqa: S105
# And here which of its account's visits it is.
CITIZEN_SESSION_KEY = "visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a citizen leaves with: the public number, its secret half, and the legal term.

    ``consent`` is how the person agreed where an officer filed for them; ``is_repeat`` that it was
    filed before, under the same idempotency key.
    """

    reference: str
    receipt_code: str
    kind: Kind
    language: Language
    status: str
    received_at: datetime
    due_on: date | None
    consent: Consent | None
    agency_code: str
    category_code: str
    is_anonymous: bool = False
    files: int = 0
    is_repeat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a confidential person is: on the national side alone, and shown once at a time."""

    name: str
    email: str
    phone: str
    national_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityAccess:
    """When national oversight looked at who a citizen is, and why.

    ``reason`` is blank for who gave only reference and e-mail address.
    """

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOutcome:
    """A review as the agency may know it: ``decision`` is ``None`` while it waits."""

    cause: ReviewCause
    asked_at: datetime
    due_on: date
    decision: ReviewDecision | None
    text: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSummary(ReviewOutcome):
    """The same for its citizen and for national oversight, with what the citizen wrote.

    ``reason`` is blank for who gave only reference and e-mail address, as the agency could.
    """

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingReview:
    """A review in the list of those that wait."""

    reference: str
    agency: AgencyInfo
    cause: ReviewCause
    asked_at: datetime
    due_on: date
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFile:
    """What national oversight reads to decide: the agency's file beside the citizen's reason."""

    case: PublicCase
    agency: AgencyInfo
    review: ReviewSummary

    @property
    def is_decided(self) -> bool:
        """Nothing is left to decide."""
        return self.review.decision is not None

    @property
    def has_reply(self) -> bool:
        """There is a reply that could stand."""
        return self.case.status in ANSWERS


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCase:
    """What the page of a link shows, and who holds the case."""

    case: PublicCase
    agency: AgencyInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailProof:
    """A change of address that waits; ``case`` tells whose, ``is_changed`` that it is done.

    ``is_first``: there was none until now, so only the new mailbox is asked.
    """

    case: PublicCase
    agency: AgencyInfo
    is_old_proved: bool
    is_new_proved: bool
    expires_at: datetime
    is_of_old: bool = False
    is_first: bool = False

    @property
    def is_changed(self) -> bool:
        """Both mailboxes have answered."""
        return self.is_old_proved and self.is_new_proved


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A tracking token in clear, shown once, what it allows, and when it stops working."""

    token: str
    scope: TokenScope
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenDetail:
    """Which case a tracking token opens, and what it allows."""

    reference: str
    scope: TokenScope

    @property
    def is_proved(self) -> bool:
        """It was given for a receipt code, or for a link that only the citizen was sent."""
        return self.scope == TokenScope.FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedCase:
    """A complaint in a citizen's account.

    ``summary`` is ``None`` while the tables of its agency are being brought up to date.
    """

    reference: str
    agency: AgencyInfo
    linked_at: datetime
    summary: CaseSummary | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedCases:
    """A page of a citizen's complaints, latest first, and how many there are on all pages."""

    total: int
    cases: tuple[OwnedCase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenSessionSummary:
    """A browser in which a citizen is signed in; ``browser`` and ``system`` blank when unknown."""

    id: UUID
    browser: str
    system: str
    began_at: datetime
    seen_at: datetime
