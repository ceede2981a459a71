"""Insertion of rows of several tables by one statement, such as a request's filing.

A case and all that belongs to its filing are seven rows in seven tables. Saved one by one they cost
seven round trips, a transaction around them and most of the time of a request; one statement is
atomic by itself. The rows are model instances, so no table is described a second time here.

Where the database is a cluster, the rows are separate statements in one transaction: one statement
over tables of several servers would need every server, and one server that does not answer would
stop the filing with all agencies.

Also used for rows that belong together: an event of a case with what is written beside it, and a
mail with the task that sends it. Saved one by one in a transaction, an officer's act took 1.4 times
as long and the two rows of a mail five times as long (processor time: 1.5 and 3.2 times).
Everything else is saved by the model.

The SQL depends only on the shape of the rows (which tables, which of them point to which, what the
database fills in), so it is built once for each shape.
"""

import json
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections, models, transaction
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault

from shared.rows.errors import AlreadyInserted

# Shapes differ by optional rows, such as an e-mail: there are a dozen.
MAX_SHAPES = 256


@contextmanager
def written_or_refuse(refusal: Exception) -> Iterator[None]:
    """Run a write that the database may refuse, as for a taken value. Raises ``refusal`` then."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise refusal from None


def rows_insert(*rows: Model, once: Model | None = None) -> None:
    """Insert new rows, at least one, in one statement, and set the keys made by the database.

    In a cluster: in one transaction. A row may point to another new row that has no key yet.
    Nothing is validated here. With ``once``, a row that has its key, all are inserted with that
    row, or none. Raises ``AlreadyInserted`` where its key exists, after waiting for a concurrent
    insertion of that key; no database error occurs, which would write the whole statement into
    PostgreSQL's log.
    """
    # Looked up once: Django's proxy "connection" repeats the lookup at each attribute.
    wrapper = connections[DEFAULT_DB_ALIAS]
    rows = rows if once is None else (once, *rows)
    if wrapper.settings_dict.get("CLUSTER"):
        _insert_separately(rows, wrapper, is_once=once is not None)
        return
    places = {id(row): number for number, row in enumerate(rows)}
    shape = tuple((type(row), _table(type(row)).shape(row, places)) for row in rows)
    statement = _statement(shape, is_once=once is not None)
    values = [
        row.__dict__[one.attribute] if one.is_plain else one.prepared(row, wrapper)
        for row, columns in zip(rows, statement.columns, strict=True)
        for one in columns
    ]
    with wrapper.cursor() as cursor:
        cursor.execute(statement.sql, values)
        keys = cursor.fetchone()
    if keys is None:
        raise AlreadyInserted
    for number, key in zip(statement.numbered, keys, strict=False):
        rows[number].pk = key
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _insert_separately(rows: Sequence[Model], wrapper: Any, *, is_once: bool) -> None:
    # Without a savepoint: an error ends the transaction around it, as one statement's would.
    with transaction.atomic(savepoint=False), wrapper.cursor() as cursor:
        is_new = not is_once or _insert_one(cursor, rows[0], wrapper, is_once=True)
        for row in rows[is_once:] if is_new else ():
            _insert_one(cursor, row, wrapper)
    # Outside of the block, which would otherwise spoil the transaction around it.
    if not is_new:
        raise AlreadyInserted


def _insert_one(cursor: Any, row: Model, wrapper: Any, *, is_once: bool = False) -> bool:
    """Insert one row; return ``False`` only if it may exist already and does."""
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
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return True


# psycopg2 takes values of these fields as they are; their preparation would only cost time.
_PLAIN = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.DateField,
    models.UUIDField,
)


class _Column:
    __slots__ = ("attribute", "field", "is_json", "is_plain", "name")

    def __init__(self, field: "models.Field[Any, Any]") -> None:
        # An automatic date is set in its preparation.
        sets_itself = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        self.field = field
        self.is_plain = isinstance(field, _PLAIN) and not sets_itself
        self.is_json = isinstance(field, models.JSONField) and field.encoder is None
        self.attribute: str = field.attname
        self.name = f'"{field.column}"'

    def prepared(self, row: Model, wrapper: Any) -> Any:
        """Return the value for psycopg2."""
        if self.is_json:
            # As text, which PostgreSQL reads as what the column holds.
            value = row.__dict__[self.attribute]
            return None if value is None else json.dumps(value, ensure_ascii=False)
        return self.field.get_db_prep_save(self.field.pre_save(row, add=True), wrapper)


class _Table:
    """The columns of one model, and the shapes of its rows."""

    def __init__(self, model: type[Model]) -> None:
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        self.columns = [_Column(field) for field in fields]
        self.key = next(column for column in self.columns if column.field.primary_key)
        self._relations = [one for one in fields if isinstance(one, models.ForeignKey)]
        self._defaults = [one.attname for one in fields if one.has_db_default()]

    def shape(self, row: Model, places: dict[int, int]) -> Hashable:
        """Return the numbers of new rows that a row points to, and columns that get defaults."""
        kept = row.__dict__
        return (
            tuple(self._target(row, field, places) for field in self._relations),
            tuple(name for name in self._defaults if isinstance(kept[name], DatabaseDefault)),
            kept[self.key.attribute] is None,
        )

    def relate(self, row: Model) -> None:
        """Set on a row the keys of the rows that it points to, which were inserted before."""
        for field in self._relations:
            target = row._state.fields_cache.get(field.name)
            if target is not None and row.__dict__[field.attname] is None:
                row.__dict__[field.attname] = getattr(target, field.target_field.attname)

    def targets(self, shape: Any) -> dict[str, int]:
        """Return column names, with the numbers of the new rows that they point to."""
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
    """A SQL statement, the columns of each row that it takes, and the rows that get a key."""

    sql: str
    columns: list[list[_Column]]
    numbered: list[int]


@lru_cache(maxsize=MAX_SHAPES)
def _statement(shapes: tuple[tuple[type[Model], Any], ...], *, is_once: bool) -> _Statement:
    tables = [_table(model) for model, _shape in shapes]
    parts: list[str] = []
    taken: list[list[_Column]] = []
    numbered: list[int] = []
    for number, (model, shape) in enumerate(shapes):
        table = tables[number]
        targets, (_relations, filled_in, is_unnumbered) = table.targets(shape), shape
        # A key that points to another row comes with that row.
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
        if is_once and number:
            sources.add("r0")
        into = _insert(model, columns, marks, sources)
        returning = f" RETURNING {table.key.name}" if number in numbered else ""
        if is_once and not number:
            # No column is named: that would need the right to read the table.
            returning = " ON CONFLICT DO NOTHING RETURNING 1"
        parts.append(f"r{number} AS ({into}{returning})")
        taken.append([one for one in columns if one.attribute not in targets])
    wanted = ", ".join(f"(SELECT {tables[one].key.name} FROM r{one})" for one in numbered)  # noqa: S608
    found = f"SELECT {wanted or 1}{' FROM r0' if is_once else ''}"  # noqa: S608
    return _Statement(sql=f"WITH {', '.join(parts)} {found}", columns=taken, numbered=numbered)


@lru_cache(maxsize=MAX_SHAPES)
def _single(
    model: type[Model], filled_in: tuple[str, ...], *, is_unnumbered: bool, is_once: bool
) -> tuple[str, list[_Column]]:
    """Return the SQL that inserts one row, and the columns whose values it takes."""
    table = _table(model)
    if is_unnumbered:
        filled_in = (*filled_in, table.key.attribute)
    columns = [one for one in table.columns if one.attribute not in filled_in]
    sql = _insert(model, columns, ["%s"] * len(columns), set())
    if is_unnumbered:
        sql += f" RETURNING {table.key.name}"
    if is_once:
        # No column is named: that would need the right to read the table.
        sql += " ON CONFLICT DO NOTHING"
    return sql, columns


def _insert(model: type[Model], columns: list[_Column], marks: list[str], sources: set[str]) -> str:
    # From a SELECT where a key comes from another row: a distributed engine takes no sub-query
    # among VALUES.
    names, values = ", ".join(one.name for one in columns), ", ".join(marks)
    source = (
        f"SELECT {values} FROM {', '.join(sorted(sources))}" if sources else f"VALUES ({values})"  # noqa: S608
    )
    return f'INSERT INTO "{model._meta.db_table}" ({names}) {source}'
