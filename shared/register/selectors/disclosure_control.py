"""Rules on figures of one scope that would reveal a small number of another scope.

People compare what is published: two periods, one administration with all, one kind with all kinds.
So figures that could identify a person are published for few scopes, which do not lie inside one
another, and their tables are suppressed as a whole.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from shared.figures.small_cell_suppression import suppress, suppress_table
from shared.register.enums import Measure
from shared.register.types import FigureScope, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Measures of one table: the parts of a row, and the measures hidden with each part."""

    parts: Callable[[Tally], tuple[int, ...]]
    measures: tuple[tuple[Measure, ...], ...]


PROMISES = (Measure.PROMISE_RESPONSE, Measure.PROMISES_KEPT, Measure.PROMISES_BOUNDS)
TABLES = (
    _Table(
        parts=lambda one: (one.answered, one.inadmissible),
        measures=((Measure.ANSWERED,), (Measure.INADMISSIBLE,)),
    ),
    # How many left is no secret: the number follows from the whole of the share in time.
    _Table(
        parts=lambda one: (one.withdrawn, one.transferred),
        measures=((Measure.WITHDRAWN,), (Measure.TRANSFERRED,)),
    ),
    _Table(
        parts=lambda one: (one.reopened, one.answered + one.inadmissible - one.reopened),
        measures=((Measure.REOPENED,), ()),
    ),
    _Table(
        parts=lambda one: (one.responses, one.answered + one.inadmissible - one.responses),
        measures=(
            (Measure.RESPONSE, Measure.RESOLVED, Measure.RESOLVED_BOUNDS, Measure.HANDLING),
            (),
        ),
    ),
    _Table(
        parts=lambda one: (one.resolved, one.responses - one.resolved),
        measures=((Measure.RESOLVED, Measure.RESOLVED_BOUNDS), ()),
    ),
    # Requests whose named day has come, citizens who said something, and what they said.
    _Table(
        parts=lambda one: (one.promises_due, one.replied - one.promises_due),
        measures=(PROMISES, ()),
    ),
    _Table(
        parts=lambda one: (one.promises_told, one.promises_due - one.promises_told),
        measures=(PROMISES, ()),
    ),
    _Table(
        parts=lambda one: (one.promises_kept, one.promises_told - one.promises_kept),
        measures=((Measure.PROMISES_KEPT, Measure.PROMISES_BOUNDS), ()),
    ),
)
REASONED = (Measure.REASONED_IN_TIME, Measure.REASONED_BY_60)
REFUSAL_TABLES = (
    # Beside the share with any reply, which is always published.
    _Table(
        parts=lambda one: (one.refused_in_time, one.in_time - one.refused_in_time),
        measures=(REASONED, REASONED),
    ),
    _Table(
        parts=lambda one: (one.refused_reopened, one.inadmissible - one.refused_reopened),
        measures=((Measure.REFUSED_REOPENED,), ()),
    ),
    # Beside the number of all re-opened requests.
    _Table(
        parts=lambda one: (one.refused_reopened, one.reopened - one.refused_reopened),
        measures=((Measure.REFUSED_REOPENED,), (Measure.REFUSED_REOPENED,)),
    ),
    _Table(
        parts=lambda one: (one.refused_reversed, one.inadmissible - one.refused_reversed),
        measures=((Measure.REFUSED_REVERSED,), ()),
    ),
)
# Each of these reveals how many were refused: as a share of a known number, or by its own whole.
OF_REFUSALS = frozenset(
    (Measure.REFUSED, Measure.REFUSED_REOPENED, Measure.REFUSED_REVERSED, *REASONED)
)
COUNTS = frozenset((Measure.ANSWERED, Measure.INADMISSIBLE))
# Waiting cases identify an administration, not a person, but reveal what happened on one day.
EVERY = OF_REFUSALS.union((Measure.OPEN, Measure.OVERDUE)).union(
    measure for table in TABLES for measures in table.measures for measure in measures
)


def is_told_apart(scope: FigureScope, *, today: date) -> bool:
    """Return whether figures that could identify a person are published for a scope's period.

    For the last twelve months and for years that are over: no two such periods are so nearly equal
    that their difference is a month.
    """
    first, last = scope.date_from, scope.date_to
    usual = FigureScope.usual(today)
    if (first, last) == (usual.date_from, usual.date_to):
        return True
    is_year = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    return is_year and first.year == last.year < today.year


def withheld_in(rows: Mapping[str, Tally]) -> dict[str, frozenset[Measure]]:
    """Return the measures that each of these rows withholds; their sum is published too."""
    codes = sorted(rows)
    return dict(zip(codes, _withheld(tuple(rows[code] for code in codes)), strict=True))


@lru_cache(maxsize=8)
def _withheld(rows: Sequence[Tally]) -> tuple[frozenset[Measure], ...]:
    found: list[set[Measure]] = [set() for _row in rows]
    for table in (*TABLES, *REFUSAL_TABLES):
        for measures, mask in zip(
            found, suppress_table([table.parts(row) for row in rows]), strict=True
        ):
            for place in mask:
                measures.update(table.measures[place])
    return tuple(_with_refusals(measures) for measures in found)


def refusals_withheld(tally: Tally) -> frozenset[Measure]:
    """Return the figures on refusals that reveal a small number within one scope alone."""
    found = {
        measure
        for table in (TABLES[0], *REFUSAL_TABLES)
        for measures, shown in zip(table.measures, suppress(table.parts(tally)), strict=True)
        for measure in measures
        if shown is None
    }
    return _with_refusals(found) & OF_REFUSALS


def _with_refusals(measures: Collection[Measure]) -> frozenset[Measure]:
    """Return the measures, with all that reveal the number of refusals where it is withheld."""
    return frozenset(measures) | (frozenset() if COUNTS.isdisjoint(measures) else OF_REFUSALS)
