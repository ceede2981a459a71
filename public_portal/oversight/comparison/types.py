"""A question to the comparison and its answer."""

from dataclasses import dataclass
from datetime import datetime

from shared.figures.intervals import Rate
from shared.register.types import AgencyFigures, FigureScope


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonQuestion:
    """A scope over all agencies; ``body`` keeps those that answer for bodies of that kind."""

    scope: FigureScope
    body: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFigures:
    """An agency in the comparison under its name in the page's language."""

    name: str
    figures: AgencyFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Agencies by name, never by rank; ``average`` is that of all of them, every case alike."""

    question: ComparisonQuestion
    as_of: datetime
    average: Rate
    agencies: tuple[NamedFigures, ...]
