"""Insertion of rows into several tables by one SQL statement.

A filing inserts seven rows into seven tables. Separate inserts would need seven round trips, which
is most of the time of the filing. The module also inserts an event of a case with its other rows,
and an e-mail with its task. All other rows are saved by their models.

In a cluster, each row is inserted by a separate statement in one transaction: a statement with
tables on several servers needs all servers, so one unavailable server would stop all filings.

The SQL is built once for each shape of the rows. A shape is: the tables, the foreign keys among the
rows, and the columns that the database fills.
"""

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, models, transaction
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault

from shared.rows.columns import Column
from shared.rows.errors import AlreadyInserted, ConditionUnmet
from shared.rows.repeated_sql import RepeatedSql

# The largest count of cached shapes; about twelve shapes exist.
MAX_SHAPES = 256


@contextmanager
def written_or_refuse(refusal: Exception) -> Iterator[None]:
    """Run the block in a transaction. Raises ``refusal`` for an ``IntegrityError`` of the block."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise refusal from None


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertCondition:
    """A condition in SQL, and the values of its parameters."""

    sql: str
    values: tuple[object, ...]


def rows_insert(
    *rows: Model, once: Model | None = None, condition: InsertCondition | None = None
) -> None:
    """Insert new rows by one statement (in a cluster one for each), and set their primary keys.

    A foreign key may point to another new row without a primary key. Rows are not validated.
    ``once`` is a row with a primary key. If this key exists already, nothing is inserted and
    ``AlreadyInserted`` is raised. This is no database error, because PostgreSQL would log the whole
    statement with its personal data.

    With ``condition`` the rows are inserted only if it is true in the same statement, otherwise
    ``ConditionUnmet`` is raised, also if both prevent the insertion. A cluster allows no condition.
    """
    # The proxy ``django.db.connection`` is slower, because it looks up each attribute.
    wrapper = connections[DEFAULT_DB_ALIAS]
    rows = rows if once is None else (once, *rows)
    if wrapper.settings_dict.get("CLUSTER"):
        assert condition is None  # noqa: S101 - a defect of the caller
        _insert_separately(rows, wrapper, is_once=once is not None)
        return
    places = {id(row): number for number, row in enumerate(rows)}
    shape = tuple((type(row), _table(type(row)).shape(row, places)) for row in rows)
    statement = _statement(
        shape, is_once=once is not None, condition=condition.sql if condition else ""
    )
    values = [
        row.__dict__[one.attribute] if one.is_plain else one.prepared(row, wrapper)
        for row, columns in zip(rows, statement.columns, strict=True)
        for one in columns
    ]
    if condition:
        # The condition is the last part of the first row's insertion.
        place = len(statement.columns[0])
        values[place:place] = condition.values
    with wrapper.cursor() as cursor:
        cursor.execute(statement.sql, values)
        keys = cursor.fetchone()
    if keys is None:
        raise ConditionUnmet if condition else AlreadyInserted
    for number, key in zip(statement.numbered, keys, strict=False):
        rows[number].pk = key
    _set_inserted(rows)


def _set_inserted(rows: Sequence[Model]) -> None:
    """Record in the state of each row that the row is stored, and where.

    Whatever the state of the first row records at the moment is true for all rows.
    """
    first = rows[0]._state
    first.adding, first.db = False, DEFAULT_DB_ALIAS
    found = {name: value for name, value in vars(first).items() if name != "fields_cache"}
    for row in rows[1:]:
        vars(row._state).update(found)


def _insert_separately(rows: Sequence[Model], wrapper: Any, *, is_once: bool) -> None:
    # A savepoint is not needed, because after an error the outer transaction must end anyway.
    with transaction.atomic(savepoint=False), wrapper.cursor() as cursor:
        is_new = not is_once or _insert_one(cursor, rows[0], wrapper, is_once=True)
        for row in rows[is_once:] if is_new else ():
            _insert_one(cursor, row, wrapper)
    # Inside of the block, the error would mark the outer transaction for rollback.
    if not is_new:
        raise AlreadyInserted


def _insert_one(cursor: Any, row: Model, wrapper: Any, *, is_once: bool = False) -> bool:
    """Insert a row; return ``False`` if ``is_once`` is true and the row exists already."""
    table = _table(type(row))
    table.relate(row)
    shape: Any = table.shape(row, {})
    _targets, filled_in, is_unnumbered = shape
    sql, columns = _single(type(row), filled_in, is_unnumbered=is_unnumbered, is_once=is_once)
    values = [
        row.__dict__[one.attribute] if one.is_plain else one.prepared(row, wrapper)
        for one in columns
    ]
    cursor.execute(sql, values)
    if is_unnumbered:
        row.pk = cursor.fetchone()[0]
    elif is_once and cursor.rowcount == 0:
        return False
    _set_inserted([row])
    return True


class _Table:
    """The columns of a model, with methods for the shapes of its rows."""

    def __init__(self, model: type[Model]) -> None:
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        self.columns = [Column(field) for field in fields]
        self.key = next(column for column in self.columns if column.field.primary_key)
        self._relations = [one for one in fields if isinstance(one, models.ForeignKey)]
        self._defaults = [one.attname for one in fields if one.has_db_default()]

    def shape(self, row: Model, places: dict[int, int]) -> Hashable:
        """Return the shape of a row: its foreign keys, database defaults and missing key.

        For each foreign key, the shape has the position of the new row to which the key points.
        """
        kept = row.__dict__
        return (
            tuple(self._target(row, field, places) for field in self._relations),
            tuple(name for name in self._defaults if isinstance(kept[name], DatabaseDefault)),
            kept[self.key.attribute] is None,
        )

    def relate(self, row: Model) -> None:
        """Set the foreign keys of a row to the primary keys of rows that were inserted before."""
        for field in self._relations:
            target = row._state.fields_cache.get(field.name)
            if target is not None and row.__dict__[field.attname] is None:
                row.__dict__[field.attname] = getattr(target, field.target_field.attname)

    def targets(self, shape: Any) -> dict[str, int]:
        """Return the positions of the new rows to which foreign keys point, keyed by column."""
        pairs = zip(self._relations, shape[0], strict=True)
        return {field.attname: number for field, number in pairs if number is not None}

    @staticmethod
    def _target(row: Model, field: Any, places: dict[int, int]) -> int | None:
        target = row._state.fields_cache.get(field.name)
        return places.get(id(target)) if target is not None and target.pk is None else None


@lru_cache(maxsize=64)
def _table(model: type[Model]) -> _Table:
    return _Table(model)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    """A SQL statement that inserts several rows.

    ``columns``: for each row, the columns whose values are parameters. ``numbered``: the positions
    of the rows whose primary keys the database makes.
    """

    sql: str
    columns: list[list[Column]]
    numbered: list[int]


@lru_cache(maxsize=MAX_SHAPES)
def _statement(
    shapes: tuple[tuple[type[Model], Any], ...], *, is_once: bool, condition: str = ""
) -> _Statement:
    may_fail = is_once or bool(condition)
    tables = [_table(model) for model, _shape in shapes]
    parts: list[str] = []
    taken: list[list[Column]] = []
    numbered: list[int] = []
    for number, (model, shape) in enumerate(shapes):
        table = tables[number]
        targets, (_relations, filled_in, is_unnumbered) = table.targets(shape), shape
        # A primary key that is also a foreign key gets its value from the other row.
        if is_unnumbered and table.key.attribute not in targets:
            numbered.append(number)
            filled_in = (*filled_in, table.key.attribute)
        columns = [one for one in table.columns if one.attribute not in filled_in]
        marks = [
            f"r{targets[one.attribute]}.{tables[targets[one.attribute]].key.name}"
            if one.attribute in targets
            else "%s"
            for one in columns
        ]
        sources = {f"r{target}" for target in targets.values()}
        if may_fail and number:
            sources.add("r0")
        into = _insert(model, columns, marks, sources, condition="" if number else condition)
        returning = f" RETURNING {table.key.name}" if number in numbered else ""
        if is_once and not number:
            # ON CONFLICT with a column would need the right to read the table.
            returning = " ON CONFLICT DO NOTHING RETURNING 1"
        elif may_fail and not number:
            returning = returning or " RETURNING 1"
        parts.append(f"r{number} AS ({into}{returning})")
        taken.append([one for one in columns if one.attribute not in targets])
    wanted = ", ".join(f"(SELECT {tables[one].key.name} FROM r{one})" for one in numbered)  # noqa: S608
    found = f"SELECT {wanted or 1}{' FROM r0' if may_fail else ''}"  # noqa: S608
    sql = RepeatedSql(f"WITH {', '.join(parts)} {found}")
    return _Statement(sql=sql, columns=taken, numbered=numbered)


@lru_cache(maxsize=MAX_SHAPES)
def _single(
    model: type[Model], filled_in: tuple[str, ...], *, is_unnumbered: bool, is_once: bool
) -> tuple[str, list[Column]]:
    """Return the SQL that inserts one row, and the columns whose values are parameters."""
    table = _table(model)
    if is_unnumbered:
        filled_in = (*filled_in, table.key.attribute)
    columns = [one for one in table.columns if one.attribute not in filled_in]
    sql = _insert(model, columns, ["%s"] * len(columns), set())
    if is_unnumbered:
        sql += f" RETURNING {table.key.name}"
    if is_once:
        # ON CONFLICT with a column would need the right to read the table.
        sql += " ON CONFLICT DO NOTHING"
    return sql, columns


def _insert(
    model: type[Model],
    columns: list[Column],
    marks: list[str],
    sources: set[str],
    *,
    condition: str = "",
) -> str:
    # The keys of other new rows are read by SELECT, because Citus accepts no sub-query in VALUES.
    names, values = ", ".join(one.name for one in columns), ", ".join(marks)
    source = f"VALUES ({values})"
    if sources:
        source = f"SELECT {values} FROM {', '.join(sorted(sources))}"  # noqa: S608
    elif condition:
        source = f"SELECT {values} WHERE {condition}"
    return f'INSERT INTO "{model._meta.db_table}" ({names}) {source}'
