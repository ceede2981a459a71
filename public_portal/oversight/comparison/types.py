"""A question to the comparison and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.register.types import AgencyFigures, Comparison, FigureScope, Line


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
    """The answer to a question, with its agencies by name, never by rank."""

    question: ComparisonQuestion
    figures: Comparison
    agencies: tuple[NamedFigures, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuser:
    """An agency that refuses more than its peers: their average, how many, and the upper limit."""

    agency_code: str
    name: str
    peers: int
    peers_average: str
    limit: str
    lines: Mapping[str, Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusers:
    """The agencies whose share of refusals stands out, of ``compared`` with enough replies."""

    scope: FigureScope
    as_of: datetime
    average: Line
    compared: int
    rows: tuple[Refuser, ...]
