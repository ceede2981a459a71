"""Frozen data of the pages of transfers, without the citizen's words or person."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenants.custody.types import OfferSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCard:
    """One offer, with its codes as names in the language of the page.

    ``agency``: the other administration, which sent it or was asked. ``concerns``: the body about
    which the citizen wrote; ``competent``: the body that the sender holds competent. ``days_left``
    is blank once the offer is answered.
    """

    offer: OfferSummary
    agency: str
    category: str
    concerns: str
    competent: str
    days_left: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCards:
    """The offers of an administration: those to answer, those sent, and those that are over."""

    waiting: Sequence[OfferCard]
    sent: Sequence[OfferCard]
    answered: Sequence[OfferCard]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenFile:
    """A file of the citizen that can be copied into a part of their request."""

    id: UUID
    name: str
