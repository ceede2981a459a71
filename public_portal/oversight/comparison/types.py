"""Types of the comparison of agencies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.register.types import AgencyFigures, Comparison, FigureScope, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonQuestion:
    """The scope of a comparison; with ``body``, only agencies with bodies of this kind."""

    scope: FigureScope
    body: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFigures:
    """The figures of an agency, with the agency's name in the page's language."""

    name: str
    figures: AgencyFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The answer to a question; ``agencies`` are sorted by name, not by rank."""

    question: ComparisonQuestion
    figures: Comparison
    agencies: tuple[NamedFigures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuser:
    """An agency that refuses more than its peers.

    ``peers`` is the count of its peers; ``limit`` is the upper limit of the funnel plot.
    """

    agency_code: str
    name: str
    peers: int
    peers_average: str
    limit: str
    lines: Mapping[str, Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusers:
    """The agencies that refuse more than their peers; ``compared`` counts all compared agencies."""

    scope: FigureScope
    as_of: datetime
    average: Line
    compared: int
    rows: tuple[Refuser, ...]
