"""Which figures of one scope would give away a small number of another, and stay unpublished.

People compare what is published: two periods, one administration with all of them, one kind with
all kinds. So what could point at a person is published for few scopes, which do not lie inside one
another, and its tables are treated as a whole.
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
    """Measures that stand in one table: the parts of a row, and what hides with each of them."""

    parts: Callable[[Tally], tuple[int, ...]]
    measures: tuple[tuple[Measure, ...], ...]


PROMISES = (Measure.PROMISE_RESPONSE, Measure.PROMISES_KEPT, Measure.PROMISES_BOUNDS)
TABLES = (
    _Table(
        parts=lambda one: (one.answered, one.inadmissible),
        measures=((Measure.ANSWERED,), (Measure.INADMISSIBLE,)),
    ),
    # How many went away is no secret: on how many the share in time rests tells it.
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
    # Of how many requests a named day has come, how many citizens said something, and what.
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
    # And beside all that were re-opened.
    _Table(
        parts=lambda one: (one.refused_reopened, one.reopened - one.refused_reopened),
        measures=((Measure.REFUSED_REOPENED,), (Measure.REFUSED_REOPENED,)),
    ),
    _Table(
        parts=lambda one: (one.refused_reversed, one.inadmissible - one.refused_reversed),
        measures=((Measure.REFUSED_REVERSED,), ()),
    ),
)
# Each of these tells how many were refused: as a share of a known number, or as its own whole.
OF_REFUSALS = frozenset(
    (Measure.REFUSED, Measure.REFUSED_REOPENED, Measure.REFUSED_REVERSED, *REASONED)
)
COUNTS = frozenset((Measure.ANSWERED, Measure.INADMISSIBLE))
# What still waits points at an administration, not at a person, but tells of a day.
EVERY = OF_REFUSALS.union((Measure.OPEN, Measure.OVERDUE)).union(
    measure for table in TABLES for measures in table.measures for measure in measures
)


def is_told_apart(scope: FigureScope, *, today: date) -> bool:
    """Return whether what could point at a person is published for the period of this scope.

    For the last twelve months and for years that are over: of two such periods none is so nearly
    the other that their difference is a month.
    """
    first, last = scope.date_from, scope.date_to
    usual = FigureScope.usual(today)
    if (first, last) == (usual.date_from, usual.date_to):
        return True
    is_year = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    return is_year and first.year == last.year < today.year


def withheld_in(rows: Mapping[str, Tally]) -> dict[str, frozenset[Measure]]:
    """Return what each of these withholds, whose sum is published as well."""
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
    """Return which figures about refusals one scope alone would give a small number away with."""
    found = {
        measure
        for table in (TABLES[0], *REFUSAL_TABLES)
        for measures, shown in zip(table.measures, suppress(table.parts(tally)), strict=True)
        for measure in measures
        if shown is None
    }
    return _with_refusals(found) & OF_REFUSALS


def _with_refusals(measures: Collection[Measure]) -> frozenset[Measure]:
    """Return the measures, and all that tell how many were refused where that is withheld."""
    return frozenset(measures) | (frozenset() if COUNTS.isdisjoint(measures) else OF_REFUSALS)
