"""Check constraints that limit the values of a table's columns.

An agency's database role may write any row into its own schema. The constraint refuses values that
would break pages, workers and the national register, for example a time in the year 4000 BC.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import BooleanField, CheckConstraint, Func, IntegerField, Model, Q, Value
from django.db.models.functions import Greatest, Least
from django.db.models.lookups import Exact, GreaterThanOrEqual, IsNull, LessThanOrEqual

from shared.kernel.clock import FIRST_DAY, FIRST_MOMENT, LAST_DAY, LAST_MOMENT

# The largest count in a column, for example of a case's re-openings; real counts are far smaller.
MAX_COUNT = 1_000
# The largest position of an event in a case; real positions are far smaller.
MAX_POSITION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueBounds:
    """The limits of the columns of a table; a field has the columns of one kind of values."""

    moments: Sequence[str] = ()
    days: Sequence[str] = ()
    last_days: Sequence[str] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    arrays: Sequence[str] = ()


_WORD = re.compile(r"[a-z0-9_]*")

# The limits, keyed by the name of the constraint. They cannot be attributes of the constraint,
# because Django copies constraints without added attributes.
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
    """Return the check constraint of a table; NULL is always allowed.

    ``moments``, ``days``: columns of times and days, limited by ``shared.kernel.clock``.
    ``last_days``: columns of days that may also be ``date.max``, for "no term". ``numbers``:
    columns and their largest number. ``choices``: columns and their allowed words; in repairs, the
    first word replaces an unknown word. ``lists``: columns of JSON lists and their allowed words.
    ``arrays``: columns of PostgreSQL arrays without nulls and without nested arrays.
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
        *(word_among(column, words) for column, words in bounds.choices.items()),
        *(term for column, words in bounds.lists.items() for term in _listed(column, words)),
        *(term for column in arrays for term in _flat(column)),
    ]
    _BOUNDS[name] = bounds
    return CheckConstraint(condition=reduce(and_, terms), name=name)


def word_among(column: str, words: Sequence[str]) -> Q:
    """Return the condition of a check constraint that a text column has one of ``words``.

    PostgreSQL parses a constraint's stored text at each INSERT, and each connection keeps the text
    for each agency. The lookup "in" would store 320 bytes for each word; an array stores 70.
    Raises ``ValueError`` for a word that needs quotes in the array.
    """
    if wrong := [word for word in words if word == "null" or not _WORD.fullmatch(word)]:
        raise ValueError(f"words that need quotes: {wrong}")
    array = ",".join(word or '""' for word in words)
    template = f"%(expressions)s = ANY ('{{{array}}}'::text[])"
    return Q(Func(column, template=template, output_field=BooleanField()))


def bounds_of(model: type[Model]) -> ValueBounds:
    """Return the limits of a model's columns; they are empty without a constraint."""
    return next((_BOUNDS[name] for name in bound_names(model)), ValueBounds())


def bound_names(model: type[Model]) -> list[str]:
    """Return the names of a model's constraints made by ``values_bounded`` (at most one)."""
    return [one.name for one in model._meta.constraints if one.name in _BOUNDS]


def _between(columns: Sequence[str], first: Any, last: Any) -> list[Q]:
    ends = (("gte", first), ("lte", last))
    if len(columns) < 2:
        # The lookup "range" is not used, because PostgreSQL would store BETWEEN in another form.
        return [Q(**{f"{one}__{bound}": value}) for one in columns for bound, value in ends]
    # Two comparisons check all columns at once; LEAST and GREATEST ignore NULL.
    return [
        Q(GreaterThanOrEqual(Least(*columns), Value(first))),
        Q(LessThanOrEqual(Greatest(*columns), Value(last))),
    ]


def _listed(column: str, words: Sequence[str]) -> list[Q]:
    return [
        Q(**{f"{column}__contained_by": list(words)}),
        # A JSON string instead of a list would also be "contained by" the list.
        Q(Exact(Func(column, function="jsonb_typeof"), Value("array"))),
    ]


def _flat(column: str) -> list[Q]:
    """Return the conditions for an array without nulls and without nested arrays.

    The order matters, because ``array_position`` fails for nested arrays.
    """
    dimensions = Func(column, function="array_ndims", output_field=IntegerField())
    null = Func(
        column,
        template="array_position(%(expressions)s, NULL)",
        output_field=IntegerField(),
    )
    return [Q(Exact(dimensions, Value(1))), Q(IsNull(null, True))]
