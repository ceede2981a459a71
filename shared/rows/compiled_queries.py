"""Compilation of a queryset's SQL once a process; later calls only replace the values.

Django needs longer to build the SQL of a queryset than PostgreSQL needs to run it. Without this
module, the whole page of the inbox took 36 % more processor time, and the page of a case 44 % more
(39 % longer). The module serves the queries of every page of the console: session, person, case
with its parts, lists. A query is a function that returns a queryset. Its SQL is built at the first
call and is equal for all agencies, because only the search path of the connection, not the SQL,
names the schema.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet, base
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable
from django.db.transaction import TransactionManagementError

P = ParamSpec("P")
R = TypeVar("R")

# A query has one SQL text, or a text for each value of ``by``, such as a list of the inbox.
MAX_TEXTS = 64

# The SQL is built twice, with different marks in place of the values: a parameter that is equal
# both times is a constant. Numbers are small, because Django omits a comparison with a number
# outside the column's range.
_MARKS: dict[object, Callable[[int, int], object]] = {
    int: lambda number, turn: 30_000 + 1_000 * turn + number,
    str: lambda number, turn: f"mark {turn} {number}",
    date: lambda number, turn: date(9000 + turn, 1, 1) + timedelta(days=number),
    datetime: lambda number, turn: datetime(9000 + turn, 1, 1 + number, tzinfo=UTC),
    UUID: lambda number, turn: UUID(int=1_000 * (1 + turn) + number),
}


def compiled_query(
    *, by: Sequence[str] = ()
) -> Callable[[Callable[P, QuerySet[Any, R]]], Callable[P, list[R]]]:
    """Return a decorator with which a function returns its queryset's rows; SQL is built once.

    The arguments are keyword arguments of the types in ``_MARKS``, never ``None``; the queryset may
    use them only as values. An argument named in ``by`` may have any type; the SQL is built for
    each of its values. Instances, ``select_related``, ``values_list`` and locks are as Django makes
    them, but no signal is sent for an instance.

    Raises ``TypeError`` at the first call for a queryset whose SQL depends on the values.
    """

    def decorate(ask: Callable[P, QuerySet[Any, R]]) -> Callable[P, list[R]]:
        kinds = {
            name: parameter.annotation
            for name, parameter in inspect.signature(ask).parameters.items()
            if name not in by
        }

        @lru_cache(maxsize=MAX_TEXTS)
        def kept_text(*chosen: object) -> _Text:
            return _written(ask, kinds, dict(zip(by, chosen, strict=True)))

        @wraps(ask)
        def rows(*_none: P.args, **given: P.kwargs) -> list[R]:
            return kept_text(*[given[name] for name in by]).rows(given)

        return rows

    return decorate


@dataclass(frozen=True, slots=True, kw_only=True)
class _Instance:
    """The plan for building an instance and its related instances from the columns of a row."""

    model: type[Model]
    columns: slice
    names: tuple[str, ...]
    key: int
    related: "tuple[tuple[_Instance, Callable[..., None], Callable[..., None]], ...]"

    def made(self, row: Sequence[Any]) -> Model | None:
        """Return the instance, or ``None`` where an outer join found no row."""
        if row[self.key] is None:
            return None
        # This does the work of ``Model.from_db`` in a third of the time.
        made = self.model.__new__(self.model)
        kept = made.__dict__
        kept["_state"] = state = base.ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        kept.update(zip(self.names, row[self.columns], strict=True))
        for part, set_here, set_there in self.related:
            other = part.made(row)
            set_here(made, other)
            if other is not None:
                set_there(other, made)
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A SQL statement, its parameters, and the reader of its rows."""

    sql: str
    # Each parameter is a constant, or the name of the argument whose value is sent.
    params: tuple[tuple[str | None, Any], ...]
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]
    read: Callable[[Sequence[Any]], Any]
    is_locking: bool

    def rows(self, given: dict[str, Any]) -> list[Any]:
        """Run the SQL with the given values and return its rows."""
        wrapper = connections[DEFAULT_DB_ALIAS]
        if self.is_locking and wrapper.get_autocommit():
            # In autocommit, the lock would end with the statement.
            raise TransactionManagementError("rows are locked in a transaction alone")
        values = [one if name is None else given[name] for name, one in self.params]
        with wrapper.cursor() as cursor:
            cursor.execute(self.sql, values)
            answer: list[Any] = cursor.fetchall()
        if self.converters:
            answer = [self._converted(row, wrapper) for row in answer]
        return [self.read(row) for row in answer]

    def _converted(self, row: Sequence[Any], wrapper: Any) -> list[Any]:
        values = list(row)
        for place, converters, expression in self.converters:
            for convert in converters:
                values[place] = convert(values[place], expression, wrapper)
        return values


def _written(
    ask: Callable[..., QuerySet[Any, Any]], kinds: dict[str, Any], chosen: dict[str, object]
) -> _Text:
    marks = [
        {name: _MARKS[kind](number, turn) for number, (name, kind) in enumerate(kinds.items())}
        for turn in (0, 1)
    ]
    queries = [ask(**chosen, **one) for one in marks]
    compilers = [one.query.get_compiler(DEFAULT_DB_ALIAS) for one in queries]
    (sql, params), (other_sql, other_params) = [one.as_sql() for one in compilers]
    if sql != other_sql:
        raise TypeError(f"the text of {ask.__qualname__} depends on its values")
    pairs = zip(params, other_params, strict=True)
    compiler = compilers[0]
    found = compiler.get_converters([one[0] for one in compiler.select])
    return _Text(
        sql=sql,
        params=tuple(_param(ask, marks, pair) for pair in pairs),
        converters=tuple((place, tuple(how), what) for place, (how, what) in found.items()),
        read=_reader(queries[0], compiler),
        is_locking=queries[0].query.select_for_update,
    )


def _param(
    ask: Callable[..., Any], marks: list[dict[str, Any]], pair: tuple[Any, Any]
) -> tuple[str | None, Any]:
    first, second = pair
    for name in marks[0]:
        if first == marks[0][name] and second == marks[1][name]:
            return name, None
    if first != second:
        raise TypeError(f"{ask.__qualname__} makes something else of its values: {first!r}")
    return None, first


def _reader(queryset: QuerySet[Any, Any], compiler: Any) -> Callable[[Sequence[Any]], Any]:
    kind: type[Any] = queryset._iterable_class
    if compiler.has_extra_select or kind not in _READERS:
        raise TypeError(f"rows of {kind.__name__} are not read here")
    return _READERS[kind](compiler)


def _instance_reader(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    if compiler.annotation_col_map:
        raise TypeError("instances with annotations are not made here")
    return _instance(compiler.klass_info, compiler.select).made


_READERS: dict[type[Any], Callable[[Any], Callable[[Sequence[Any]], Any]]] = {
    ModelIterable: _instance_reader,
    ValuesListIterable: lambda _compiler: tuple,
    FlatValuesListIterable: lambda _compiler: lambda row: row[0],
}


def _instance(info: dict[str, Any], select: Sequence[Any]) -> _Instance:
    places = info["select_fields"]
    names = tuple(select[place][0].target.attname for place in places)
    return _Instance(
        model=info["model"],
        columns=slice(places[0], places[-1] + 1),
        names=names,
        key=places[names.index(info["model"]._meta.pk.attname)],
        related=tuple(
            (_instance(one, select), one["local_setter"], one["remote_setter"])
            for one in info.get("related_klass_infos", ())
        ),
    )
