"""Data for access to a request: receipts, tokens, the person's identity, reviews."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.complaints.enums import ANSWERS, DECISION_EVENTS, Status
from shared.complaints.types import CaseSummary, Filed, MergedPair, PublicCase
from shared.reference_data.wordings import Named
from tenants.agencies.types import AgencyInfo
from tenants.case_access.enums import EmailState, PersonTie
from tenants.models.enums import (
    OpenedBy,
    PrintedCodeUse,
    ReviewCause,
    ReviewDecision,
    TokenScope,
)

# The key of the opened case's tracking token in a Django session.
TRACKING_TOKEN_SESSION_KEY = "tracking_token"  # noqa: S105
# The key of the id of the ``CitizenSession`` in a Django session.
CITIZEN_SESSION_KEY = "visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Filed):
    """A receipt of a filed request: reference, secret receipt code, last day for the reply.

    ``is_repeat``: the request was filed earlier, with the same idempotency key. ``email``: the
    state of the person's e-mail address.
    """

    reference: str
    receipt_code: str
    agency_code: str
    is_repeat: bool = False
    email: EmailState = EmailState.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityAccess:
    """The time and the reason of an access of national oversight to a citizen's identity.

    ``reason`` is blank if other people may have the reader's token too.
    """

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOutcome:
    """A review without the citizen's reason; ``decision`` is ``None`` while the review waits."""

    cause: ReviewCause
    asked_at: datetime
    due_on: date
    decision: ReviewDecision | None
    text: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSummary(ReviewOutcome):
    """A review for its citizen and for national oversight, with the citizen's reason.

    ``reason`` is blank if other people may have the reader's token too, because the agency must
    not read the reason.
    """

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCodeEntry:
    """One use of a receipt code that an officer had printed."""

    use: PrintedCodeUse
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingReview:
    """One line in the list of reviews that wait for a decision."""

    reference: str
    agency: AgencyInfo
    cause: ReviewCause
    asked_at: datetime
    due_on: date
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFile:
    """The data for a decision on a review: the case and the citizen's reason."""

    case: PublicCase
    agency: AgencyInfo
    review: ReviewSummary
    printed_code_uses: tuple[PrintedCodeEntry, ...] = ()

    @property
    def has_reply(self) -> bool:
        """Return whether the case has a reply or a refusal that oversight could confirm."""
        return self.case.status in ANSWERS

    @property
    def has_same_officer(self) -> bool:
        """Return whether an officer decided twice because nobody else in the agency could."""
        return any(one.same_officer and one.kind in DECISION_EVENTS for one in self.case.timeline)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedReview:
    """A decided review without its case, for national oversight."""

    reference: str
    agency: AgencyInfo
    review: ReviewOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailProof:
    """A change of a case's e-mail address, which both addresses must confirm.

    ``is_first``: the case has no proved address, so only the new address must confirm.
    ``is_of_old``: the link that was used went to the old address.
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
        """Return whether both addresses have confirmed, so that the change is made."""
        return self.is_old_proved and self.is_new_proved


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetentBody(Named):
    """The competent body that a refusal names to the citizen.

    ``is_on_portal``: an agency answers for the body, so the request can be filed on the portal.
    """

    code: str
    is_on_portal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCase:
    """The case that a one-time link opens, its agency, and the competent body of its refusal."""

    case: PublicCase
    agency: AgencyInfo
    directed_to: CompetentBody | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A tracking token in clear text, shown once, with its scope and its expiry."""

    token: str
    scope: TokenScope
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenDetail:
    """The reference of the case that a tracking token opens, and the rights of the token.

    ``is_proved``: the token allows decisions. ``is_by_printed_code``: the token was got with a
    receipt code that an officer had printed, so its uses are recorded for the citizen and for
    oversight. ``is_by_mailbox``: the holder reads the mailbox of the request, or has its account.
    """

    reference: str
    scope: TokenScope
    is_proved: bool
    is_by_mailbox: bool = False
    is_by_printed_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRights(TokenDetail):
    """The rights of a token, with the state of the request's code and of its address.

    ``may_replace_code``: a new code can be taken in the place of the code that an officer printed;
    ``printed_code_uses``: the uses of the printed code, oldest first.
    """

    email: EmailState
    may_replace_code: bool
    printed_code_uses: tuple[PrintedCodeEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpening:
    """An opening of a request on the citizens' site: the proof, and the first time on that day."""

    at: datetime
    opened_by: OpenedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedCase:
    """A request in a citizen's account.

    ``summary`` is ``None`` while its agency is unreachable or being migrated.
    """

    reference: str
    agency: AgencyInfo
    linked_at: datetime
    summary: CaseSummary | None
    parts: "CaseParts | None" = None
    cut_by: AgencyInfo | None = None
    is_part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedCases:
    """A page of a citizen's requests, latest first, and their number on all pages."""

    total: int
    cases: tuple[OwnedCase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLink:
    """The evidence that another request is of the same person.

    ``may_ask``: the citizen may be asked whether both requests are theirs; ``is_asked``: that
    question waits for an answer.
    """

    tie: PersonTie
    may_ask: bool = False
    is_asked: bool = False

    @property
    def may_merge(self) -> bool:
        """Return whether the two requests may be merged."""
        return self.tie in (PersonTie.SAME, PersonTie.SAID)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnprovedMerge:
    """A merge that would be refused today, and the evidence that one person filed both."""

    pair: MergedPair
    tie: PersonTie


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePart:
    """One part of a request that was split, with the agency that has the part.

    ``cut_by``: the agency whose officer wrote the subject and the text; ``None`` for the whole, and
    if no agency is recorded. ``object_until``: the citizen can give the part back until this day.
    """

    summary: CaseSummary
    agency: AgencyInfo
    is_opened: bool
    is_main: bool
    cut_by: AgencyInfo | None = None
    object_until: date | None = None

    @property
    def is_answered(self) -> bool:
        """Return whether the part has a reply; a part that is being transferred has no reply."""
        return self.summary.status in (Status.ANSWERED, Status.INADMISSIBLE, Status.CLOSED)

    @property
    def is_counted(self) -> bool:
        """Return whether the part was neither withdrawn nor given back."""
        return self.summary.status != Status.WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseParts:
    """The parts of one request that its reader may open, first the whole without what was cut out.

    ``hidden``: the number of parts that the reader's token does not open.
    """

    parts: tuple[CasePart, ...]
    hidden: int = 0

    @property
    def opened(self) -> CasePart | None:
        """Return the part that the reader has opened."""
        return next((one for one in self.parts if one.is_opened), None)

    @property
    def main(self) -> CasePart | None:
        """Return the whole request, without the texts cut out of it."""
        return next((one for one in self.parts if one.is_main), None)

    @property
    def total(self) -> int:
        """Return how many parts, hidden parts included, are answered or wait for an answer."""
        return sum(one.is_counted for one in self.parts) + self.hidden

    @property
    def answered(self) -> int:
        """Return how many of the shown parts are answered."""
        return sum(one.is_answered for one in self.parts)

    @property
    def is_answered(self) -> bool:
        """Return whether every part of the request has its answer."""
        return not self.hidden and 0 < self.total == self.answered

    @property
    def is_together(self) -> bool:
        """Return whether the citizen gets more than one answer."""
        return self.total > 1
