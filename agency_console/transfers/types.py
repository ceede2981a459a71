"""Frozen data of the pages of transfers, without the citizen's texts or data."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenants.custody.types import OfferSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCard:
    """One offer, with its codes as names in the language of the page.

    ``agency``: the other administration, which sent or got the offer. ``concerns``: the body about
    which the citizen wrote; ``competent``: the body that the sender names as competent.
    ``days_left`` is blank for an ended offer.
    """

    offer: OfferSummary
    agency: str
    category: str
    concerns: str
    competent: str
    days_left: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCards:
    """The offers of an administration: offers to answer, sent offers, and ended offers."""

    waiting: Sequence[OfferCard]
    sent: Sequence[OfferCard]
    answered: Sequence[OfferCard]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenFile:
    """A file of the citizen that can be copied into a part of the citizen's request."""

    id: UUID
    name: str
