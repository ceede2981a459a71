"""A question to the comparison and its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.figures.intervals import Rate
from shared.register.types import AgencyFigures, FigureScope
from shared.ui.types import TimelineEntry, WorkingLook
from tenants.case_access.types import ReviewFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonQuestion:
    """A scope over all agencies; ``body`` keeps those that answer for bodies of that kind."""

    scope: FigureScope
    body: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSheet:
    """The page of one review: the file in words of the page's language."""

    file: ReviewFile
    organisation: str
    timeline: Sequence[TimelineEntry]
    working: WorkingLook


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
