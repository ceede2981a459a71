"""Data of offers and of decisions on competence, for other packages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from shared.complaints.enums import Kind, Language
from shared.complaints.types import PublicCase
from tenants.agencies.types import AgencyInfo
from tenants.case_access.types import PrintedCodeEntry
from tenants.models.enums import ArbitrationCause, HoldingCause, OfferState, TransferReason


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDraft:
    """What an officer enters to offer a case: the competent body, the reason, and a note."""

    organisation_code: str
    reason: TransferReason
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedTo:
    """The result of an offer.

    ``agency``: the agency that was asked; ``None`` if national oversight must decide.
    """

    agency: AgencyInfo | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCase:
    """The data of a case in an offer or a question of competence.

    ``concerns_code``: the body that the case concerns.
    """

    reference: str
    kind: Kind
    category_code: str
    concerns_code: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferSummary(AskedCase):
    """An offer as both agencies read it: without the citizen's text and without a person.

    ``number``: the number of the offer at both agencies. ``reference``: blank for the receiver
    before the acceptance. ``organisation_code``: the body that the sender considers competent.
    ``is_received``: the reader is the receiver.
    """

    id: UUID
    number: str
    sender: AgencyInfo
    receiver: AgencyInfo
    organisation_code: str
    language: Language
    received_at: datetime
    due_on: date | None
    reason: TransferReason
    note: str
    offered_at: datetime
    offered_by: str
    answer_by: date
    state: OfferState
    answer: str
    answered_at: datetime | None
    answered_by: str
    is_received: bool

    @property
    def is_open(self) -> bool:
        """Return whether the offer waits for an answer."""
        return self.state == OfferState.OFFERED


@dataclass(frozen=True, slots=True, kw_only=True)
class ArbitrationSummary(AskedCase):
    """A question of competence, waiting or decided, as national oversight lists it."""

    holder: AgencyInfo
    cause: ArbitrationCause
    asked_at: datetime
    due_on: date
    is_late: bool
    competent: AgencyInfo | None
    text: str
    decided_at: datetime | None
    is_lapsed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArbitrationFile:
    """The data for a decision on competence: the case, and every offer with its answer.

    ``holder``: the agency that has the case now; ``summary`` names the agency that had the case
    when oversight was asked.
    """

    summary: ArbitrationSummary
    holder: AgencyInfo
    case: PublicCase
    offers: tuple[OfferSummary, ...]
    printed_code_uses: tuple[PrintedCodeEntry, ...] = ()


class Asked(NamedTuple):
    """An offer or a question of competence, with the agency that was asked or found competent.

    ``told``: the state of the offer, or ``decided`` for a question of competence.
    """

    reference: str
    from_schema: str
    to_schema: str
    begun_at: datetime
    ended_at: datetime | None
    organisation_code: str
    told: str


class Move(NamedTuple):
    """One transfer of a case, by an accepted offer or a decision on competence."""

    reference: str
    from_schema: str
    to_schema: str
    at: datetime
    organisation_code: str
    cause: HoldingCause
