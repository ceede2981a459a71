"""Rows of several tables written by one statement.

A case and all that belongs to its filing are eight rows in seven tables. Saved one by one they
cost eight round trips, a transaction around them and most of the time of a request; as one
statement they are all or nothing by themselves. The rows are model instances, made where their
rules stand: there is no second description of a table here.
"""

from functools import lru_cache
from typing import Any

from django.db import connection, models
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault


def rows_insert(*rows: Model) -> None:
    """Insert new rows, at least one, in one statement; a key that the database numbers is set.

    A row may point to another one of them that has no key yet. Nothing is validated here.
    """
    places = {id(row): number for number, row in enumerate(rows)}
    parts: list[str] = []
    values: list[Any] = []
    numbered: list[int] = []
    for number, row in enumerate(rows):
        columns: list[str] = []
        marks: list[str] = []
        sources: set[str] = set()
        for column in _columns(type(row)):
            target = column.points_to_new(row, places)
            if target is not None:
                columns.append(column.name)
                marks.append(f"r{target}.{_key(rows[target])}")
                sources.add(f"r{target}")
                continue
            value = column.value(row)
            if value is None and column.is_key:
                numbered.append(number)
            elif not isinstance(value, DatabaseDefault):
                columns.append(column.name)
                marks.append("%s")
                values.append(value)
        into = _insert(row, columns, marks, sources)
        returning = f" RETURNING {_key(row)}" if number in numbered else ""
        parts.append(f"r{number} AS ({into}{returning})")
    wanted = ", ".join(_key_of(rows[number], number) for number in numbered)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT {wanted or 1}", values)
        keys = cursor.fetchone()
    for number, key in zip(numbered, keys, strict=False):
        rows[number].pk = key
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


# psycopg2 takes their values as they are; the field's own preparing would only look at them.
_PLAIN = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.DateField,
    models.UUIDField,
)


class _Column:
    """One column of a table, with what does not change from row to row."""

    __slots__ = ("_field", "_is_plain", "_is_relation", "attribute", "is_key", "name")

    def __init__(self, field: "models.Field[Any, Any]") -> None:
        self._field = field
        self._is_relation = isinstance(field, models.ForeignKey)
        # A date that sets itself does so in its preparing.
        sets_itself = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        self._is_plain = isinstance(field, _PLAIN) and not sets_itself
        self.attribute = field.attname
        self.is_key = field.primary_key
        self.name = f'"{field.column}"'

    def value(self, row: Model) -> Any:
        """What psycopg2 is given."""
        if self._is_plain:
            return row.__dict__[self.attribute]
        value = self._field.pre_save(row, add=True)
        if isinstance(value, DatabaseDefault):
            return value
        return self._field.get_db_prep_save(value, connection)

    def points_to_new(self, row: Model, places: dict[int, int]) -> int | None:
        """The number of the row that this one points to, when that one has no key yet."""
        if not self._is_relation:
            return None
        target = row._state.fields_cache.get(self._field.name)
        return places.get(id(target)) if target is not None and target.pk is None else None


@lru_cache(maxsize=64)
def _columns(model: type[Model]) -> tuple[_Column, ...]:
    return tuple(_Column(field) for field in model._meta.concrete_fields if not field.generated)


def _insert(row: Model, columns: list[str], marks: list[str], sources: set[str]) -> str:
    # From a SELECT where a key comes from another row: a distributed engine takes no sub-query
    # among VALUES.
    values = ", ".join(marks)
    source = (
        f"SELECT {values} FROM {', '.join(sorted(sources))}" if sources else f"VALUES ({values})"  # noqa: S608
    )
    return f'INSERT INTO "{row._meta.db_table}" ({", ".join(columns)}) {source}'


def _key_of(row: Model, number: int) -> str:
    return f"(SELECT {_key(row)} FROM r{number})"  # noqa: S608


def _key(row: Model) -> str:
    return f'"{row._meta.pk.column}"'
