"""Copies of tables from and to the database, and the list of what an export leaves out."""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper as Cursor

from shared.kernel.groups import grouped

# The tables of an agency that are not exported, with the reason for each table.
LEFT_OUT = {
    "django_migrations": "written anew when the tables are made; the manifest lists them",
    "django_session": "visits under way: whoever comes back signs in again",
    "account_emailconfirmation": "codes under way: they are asked for again",
    "accounts_signintry": "limits of this installation",
    "accounts_staffsession": "sessions under way",
    "bulk_actions_bulkaction": "actions under way, and lists as files that are kept for a day",
    "mfa_authenticator": "secrets of second factors and recovery codes: they are set up anew",
}
# Columns that are not exported: table -> column -> value in a restored row, and the reason.
COLUMNS_LEFT_OUT: dict[str, dict[str, tuple[str | None, str]]] = {
    "accounts_user": {"password": ("!", "a password's hash: staff are invited anew")},
    "tenants_review": {
        "reason": ("", "what the citizen wrote to oversight, which the agency never reads"),
        "user_id": (None, "who decided: an account of oversight"),
        "label": ("", "who decided: a name of oversight"),
    },
}
# Table of the public schema whose rows belong to an agency -> column of the agency. This column is
# not exported, so that the same rows give the same bytes under another code.
PUBLIC = {
    "tenants_route": "schema_name",
    "tenants_sealedparty": "schema_name",
    "tenants_review": "schema_name",
}
# All other public tables with data about agencies or requests, and why they are not exported: a new
# table must be added to PUBLIC or to this list.
PUBLIC_LEFT_OUT = {
    "answers_article": "the portal's own",
    "billing_invoice": "a matter of this installation and its bank",
    "billing_subscription": "a matter of this installation; the manifest names the plan",
    "directory_organisation": "the portal's own; the manifest lists the bodies it answers for",
    "django_tasks_database_dbtaskresult": "work of this installation",
    "intake_draft": "not sent yet: nobody's but the citizen's",
    "intake_helddraft": "not filed yet: nobody's but the citizen's",
    "jobs_job": "work of this installation",
    "mail_mail": "the portal's own letters",
    "register_registercase": "worked out anew from the agency's events",
    "register_registereventrow": "worked out anew from the agency's events",
    "register_registermonth": "worked out anew from the agency's events",
    "register_registeroutbox": "worked out anew from the agency's events",
    "signup_workspacerequest": "the portal's own",
    "tenants_agency": "stands in the manifest",
    "tenants_agencyusage": "measured anew",
    "tenants_approvalrequest": "oversight's own",
    "tenants_arbitration": "oversight's own; the case holds the events",
    "tenants_caseholding": "the national record of who held which case",
    "tenants_dataversion": "counts the changes of rows here",
    "tenants_casesplit": "ties requests of several agencies together",
    "tenants_casemove": "a case between two agencies: it is in neither",
    "tenants_filerelease": "places to be deleted here",
    "tenants_destroyorder": "oversight's own",
    "tenants_domain": "hosts lead to this installation; the manifest lists them",
    "tenants_emailchange": "changes under way: they are asked for again",
    "tenants_hostclaim": "hosts lead to this installation",
    "tenants_leaktest": "the portal's own",
    "tenants_linktoken": "links in letters work once, at this installation",
    "tenants_ownedroute": "belongs to citizens' accounts",
    "tenants_printedcodeact": "what the citizen and oversight know of this installation's counters",
    "tenants_routeopening": "by what citizens opened requests: for them alone",
    "tenants_samepersonclaim": "what citizens said to the national side of their requests",
    "tenants_submissionkey": "good for a day, for a client of this installation",
    "tenants_takeover": "oversight's own",
    "tenants_transferoffer": "speaks of two agencies; the case holds the events",
    "tenants_trackingtoken": "visits under way: whoever comes back proves again who they are",
    "tenants_vaultopening": "oversight's own log",
}
# The table whose rows name files; its column ``path`` is the place of the file.
FILES = "complaints_attachment"

# Without these settings, the bytes of an export would depend on the server's settings.
PLAIN = (
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex';"
    " SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1;"
    " SET LOCAL client_encoding = 'UTF8'; SET LOCAL statement_timeout = 0"
)
SHAPES = """
SELECT c.relname, a.attname, t.typcategory = 'S',
    array_position(string_to_array(i.indkey::text, ' '), a.attnum::text), a.attidentity <> ''
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    AND a.attgenerated = ''
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE n.nspname = %s AND c.relkind IN ('r', 'p')
ORDER BY c.relname, a.attnum
"""
KEYS = """
SELECT DISTINCT c.relname, f.relname
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_class f ON f.oid = k.confrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'f' AND n.nspname = %s AND c.oid <> f.oid
"""
DEFERRABLE_INDEXES = """
SELECT c.relname, pg_get_indexdef(c.oid)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = format('%%I.%%I', %s, %s)::regclass
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
ORDER BY c.relname
"""

_SCHEMA = re.compile(r"a_[a-z0-9_]{1,60}|public")
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A stored column; ``key`` is its position in the primary key, from 1."""

    name: str
    is_text: bool
    key: int | None
    is_identity: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table and its stored columns, in the order of the table."""

    schema: str
    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(column.name for column in self.columns)


@contextmanager
def plain_cursor() -> Iterator[Cursor]:
    """Provide a cursor of a transaction in which values have the text form of exports."""
    with connection.cursor() as cursor:
        cursor.execute(PLAIN)
        yield cursor


def agency_tables(cursor: Cursor, schema_name: str) -> list[Table]:
    """Return the exported tables of an agency, sorted by name."""
    return [one for one in _tables(cursor, schema_name) if one.name not in LEFT_OUT]


def public_tables(cursor: Cursor) -> list[Table]:
    """Return the exported tables of the public schema, sorted by name."""
    return [one for one in _tables(cursor, "public") if one.name in PUBLIC]


def in_dependency_order(cursor: Cursor, tables: Iterable[Table]) -> list[Table]:
    """Return the tables in an order in which a table is after the tables that its rows point to."""
    left = {table.name: table for table in tables}
    needs: dict[str, set[str]] = {name: set() for name in left}
    cursor.execute(KEYS, [next(iter(left.values())).schema])
    for name, target in cursor.fetchall():
        if name in needs and target in needs:
            needs[name].add(target)
    order: list[Table] = []
    while left:
        # Tables that point to each other in a cycle have no order; their keys are checked at the
        # end of the transaction, so such tables are written last.
        free = [name for name in left if not needs[name] & left.keys()] or list(left)
        order += [left.pop(name) for name in sorted(free)]
    return order


def copy_out(
    cursor: Cursor, table: Table, target: Any, *, names: tuple[str, ...] = (), owner: str = ""
) -> int:
    """Write a table as CSV (RFC 4180; an empty value without quotes is NULL), by primary key.

    ``owner`` is the schema whose rows of a public table are written; ``names`` are the columns if
    not all exported columns are written. Returns the number of rows.
    """
    chosen = names or names_of(table)
    where = f" WHERE {PUBLIC[table.name]} = '{_schema(owner)}'" if owner else ""
    order = ", ".join(
        f'"{name}" COLLATE "C"' if text else f'"{name}"'
        for _, name, text in sorted(
            (one.key, one.name, one.is_text) for one in table.columns if one.key
        )
    )
    rows = f"SELECT {_listed(chosen)} FROM {_place(table)}{where} ORDER BY {order}"  # noqa: S608
    cursor.copy_expert(f"COPY ({rows}) TO STDOUT WITH (FORMAT csv, HEADER)", target, 65_536)
    return int(cursor.rowcount)


def copy_in(cursor: Cursor, table: Table, source: Any, names: tuple[str, ...]) -> None:
    """Copy a CSV of ``copy_out`` into a table; columns missing in the CSV get placeholders."""
    target = f"{_place(table)} ({_listed(names)})"
    absent = {name: value for name, value in placeholders(table).items() if name not in names}
    for name, value in absent.items():
        alter = f'ALTER TABLE {_place(table)} ALTER COLUMN "{_plain(name)}"'
        cursor.execute(f"{alter} SET DEFAULT %s", [value])
    cursor.copy_expert(f"COPY {target} FROM STDIN WITH (FORMAT csv, HEADER MATCH)", source, 65_536)
    for name in absent:
        cursor.execute(f'ALTER TABLE {_place(table)} ALTER COLUMN "{_plain(name)}" DROP DEFAULT')


def placeholders_write(cursor: Cursor, table: Table, *, owner: str = "") -> None:
    """Write placeholders into the columns that only an older export has."""
    if not (values := placeholders(table)):
        return
    listed = ", ".join(f'"{_plain(name)}" = %s' for name in values)
    where = f" WHERE {PUBLIC[table.name]} = '{_schema(owner)}'" if owner else ""
    cursor.execute(f"UPDATE {_place(table)} SET {listed}{where}", list(values.values()))  # noqa: S608


def placeholders(table: Table) -> dict[str, str | None]:
    """Return the value that a restored row has in each column that is not exported."""
    return {name: value for name, (value, _why) in COLUMNS_LEFT_OUT.get(table.name, {}).items()}


def columns_fit(table: Table, names: tuple[str, ...]) -> bool:
    """Return whether ``names`` are the exported columns; an older export may have more columns."""
    have, travel = set(names), set(names_of(table))
    return len(have) == len(names) and travel <= have <= travel | set(placeholders(table))


def left_out() -> dict[str, str]:
    """Return every table and column that is not exported, with the reason, for a manifest."""
    return {
        **LEFT_OUT,
        **PUBLIC_LEFT_OUT,
        **{
            f"{table}.{name}": why
            for table, stays in COLUMNS_LEFT_OUT.items()
            for name, (_value, why) in stays.items()
        },
    }


@contextmanager
def indexes_deferred(cursor: Cursor, table: Table) -> Iterator[None]:
    """Drop the indexes that belong to no constraint, and create them again at the block's end.

    A full-text index that is updated row by row would take longer than all other work. The block's
    rows must be valid without later rows, because constraints are checked at the block's end. In a
    cluster the indexes stay: ``SET CONSTRAINTS`` does not reach the node.
    """
    if cursor.db.settings_dict.get("CLUSTER"):
        yield
        return
    cursor.execute(DEFERRABLE_INDEXES, [table.schema, table.name])
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{_schema(table.schema)}"."{_plain(name)}"')
    yield
    # PostgreSQL creates no index while deferred checks of the table are pending.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL maintenance_work_mem = '128MB'")
    for _name, definition in indexes:
        cursor.execute(definition)


def copy_aside(cursor: Cursor, table: Table, source: Any, names: tuple[str, ...]) -> str:
    """Copy a CSV into a temporary table, dropped at the transaction's end; return its name."""
    name = f'"arriving_{_plain(table.name)}"'
    cursor.execute(
        f"CREATE TEMP TABLE {name} ON COMMIT DROP AS"  # noqa: S608
        f" SELECT {_listed(names)} FROM {_place(table)} WITH NO DATA"
    )
    target = f"pg_temp.{name} ({_listed(names)})"
    cursor.copy_expert(f"COPY {target} FROM STDIN WITH (FORMAT csv, HEADER MATCH)", source, 65_536)
    return f"pg_temp.{name}"


def rows_drop(cursor: Cursor, table: Table, aside: str, references: Collection[str]) -> int:
    """Delete a temporary table's rows about cases that another agency has; return how many rows.

    A decided review stays, because the review is about acts of this agency.
    """
    open_review = " AND decision = ''" if table.name == "tenants_review" else ""
    cursor.execute(
        f"DELETE FROM {aside} WHERE reference = ANY(%s){open_review}",  # noqa: S608
        [list(references)],
    )
    return int(cursor.rowcount)


def key_conflicts_count(cursor: Cursor, table: Table, aside: str) -> int:
    """Return how many rows of a temporary table have a key that already exists."""
    keys = [one.name for one in table.columns if one.key]
    cursor.execute(
        f"SELECT count(*) FROM {aside} JOIN {_place(table)} USING ({_listed(keys)})"  # noqa: S608
    )
    return int(cursor.fetchone()[0])


def drafts_drop(cursor: Cursor, *, schema_name: str, references: Collection[str]) -> None:
    """Delete the case drafts about cases that another agency has now.

    The service that ends drafts is not used, because it refuses a draft whose sending has begun.
    """
    schema = _schema(schema_name)
    cursor.execute(
        f'DELETE FROM "{schema}".casework_casedraft d'  # noqa: S608
        f' USING "{schema}".complaints_complaint c'
        " WHERE d.complaint_id = c.id AND c.reference = ANY(%s)",
        [list(references)],
    )


def staged_rows_insert(
    cursor: Cursor, table: Table, aside: str, names: tuple[str, ...], owner: str
) -> int:
    """Insert the rows of a temporary table as rows of an agency; return how many rows."""
    added: dict[str, str | None] = {PUBLIC[table.name]: _schema(owner)}
    added |= {name: value for name, value in placeholders(table).items() if name not in names}
    cursor.execute(
        f"INSERT INTO {_place(table)} ({_listed([*names, *added])})"  # noqa: S608
        f" SELECT {_listed(names)}{', %s' * len(added)} FROM {aside}",
        list(added.values()),
    )
    return int(cursor.rowcount)


def names_of(table: Table) -> tuple[str, ...]:
    """Return the exported columns of a table, without a public table's column of the owner."""
    owner = PUBLIC.get(table.name) if table.schema == "public" else None
    return tuple(name for name in table.names if name != owner and name not in placeholders(table))


def _tables(cursor: Cursor, schema_name: str) -> list[Table]:
    cursor.execute(SHAPES, [_schema(schema_name)])
    found = grouped(
        (name, Column(name=column, is_text=is_text, key=key, is_identity=is_identity))
        for name, column, is_text, key, is_identity in cursor.fetchall()
    )
    return [
        Table(schema=schema_name, name=name, columns=tuple(columns))
        for name, columns in found.items()
    ]


def _place(table: Table) -> str:
    return f'"{_schema(table.schema)}"."{_plain(table.name)}"'


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{_plain(name)}"' for name in names)


def _schema(name: str) -> str:
    # The name is written into SQL, because an identifier cannot be a parameter of a query.
    if not _SCHEMA.fullmatch(name):
        raise ValueError(f"{name!r} is no schema of an agency")
    return name


def _plain(name: str) -> str:
    # Names of columns come from exports, which anybody could have made.
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of ours")
    return name
