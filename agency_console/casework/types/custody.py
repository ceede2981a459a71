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
    """A case that is or was merged; ``may_undo``: the officer may end its present merge."""

    reference: str
    version: int
    subject: str
    status: Status
    due_on: date | None
    may_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMerges:
    """The cases with which a case is merged, as far as the officer may see them.

    ``main``: the case into which the case is merged; ``others`` were merged into the case.
    ``hidden``: the count of merged cases that the officer may not see. ``is_merged``: the case is
    worked on through the main case; ``may_undo``: the officer may end this merge.
    """

    main: MergedCase | None
    others: tuple[MergedCase, ...]
    hidden: int
    is_merged: bool
    may_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOffer:
    """The agency to which a case is offered, and when the answer of the agency is due.

    ``offer_id`` is ``None`` where national oversight decides which administration is competent.
    """

    offer_id: UUID | None
    receiver: str
    answer_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclinedOffer:
    """An offer that was refused with a reason, or not answered in time."""

    offer: OfferSummary
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOffers:
    """The open offer or question to oversight of a case, and its declined offers."""

    asked: CaseOffer | None = None
    declined: tuple[DeclinedOffer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyLine:
    """One administration that had the case, with its days."""

    agency: str
    step: CustodyStep


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStub:
    """The data left of a transferred case: its history in this agency, without text or person.

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
    """The parts cut out of a case, or the case from which a part was cut out.

    ``may_give_back``: the agency has the part and the whole case, and may end the part without a
    reply.
    """

    whole: str
    parts: Sequence[tuple[str, Status]]
    is_given_back: bool
    may_give_back: bool
