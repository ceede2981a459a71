"""Frozen data of the custody, offers, merges and parts of a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.complaints.enums import Kind, Language, Status
from shared.complaints.types import CustodyStep
from shared.ui.types import TimelineEntry
from tenants.custody.types import OfferSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedCase:
    """A case that is merged with another one; ``may_undo``: the officer may act on both."""

    reference: str
    version: int
    subject: str
    status: Status
    due_on: date | None
    may_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMerges:
    """The cases with which a case is merged, as far as the officer may see them.

    ``main``: the case into which it is merged; ``others`` were merged into it. ``hidden``: how many
    more there are of other units. ``is_merged``: the case itself is worked on through the main
    case; ``may_undo``: the officer may act on both.
    """

    main: MergedCase | None
    others: tuple[MergedCase, ...]
    hidden: int
    is_merged: bool
    may_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOffer:
    """The agency to which a case is offered, and until when the answer is due.

    ``offer_id`` is ``None`` where national oversight decides which administration is competent.
    """

    offer_id: UUID | None
    receiver: str
    answer_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclinedOffer:
    """An offer that was refused, with the reason, or not answered in time."""

    offer: OfferSummary
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOffers:
    """The offer that is open, or the question to oversight, and the offers that were declined."""

    asked: CaseOffer | None = None
    declined: tuple[DeclinedOffer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyLine:
    """One administration that had the case, and when."""

    agency: str
    step: CustodyStep


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStub:
    """What is left of a transferred case: no text, no person, its own history.

    ``typed``: headings and texts of an officer who was writing during the transfer.
    """

    reference: str
    kind: Kind
    language: Language
    agency: str
    handed_at: datetime | None
    history: Sequence[TimelineEntry]
    typed: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOut:
    """The parts cut out of a case here, or the whole of a part.

    ``may_give_back``: the part is answered with the whole, as long as nobody else takes it over.
    """

    whole: str
    parts: Sequence[tuple[str, Status]]
    is_given_back: bool
    may_give_back: bool
