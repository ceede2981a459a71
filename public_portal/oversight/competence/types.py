"""Types with the data of the pages about questions of competence."""

from collections.abc import Sequence
from dataclasses import dataclass

from public_portal.oversight.access.types import CaseReading
from shared.forms.fields import Choice
from tenants.custody.types import ArbitrationFile, ArbitrationSummary, OfferSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetenceRow:
    """One question of competence in the list, as text in the page's language."""

    summary: ArbitrationSummary
    body: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyChoices:
    """The bodies that a decision may name; ``is_found``: the typed words found a body."""

    choices: tuple[Choice, ...]
    is_found: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRow:
    """One offer of the case; ``body`` is the competent body in the sender's opinion."""

    offer: OfferSummary
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetenceDetail:
    """The data for the page of one question of competence."""

    file: ArbitrationFile
    reading: CaseReading
    body: str
    category: str
    offers: Sequence[OfferRow]
