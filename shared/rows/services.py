"""Rows of several tables written by one statement.

A case and all that belongs to its filing are eight rows in seven tables. Saved one by one they
cost eight round trips, a transaction around them and most of the time of a request; as one
statement they are all or nothing by themselves. The rows are model instances, made where their
rules stand: there is no second description of a table here.
"""

from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field, ForeignKey, Model
from django.db.models.expressions import DatabaseDefault


def rows_insert(*rows: Model) -> None:
    """Insert new rows, at least one, in one statement; a key that the database numbers is set.

    A row may point to another one of them that has no key yet. Nothing is validated here.
    """
    places = {id(row): number for number, row in enumerate(rows)}
    parts, values, numbered = [], [], []
    for number, row in enumerate(rows):
        columns: list[str] = []
        marks: list[str] = []
        for field in _fields(type(row)):
            target = _unnumbered_target(row, field, places)
            if target is not None:
                columns.append(str(field.column))
                marks.append(_key_of(rows[target], target))
                continue
            value = field.pre_save(row, add=True)
            if value is None and field.primary_key:
                numbered.append(number)
            elif not isinstance(value, DatabaseDefault):
                columns.append(str(field.column))
                marks.append("%s")
                values.append(field.get_db_prep_save(value, connection))
        parts.append(_insert(row, columns, marks, number, returning=number in numbered))
    wanted = ", ".join(_key_of(rows[number], number) for number in numbered)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT {wanted or 1}", values)
        keys = cursor.fetchone()
    for number, key in zip(numbered, keys, strict=False):
        rows[number].pk = key
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _insert(row: Model, columns: list[str], marks: list[str], number: int, returning: bool) -> str:
    quoted = ", ".join(f'"{column}"' for column in columns)
    into = f'INSERT INTO "{row._meta.db_table}" ({quoted}) VALUES ({", ".join(marks)})'  # noqa: S608
    return f"r{number} AS ({into}{f' RETURNING {_key(row)}' if returning else ''})"


def _key_of(row: Model, number: int) -> str:
    return f"(SELECT {_key(row)} FROM r{number})"  # noqa: S608


def _key(row: Model) -> str:
    return f'"{row._meta.pk.column}"'


def _unnumbered_target(row: Model, field: "Field[Any, Any]", places: dict[int, int]) -> int | None:
    """The number of the row that this one points to, when that one is new and has no key."""
    if not isinstance(field, ForeignKey):
        return None
    target = field.get_cached_value(row, default=None)
    return places.get(id(target)) if target is not None and target.pk is None else None


@lru_cache(maxsize=64)
def _fields(model: type[Model]) -> "tuple[Field[Any, Any], ...]":
    return tuple(field for field in model._meta.concrete_fields if not field.generated)
