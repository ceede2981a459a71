"""Rules on figures of one scope that would reveal a small number of another scope.

Readers can subtract published figures of one scope from figures of a larger scope (of a period, an
administration, a kind). So figures that could identify a person are published only for few scopes
that do not contain each other, and small numbers are suppressed in a whole table.
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
    """One table of counts: ``parts`` of a row, and the ``measures`` to hide with each part."""

    parts: Callable[[Tally], tuple[int, ...]]
    measures: tuple[tuple[Measure, ...], ...]


PROMISES = (Measure.PROMISE_RESPONSE, Measure.PROMISES_KEPT, Measure.PROMISES_BOUNDS)
TABLES = (
    _Table(
        parts=lambda one: (one.answered, one.inadmissible),
        measures=((Measure.ANSWERED,), (Measure.INADMISSIBLE,)),
    ),
    # The denominator of the share in time reveals the sum of withdrawn and transferred requests, so
    # the sum is not hidden.
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
    # Tables on promises: due promises, promises with a citizen's answer, and kept promises.
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
    # The share of complaints with any reply in time is always published.
    _Table(
        parts=lambda one: (one.refused_in_time, one.in_time - one.refused_in_time),
        measures=(REASONED, REASONED),
    ),
    _Table(
        parts=lambda one: (one.refused_reopened, one.inadmissible - one.refused_reopened),
        measures=((Measure.REFUSED_REOPENED,), ()),
    ),
    # The count of all re-opened requests is published too.
    _Table(
        parts=lambda one: (one.refused_reopened, one.reopened - one.refused_reopened),
        measures=((Measure.REFUSED_REOPENED,), (Measure.REFUSED_REOPENED,)),
    ),
    _Table(
        parts=lambda one: (one.refused_reversed, one.inadmissible - one.refused_reversed),
        measures=((Measure.REFUSED_REVERSED,), ()),
    ),
)
# Measures whose share or denominator reveals the count of refusals.
OF_REFUSALS = frozenset(
    (Measure.REFUSED, Measure.REFUSED_REOPENED, Measure.REFUSED_REVERSED, *REASONED)
)
COUNTS = frozenset((Measure.ANSWERED, Measure.INADMISSIBLE))
# Counts of waiting cases identify no person, but reveal what happened on one day.
EVERY = OF_REFUSALS.union((Measure.OPEN, Measure.OVERDUE)).union(
    measure for table in TABLES for measures in table.measures for measure in measures
)


def is_told_apart(scope: FigureScope, *, today: date) -> bool:
    """Return whether figures that could identify a person may be published for a scope's period.

    The allowed periods are the last twelve months and past calendar years, because no two of these
    periods differ by only a month.
    """
    first, last = scope.date_from, scope.date_to
    usual = FigureScope.usual(today)
    if (first, last) == (usual.date_from, usual.date_to):
        return True
    is_year = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    return is_year and first.year == last.year < today.year


def withheld_in(rows: Mapping[str, Tally]) -> dict[str, frozenset[Measure]]:
    """Return the measures to withhold, keyed by row; the sums of all rows are published too."""
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
    """Return the measures of refusals that reveal a small number of the same scope."""
    found = {
        measure
        for table in (TABLES[0], *REFUSAL_TABLES)
        for measures, shown in zip(table.measures, suppress(table.parts(tally)), strict=True)
        for measure in measures
        if shown is None
    }
    return _with_refusals(found) & OF_REFUSALS


def _with_refusals(measures: Collection[Measure]) -> frozenset[Measure]:
    """Return the measures; add all measures of refusals if the count of refusals is withheld."""
    return frozenset(measures) | (frozenset() if COUNTS.isdisjoint(measures) else OF_REFUSALS)
