"""Stored snapshot of the published figures, and computation of a new snapshot."""

from datetime import date, datetime
from typing import TypedDict

from shared.figures.incidence import Ending, Observed
from shared.kernel.clock import civil_day
from shared.register.models import FigureSnapshot
from shared.register.selectors.figures import figures_of, months_of
from shared.register.selectors.tallies import (
    NOTHING,
    TALLIED,
    agency_tallies,
    month_tallies,
    waits_observed,
)
from shared.register.types import FigureScope, MonthFigures, PublishedFigures, Tally


class SnapshotContent(TypedDict):
    """The content of a snapshot: only counts, from which all figures are computed.

    ``agencies``: each agency's counts in the order of ``columns``. ``waits``: day, ending and
    count, sorted. ``months``: first day, count of received and of replied requests.
    """

    columns: list[str]
    agencies: dict[str, list[int]]
    waits: list[tuple[int, str, int]]
    months: list[tuple[str, int, int]]


def snapshot_stored() -> PublishedFigures | None:
    """Return the figures that a process published last, of any age; one query.

    The result is ``None`` if no figures are stored, or if another release stored other columns.
    """
    row = FigureSnapshot.objects.order_by("number").first()
    if row is None or row.content.get("columns") != list(TALLIED):
        return None
    return figures_in(row.content, as_of=row.as_of)


def snapshot_taken(*, as_of: datetime) -> SnapshotContent:
    """Return a new snapshot, counted from the register at ``as_of`` (now); five queries."""
    today = civil_day(as_of)
    scope = FigureScope.usual(today)
    return SnapshotContent(
        columns=list(TALLIED),
        agencies={code: list(tally) for code, tally in agency_tallies(scope, today).items()},
        # PostgreSQL gives groups in any order, and the same counts must be the same snapshot.
        waits=sorted(
            (one.day, one.ending.value, one.count) for one in waits_observed(scope, today)
        ),
        months=[
            (one.month.isoformat(), one.received, one.replied)
            for one in months_of(month_tallies(scope))
        ],
    )


def figures_in(content: SnapshotContent, *, as_of: datetime) -> PublishedFigures:
    """Return the figures computed from a snapshot; no query."""
    tallies = {code: Tally(*numbers) for code, numbers in content["agencies"].items()}
    whole = Tally(*map(sum, zip(*tallies.values(), strict=True))) if tallies else NOTHING
    waits = [
        Observed(day=day, ending=Ending(ending), count=count)
        for day, ending, count in content["waits"]
    ]
    return PublishedFigures(
        figures=figures_of(whole, waits, scope=FigureScope.usual(civil_day(as_of)), as_of=as_of),
        months=tuple(
            MonthFigures(month=date.fromisoformat(month), received=received, replied=replied)
            for month, received, replied in content["months"]
        ),
        tallies=tallies,
    )
