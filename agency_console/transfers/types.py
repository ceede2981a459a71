"""What the pages of transfers show: frozen, and without the citizen's words or person."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenants.custody.types import OfferSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCard:
    """One offer with its codes in the words of the page.

    ``agency``: the other administration, which sent it or was asked. ``concerns``: the body about
    which the citizen wrote; ``competent``: the one that the sender holds competent. ``days_left``
    is blank once it is answered.
    """

    offer: OfferSummary
    agency: str
    category: str
    concerns: str
    competent: str
    days_left: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCards:
    """The offers of an administration: what waits for its answer, what it asked, what is over."""

    waiting: Sequence[OfferCard]
    sent: Sequence[OfferCard]
    answered: Sequence[OfferCard]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenFile:
    """A file of the citizen that can be copied into a part of their request."""

    id: UUID
    name: str
