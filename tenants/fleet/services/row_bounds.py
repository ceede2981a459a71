"""Validation of constraints on the range of values, and repair of rows that violate a constraint.

A migration adds such a constraint without a check of old rows, so that no old row stops the
migration. Until its validation the constraint applies only to new or changed rows.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from shared.kernel.clock import FIRST_DAY, FIRST_MOMENT, LAST_DAY, LAST_MOMENT
from shared.rows.value_bounds import ValueBounds, bound_names, bounds_of
from tenants.isolation.schema_switch import as_owner
from tenants.isolation.sql import sql_column, sql_rows, sql_run

LOCK_TIMEOUT = "2s"
# The maximum number of keys in a ``Violation``; ``count`` is the number of all invalid rows.
MAX_NAMED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenConstraint:
    """A constraint of a schema that PostgreSQL has not validated on old rows yet."""

    schema_name: str
    table: str
    name: str
    condition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """The primary keys and the count of the rows that violate a constraint."""

    constraint: OpenConstraint
    keys: tuple[str, ...]
    count: int


def constraints_open(*, schema_name: str = "") -> list[OpenConstraint]:
    """Return the constraints that are not validated, in one schema or in all schemas."""
    with as_owner():
        rows = sql_rows(
            "SELECT n.nspname, c.relname, k.conname, pg_get_expr(k.conbin, k.conrelid)"
            " FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE k.contype = 'c' AND NOT k.convalidated AND %s IN ('', n.nspname)"
            " ORDER BY n.nspname, c.relname, k.conname",
            schema_name,
        )
    return [
        OpenConstraint(schema_name=schema, table=table, name=name, condition=condition)
        for schema, table, name, condition in rows
    ]


def constraint_validate(one: OpenConstraint, *, is_repair: bool = False) -> Violation | None:
    """Validate a constraint on all rows; return its violation, or ``None`` if all rows are valid.

    With ``is_repair`` invalid values are replaced by safe values, and the constraint is validated
    again if all rows are then valid. The call may be repeated.
    """
    place = _place(one.schema_name, one.table)
    validate = f"ALTER TABLE {place} VALIDATE CONSTRAINT {_quoted(one.name)}"
    try:
        with as_owner(), transaction.atomic():
            sql_run(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'; SET LOCAL statement_timeout = 0")
            sql_run(validate)
    except IntegrityError:
        found = _violation(one, place)
        if is_repair:
            with as_owner(), transaction.atomic():
                sql_run("SET LOCAL statement_timeout = 0")
                rows_repair(schema_name=one.schema_name, table=one.table)
                # Rows stay invalid if the model of the column defines no safe value.
            if _violation(one, place).count == 0:
                constraint_validate(one)
        return found
    return None


def rows_repair(*, schema_name: str, table: str) -> int:
    """Replace invalid values of a table by safe values, and return the count of changed rows.

    The caller must open a transaction with the owner's rights.
    """
    model = _model(table)
    bounds = bounds_of(model) if model is not None else ValueBounds()
    there = set(
        sql_column(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = ''",
            _place(schema_name, table),
        )
    )
    settings = [one for one in _settings(bounds) if one[0] in there]
    if not settings:
        return 0
    changes = ", ".join(f"{_quoted(name)} = {sql}" for name, sql, _values in settings)
    differs = " OR ".join(
        f"{_quoted(name)} IS DISTINCT FROM {sql}" for name, sql, _values in settings
    )
    values = [value for _name, _sql, given in settings for value in given]
    place = _place(schema_name, table)
    return sql_run(f"UPDATE {place} SET {changes} WHERE {differs}", *values, *values)  # noqa: S608


def bounds_drop(*, schema_name: str, table: str) -> list[tuple[str, str]]:
    """Drop a table's constraints on values; return names and definitions of the constraints."""
    model = _model(table)
    found = sql_rows(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype = 'c' AND conname = ANY(%s)",
        _place(schema_name, table),
        bound_names(model) if model is not None else [],
    )
    for name, _definition in found:
        sql_run(f"ALTER TABLE {_place(schema_name, table)} DROP CONSTRAINT {_quoted(name)}")
    return found


def bounds_add(*, schema_name: str, table: str, dropped: Iterable[tuple[str, str]]) -> None:
    """Create dropped constraints again, and validate the constraints on all rows."""
    for name, definition in dropped:
        sql_run(
            f"ALTER TABLE {_place(schema_name, table)} ADD CONSTRAINT {_quoted(name)}"
            f" {definition.removesuffix(' NOT VALID')}"
        )


def _model(table: str) -> type[Model] | None:
    return next((one for one in apps.get_models() if one._meta.db_table == table), None)


def _settings(bounds: ValueBounds) -> Iterable[tuple[str, str, list[Any]]]:
    """Yield each bounded column with the SQL of its safe value and the parameters of the SQL."""
    for column in bounds.moments:
        yield _clamped(column, FIRST_MOMENT, LAST_MOMENT)
    for column in bounds.days:
        yield _clamped(column, FIRST_DAY, LAST_DAY)
    for column in bounds.last_days:
        name, sql, values = _clamped(column, FIRST_DAY, LAST_DAY)
        yield (
            name,
            f"CASE WHEN {_quoted(name)} = %s THEN %s ELSE {sql} END",
            [
                date.max,
                date.max,
                *values,
            ],
        )
    for column, most in bounds.numbers.items():
        name = _quoted(column)
        yield column, f"CASE WHEN {name} > %s THEN %s ELSE {name} END", [most, most]
    for column, words in bounds.choices.items():
        name = _quoted(column)
        yield (
            column,
            f"CASE WHEN {name} = ANY(%s) THEN {name} ELSE %s END",
            [list(map(str, words)), str(words[0])],
        )
    for column, words in bounds.lists.items():
        name = _quoted(column)
        yield (
            column,
            f"CASE WHEN jsonb_typeof({name}) = 'array' AND {name} <@ %s::jsonb THEN {name}"
            " ELSE '[]'::jsonb END",
            [json.dumps(list(map(str, words)))],
        )
    for column in bounds.arrays:
        name = _quoted(column)
        flat = f"ARRAY(SELECT one FROM unnest({name}) one WHERE one IS NOT NULL)"  # noqa: S608
        yield column, f"CASE WHEN {name} IS NOT NULL THEN {flat} END", []


def _clamped(column: str, first: object, last: object) -> tuple[str, str, list[Any]]:
    name = _quoted(column)
    # CASE leaves NULL unchanged, while greatest() and least() would replace NULL by a value.
    return (
        column,
        f"CASE WHEN {name} < %s THEN %s WHEN {name} > %s THEN %s ELSE {name} END",
        [first, first, last, last],
    )


def _violation(one: OpenConstraint, place: str) -> Violation:
    with as_owner(), transaction.atomic():
        sql_run("SET LOCAL statement_timeout = 0")
        (key,) = sql_column(
            "SELECT quote_ident(a.attname) FROM pg_index i JOIN pg_attribute a"
            " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
            " WHERE i.indrelid = %s::regclass AND i.indisprimary",
            place,
        )
        where = f"FROM {place} WHERE NOT ({one.condition})"
        keys = sql_column(f"SELECT {key}::text {where} ORDER BY {key} LIMIT {MAX_NAMED}")
        (count,) = sql_column(f"SELECT count(*) {where}")
    return Violation(constraint=one, keys=tuple(keys), count=count)


def _place(schema_name: str, table: str) -> str:
    return f"{_quoted(schema_name)}.{_quoted(table)}"


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
