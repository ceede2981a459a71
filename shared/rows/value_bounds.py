"""Limits of the values of a table's columns, as one check constraint for each table.

An agency's database role may write any row into its own schema. The constraint refuses values that
neither a page nor a worker can read (a moment of the year 4000 BC, an unknown language, a counter
at the end of its type), because rows are copied to lists, to other agencies and to the national
register.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import CheckConstraint, Func, IntegerField, Model, Q, Value
from django.db.models.functions import Greatest, Least
from django.db.models.lookups import Exact, GreaterThanOrEqual, IsNull, LessThanOrEqual

from shared.kernel.clock import FIRST_DAY, FIRST_MOMENT, LAST_DAY, LAST_MOMENT

# Real counts, such as a case's re-openings, are far below; the column's type allows 32,767.
MAX_COUNT = 1_000
# No case has a million events; the column's type allows two thousand times as many.
MAX_POSITION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueBounds:
    """Bounds of the columns of one table, by the kind of their values."""

    moments: Sequence[str] = ()
    days: Sequence[str] = ()
    last_days: Sequence[str] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    arrays: Sequence[str] = ()


# The keys are names of constraints, because Django copies constraints without added attributes.
_BOUNDS: dict[str, ValueBounds] = {}


def values_bounded(
    name: str,
    *,
    moments: Sequence[str] = (),
    days: Sequence[str] = (),
    last_days: Sequence[str] = (),
    numbers: Mapping[str, int] | None = None,
    choices: Mapping[str, Sequence[str]] | None = None,
    lists: Mapping[str, Sequence[str]] | None = None,
    arrays: Sequence[str] = (),
) -> CheckConstraint:
    """Return a check constraint that limits the values of columns.

    Values of ``days`` and ``moments`` must be in the kernel's range. ``last_days``: days of which
    ``date.max`` means "no term". ``lists``: JSON lists of the given words. ``arrays``: PostgreSQL
    arrays, whose type alone would allow nested arrays and nulls. The first word of ``choices``
    replaces an unknown value when rows are repaired. NULL is allowed. A table has one such
    constraint, because every constraint adds rows to the catalog for every agency.
    """
    bounds = ValueBounds(
        moments=moments, days=days, last_days=last_days,
        numbers=numbers or {}, choices=choices or {}, lists=lists or {}, arrays=arrays,
    )  # fmt: skip
    terms = [
        *_between(moments, FIRST_MOMENT, LAST_MOMENT),
        *_between(days, FIRST_DAY, LAST_DAY),
        *(
            reduce(and_, _between([one], FIRST_DAY, LAST_DAY)) | Q(**{one: date.max})
            for one in last_days
        ),
        *(Q(**{f"{column}__lte": most}) for column, most in bounds.numbers.items()),
        *(Q(**{f"{column}__in": list(words)}) for column, words in bounds.choices.items()),
        *(term for column, words in bounds.lists.items() for term in _listed(column, words)),
        *(term for column in arrays for term in _flat(column)),
    ]
    _BOUNDS[name] = bounds
    return CheckConstraint(condition=reduce(and_, terms), name=name)


def bounds_of(model: type[Model]) -> ValueBounds:
    """Return the bounds that a model's constraint sets; empty bounds without a constraint."""
    return next((_BOUNDS[name] for name in bound_names(model)), ValueBounds())


def bound_names(model: type[Model]) -> list[str]:
    """Return the names of a model's constraints made by ``values_bounded``; at most one name."""
    return [one.name for one in model._meta.constraints if one.name in _BOUNDS]


def _between(columns: Sequence[str], first: Any, last: Any) -> list[Q]:
    ends = (("gte", first), ("lte", last))
    if len(columns) < 2:
        # No range lookup is used, because PostgreSQL would store and print a range in another form.
        return [Q(**{f"{one}__{bound}": value}) for one in columns for bound, value in ends]
    # Two comparisons check all columns, because LEAST and GREATEST ignore nulls.
    return [
        Q(GreaterThanOrEqual(Least(*columns), Value(first))),
        Q(LessThanOrEqual(Greatest(*columns), Value(last))),
    ]


def _listed(column: str, words: Sequence[str]) -> list[Q]:
    return [
        Q(**{f"{column}__contained_by": list(words)}),
        # PostgreSQL counts a JSON string outside a list as contained in the list.
        Q(Exact(Func(column, function="jsonb_typeof"), Value("array"))),
    ]


def _flat(column: str) -> list[Q]:
    """Return conditions for an array of one dimension without nulls; an empty array passes.

    The dimension is checked first, because ``array_position`` fails for nested arrays.
    """
    dimensions = Func(column, function="array_ndims", output_field=IntegerField())
    null = Func(
        column,
        template="array_position(%(expressions)s, NULL)",
        output_field=IntegerField(),
    )
    return [Q(Exact(dimensions, Value(1))), Q(IsNull(null, True))]
