"""Harmful rows that an agency's role writes, made from the database catalog.

PostgreSQL's catalog gives tables, columns, types and lengths, so a new table is attacked without a
change here. Most rows are copies of valid rows with one or two changed columns, because a row that
the database refuses proves nothing about the code that reads rows.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from tenants.models import Agency

STRANGER = "stranger@elsewhere.example"
# One of this many new rows in the public schema claims to belong to another agency.
FOREIGN_SCHEMA = 10
MOMENTS = (
    "infinity", "-infinity", "4000-01-01 BC", "20000-01-01", "9999-12-31 23:30+00", "0001-01-01",
    "1999-12-31", "2000-01-01", "2099-12-31", "2100-01-01", "2026-06-01", "now",
)  # fmt: skip
DEEP = f"{'[' * 3000}{']' * 3000}"
JSON = (
    "null", "5", '"none"', "[]", "{}", "[5]", '[["none"]]', '["none"]', DEEP, f"[{'9' * 5000}]",
    '[{"agency_code": "x"}]', '{"_schema": "public"}', '{"a": {"b": 1e400}}',
)  # fmt: skip
ARRAYS = ("{}", "{NULL}", "{{1,2},{3,4}}", "{1,1}", "{-1}", "{9223372036854775807}")
TEXTS = (
    "", "zz", "../../etc/passwd", "national", "oversight", "a\x01b", "\u202e", "=1+1", "{{ x }}",
    "%s%(x)s", "<script>1</script>", "x" * 40, "x" * 200, "word " * 5_000, STRANGER,
)  # fmt: skip
NUMBERS = {
    "int2": ("-32768", "-1", "0", "1", "7", "32767"),
    "int4": ("-2147483648", "-1", "0", "1", "7", "2147483647"),
    "int8": ("-9223372036854775808", "-1", "0", "1", "9223372036854775807"),
}

COLUMNS = """
SELECT n.nspname, c.relname, a.attname, t.typname, format_type(a.atttypid, a.atttypmod),
    a.attidentity <> '',
    coalesce(a.attnum = ANY((SELECT indkey FROM pg_index i
        WHERE i.indrelid = c.oid AND i.indisprimary)::int2[]), false),
    has_table_privilege(%s, c.oid, 'INSERT'), has_table_privilege(%s, c.oid, 'UPDATE'),
    has_table_privilege(%s, c.oid, 'SELECT')
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
WHERE n.nspname IN (%s, 'public') AND c.relkind IN ('r', 'p') AND a.attnum > 0
    AND NOT a.attisdropped AND a.attgenerated = '' AND t.typname <> 'tsvector'
    AND has_table_privilege(%s, c.oid, 'INSERT')
ORDER BY n.nspname, c.relname, a.attnum
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that the agency's role may write."""

    name: str
    type_name: str
    cast: str
    is_identity: bool
    is_key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A table that the agency's role may write."""

    schema: str
    name: str
    may_update: bool
    may_read: bool
    columns: tuple[Column, ...]

    @property
    def order(self) -> str:
        """Return the keys to order rows by; they grow with time, so a seed is repeatable."""
        keys = [f'"{one.name}"' for one in self.columns if one.is_key]
        return ", ".join(keys) or "ctid"

    @property
    def place(self) -> str:
        """Return the table's qualified name for a statement."""
        return f'"{self.schema}"."{self.name}"'


@dataclass(slots=True, kw_only=True)
class Writer:
    """A writer of rows as the role of an agency, which counts the rows that the database accepts.

    ``words`` has useful facts about other agencies, such as references and places of files.
    ``sound`` has a valid row of each public table, ``tasks`` the calls that an agency may queue.
    """

    agency: "Agency"
    rng: Random
    words: Sequence[str]
    sound: dict[str, dict[str, object]]
    tasks: Sequence[tuple[str, str, int, tuple[str, ...]]]
    seen: Counter[str] = field(default_factory=Counter)
    tables: Counter[str] = field(default_factory=Counter)
    targets: list[Target] = field(default_factory=list)

    def begin(self) -> None:
        """Read from the catalog which tables and columns the role may write."""
        from tenants.isolation.database_roles import agency_role  # noqa: PLC0415
        from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415
        from tenants.isolation.sql import sql_rows  # noqa: PLC0415

        role, schema = agency_role(schema_name=self.agency.schema_name), self.agency.schema_name
        with as_owner():
            rows = sql_rows(COLUMNS, role, role, role, schema, role)
        found: dict[tuple[str, str, bool, bool], list[Column]] = {}
        for place, table, name, kind, cast, is_identity, is_key, _may, may_update, may_read in rows:
            found.setdefault((place, table, may_update, may_read), []).append(
                Column(name=name, type_name=kind, cast=cast, is_identity=is_identity, is_key=is_key)
            )
        self.targets = [
            Target(
                schema=schema,
                name=name,
                may_update=may_update,
                may_read=may_read,
                columns=tuple(columns),
            )
            for (schema, name, may_update, may_read), columns in found.items()
        ]

    def write(self, number: int) -> None:
        """Try to write ``number`` rows, each row in its own transaction."""
        for _number in range(number):
            target = self.rng.choice(self.targets)
            is_change = target.may_update and self.rng.random() < 0.6
            if is_change:
                self._try(target, *self._changed(target))
            elif target.name in self.sound:
                self._try(target, *self._public(target))
            elif target.may_read:
                self._try(target, *self._copied(target))

    def _try(self, target: Target, statement: str, values: list[Any]) -> None:
        from django.db import Error, connection, transaction  # noqa: PLC0415

        from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415

        self.seen["rows"] += 1
        try:
            with (
                agency_context(self.agency),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement, values)
                # Checked now, because a deferred check of a foreign key would fail the whole round.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
                is_written = True
        except Error:
            is_written = False
        self.seen["accepted" if is_written else "refused"] += 1
        self.tables[target.name] += is_written

    def _changed(self, target: Target) -> tuple[str, list[Any]]:
        """Return an update of one or two columns of a random row."""
        chosen = self._some(target)
        sets = ", ".join(f'"{one.name}" = %s::{one.cast}' for one in chosen)
        drawn = (
            f"SELECT ctid FROM {target.place} ORDER BY {target.order} OFFSET"
            f" floor(%s * (SELECT count(*) FROM {target.place})) LIMIT 1"
        )
        statement = f"UPDATE {target.place} SET {sets} WHERE ctid = ({drawn})"
        return statement, [*(self._value(one) for one in chosen), self.rng.random()]

    def _copied(self, target: Target) -> tuple[str, list[Any]]:
        """Return an insert of a copied row with a new key and one or two changed columns."""
        changed = {one.name: self._value(one) for one in self._some(target)}
        columns = [one for one in target.columns if not one.is_identity]
        values: list[Any] = []
        shown = []
        for one in columns:
            if one.is_key and one.type_name == "uuid":
                shown.append("%s::uuid")
                values.append(str(UUID(int=self.rng.getrandbits(128))))
            elif one.name in changed:
                shown.append(f"%s::{one.cast}")
                values.append(changed[one.name])
            else:
                shown.append(f'"{one.name}"')
        names = ", ".join(f'"{one.name}"' for one in columns)
        which = f"floor(%s * (SELECT count(*) FROM {target.place}))"
        drawn = f"ORDER BY {target.order} OFFSET {which} LIMIT 1"
        statement = f"INSERT INTO {target.place} ({names}) SELECT {', '.join(shown)}"
        return f"{statement} FROM {target.place} {drawn}", [*values, self.rng.random()]

    def _public(self, target: Target) -> tuple[str, list[Any]]:
        """Return an insert into the public schema with one or two invalid columns."""
        row = self._fresh(target)
        for one in self._some(target):
            row[one.name] = self._value(one)
        if "schema_name" in row and self.rng.randrange(FOREIGN_SCHEMA):
            row["schema_name"] = self.agency.schema_name
        casts = {one.name: one.cast for one in target.columns}
        names = [name for name in row if name in casts]
        holes = ", ".join(f"%s::{casts[name]}" for name in names)
        listed = ", ".join(f'"{name}"' for name in names)
        statement = f"INSERT INTO {target.place} ({listed}) VALUES ({holes})"
        return statement, [row[name] for name in names]

    def _fresh(self, target: Target) -> dict[str, object]:
        """Return a valid row with a new key; for the queue, a call that an agency may make."""
        row = dict(self.sound[target.name])
        keys = {one.name for one in target.columns if one.is_key} | {"event_id"}
        for name in keys & row.keys():
            value = row[name]
            if isinstance(value, bytes):
                row[name] = self.rng.randbytes(len(value))
            else:
                is_number = str(value).isdigit()
                row[name] = (
                    f"{self.rng.randrange(10**16):016}"
                    if is_number
                    else str(UUID(int=self.rng.getrandbits(128)))
                )
        if "task_path" in row:
            path, queue, priority, names = self.rng.choice(self.tasks)
            given = {"_schema": self.agency.schema_name}
            given |= {name: self.rng.choice(self._like("-")) for name in names}
            row |= {"task_path": path, "queue_name": queue, "priority": priority}
            row["args_kwargs"] = json.dumps({"args": [], "kwargs": given})
        return row

    def _some(self, target: Target) -> list[Column]:
        free = [one for one in target.columns if not one.is_identity and not one.is_key]
        free = free or [one for one in target.columns if not one.is_identity]
        return self.rng.sample(free, min(len(free), self.rng.choice((1, 1, 2))))

    def _value(self, column: Column) -> object:
        """Return a value of the column's type: extreme, foreign, or sometimes NULL."""
        if self.rng.random() < 0.05:
            return None
        kind = column.type_name
        if kind in NUMBERS:
            return self.rng.choice(NUMBERS[kind])
        pools: dict[str, Sequence[str]] = {
            "timestamptz": MOMENTS,
            "date": MOMENTS,
            "bool": ("t", "f"),
            "uuid": ("00000000-0000-0000-0000-000000000000", *self._like("-")),
            "jsonb": JSON,
            "bytea": ("\\x", f"\\x{'00' * 32}", f"\\x{'ab' * 5000}"),
        }
        if kind.startswith("_"):
            return self.rng.choice(ARRAYS)
        if kind in pools:
            return self.rng.choice(pools[kind])
        text = self.rng.choice((*TEXTS, *self.words, *self.words))
        return text[: self._length(column)]

    def _like(self, sign: str) -> list[str]:
        return [one for one in self.words if one.count(sign) == 4 and len(one) == 36]

    def _length(self, column: Column) -> int | None:
        # For varchar(12), the database would only refuse a longer text.
        _head, _bracket, rest = column.cast.partition("(")
        return int(rest.rstrip(")")) if rest and rest[:-1].isdigit() else None
