"""Data of the access to a request: receipts, tokens, the person's identity, reviews."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.complaints.enums import ANSWERS, Consent, Kind, Language
from shared.complaints.types import CaseSummary, PublicCase
from tenants.agencies.types import AgencyInfo
from tenants.models.enums import ReviewCause, ReviewDecision, TokenScope

# Session key of the tracking token of the case that was opened.
TRACKING_TOKEN_SESSION_KEY = "tracking_token"  # noqa: S105
# Session key of the ID of the citizen's ``CitizenSession``.
CITIZEN_SESSION_KEY = "visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a citizen gets after filing: reference, secret receipt code, last day for the reply.

    ``consent`` is how the person agreed where an officer filed for them; ``is_repeat`` says that it
    had been filed before, with the same idempotency key.
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
    """Who filed a confidential request. Only oversight may see it; each time is recorded."""

    name: str
    email: str
    phone: str
    national_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityAccess:
    """When national oversight looked at who a citizen is, and why.

    ``reason`` is blank if the reader has proved no more than the reference and the e-mail address.
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

    ``reason`` is blank if the reader has proved no more than the reference and the e-mail address:
    the agency knows both, and must not read the reason.
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
    """What national oversight reads to decide a review: the case and the citizen's reason."""

    case: PublicCase
    agency: AgencyInfo
    review: ReviewSummary

    @property
    def is_decided(self) -> bool:
        """Nothing is left to decide."""
        return self.review.decision is not None

    @property
    def has_reply(self) -> bool:
        """Whether there is a reply or a refusal that oversight could confirm."""
        return self.case.status in ANSWERS


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCase:
    """The case of a one-time link, and the agency that holds it."""

    case: PublicCase
    agency: AgencyInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailProof:
    """A change of a case's e-mail address, which both addresses must confirm.

    ``is_first``: there was no address until now, so only the new one must confirm.
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
        """Both addresses have confirmed, and the change is made."""
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
