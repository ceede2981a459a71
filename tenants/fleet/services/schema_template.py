"""A schema template: an SQL script that creates the same tables as all migrations of an agency.

The script is faster than the migrations, which take a second for each agency. The migrations run
once in a scratch schema, and the script is written from PostgreSQL's catalog. The script is stored
with a fingerprint of the migrations, so that changed migrations get a new script.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.management import call_command
from django.db import connection, transaction

from tenants.isolation.schema_switch import as_owner, schema_entered
from tenants.isolation.schema_versions import code_version, source_digest
from tenants.isolation.sql import sql_rows, sql_run, sql_run_all
from tenants.models import SchemaVersion

SCRATCH = "a_blueprint_being_read"

# The text between two statements of a script.
BETWEEN = ";\n"


@dataclass(slots=True)
class Table:
    """A table of the scratch schema, with the parts of its SQL statements."""

    oid: int
    name: str
    lines: list[str] = field(default_factory=list)
    keys: list[tuple[int, str]] = field(default_factory=list)
    indexes: list[str] = field(default_factory=list)


def template_version() -> SchemaVersion:
    """Return the stored version with this code's script; render and store a missing script."""
    return SchemaVersion.objects.filter(
        fingerprint=code_version().fingerprint, source=source_digest()
    ).first() or schema_template_keep(schema_template_render())


def schema_template_keep(script: str) -> SchemaVersion:
    """Store a script that was rendered from this code."""
    version = code_version()
    defaults = {
        "migrations": sorted(version.migrations),
        "source": source_digest(),
        "script": script,
    }
    return SchemaVersion.objects.update_or_create(
        fingerprint=version.fingerprint, defaults=defaults
    )[0]


def schema_template_render() -> str:
    """Run the migrations in a scratch schema, return its script, and roll back."""
    with as_owner(), transaction.atomic():
        if connection.settings_dict.get("CLUSTER"):
            # Without this setting Citus would place the scratch schema on a node.
            sql_run("SET LOCAL citus.enable_schema_based_sharding = off")
        sql_run(f'CREATE SCHEMA "{SCRATCH}"')
        call_command("migrate_schemas", schema_name=SCRATCH, verbosity=0, interactive=False)
        with schema_entered(SCRATCH):
            script = schema_script(SCRATCH)
        transaction.set_rollback(True)
    return script


def schema_script(schema_name: str) -> str:
    """Return an SQL script of a schema's tables, keys, indexes and rows, without the schema's name.

    ``schema_name`` must be the active schema.
    """
    tables = _tables(schema_name)
    _read_columns(tables)
    _read_constraints(tables)
    _read_indexes(tables, schema_name)
    made: set[int] = set()
    statements: list[str] = []
    late: list[str] = []
    for table in tables.values():
        lines = list(table.lines)
        for target, line in table.keys:
            # A foreign key is part of CREATE TABLE if its target table is created before; other
            # keys are added at the end.
            if target in made or target == table.oid:
                lines.append(line)
            else:
                late.append(f"ALTER TABLE {_quoted(table.name)} ADD {line}")
        statements.append(f"CREATE TABLE {_quoted(table.name)} ({', '.join(lines)})")
        statements += table.indexes
        made.add(table.oid)
    script = [*statements, *late, *_rows(tables.values())]
    if any(BETWEEN in one for one in script):
        raise ValueError("a statement of the new schema would be taken for two")
    return BETWEEN.join(script)


def schema_make(version: SchemaVersion) -> None:
    """Create the tables of a version in the active schema; the schema must be empty."""
    sql_run_all(version.script.split(BETWEEN))


def _tables(schema_name: str) -> dict[int, Table]:
    tables = {
        oid: Table(oid=oid, name=name)
        for oid, name in sql_rows(
            "SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = %s AND c.relkind IN ('r', 'p') ORDER BY c.relname",
            schema_name,
        )
    }
    needs: dict[int, set[int]] = {oid: set() for oid in tables}
    for oid, target in sql_rows(
        "SELECT conrelid, confrelid FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s)",
        list(tables),
    ):
        needs[oid].add(target)
    return {oid: tables[oid] for oid in _in_order(needs)}


def _in_order(needs: dict[int, set[int]]) -> Iterable[int]:
    seen: set[int] = set()

    def follow(oid: int) -> Iterable[int]:
        if oid in seen or oid not in needs:
            return
        seen.add(oid)
        for target in sorted(needs[oid]):
            yield from follow(target)
        yield oid

    for oid in needs:
        yield from follow(oid)


def _read_columns(tables: dict[int, Table]) -> None:
    for oid, line in sql_rows(
        "SELECT a.attrelid, concat_ws(' ', quote_ident(a.attname),"
        " format_type(a.atttypid, a.atttypmod),"
        " CASE WHEN a.attcollation <> t.typcollation"
        " THEN 'COLLATE ' || a.attcollation::regcollation::text END,"
        " CASE WHEN a.attidentity = 'a' THEN 'GENERATED ALWAYS AS IDENTITY'"
        " WHEN a.attidentity <> '' THEN 'GENERATED BY DEFAULT AS IDENTITY'"
        " WHEN a.attgenerated <> ''"
        " THEN 'GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'"
        " ELSE 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END,"
        " CASE WHEN a.attnotnull THEN 'NOT NULL' END)"
        " FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
        " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
        " WHERE a.attrelid = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped"
        " ORDER BY a.attrelid, a.attnum",
        list(tables),
    ):
        tables[oid].lines.append(line)


def _read_constraints(tables: dict[int, Table]) -> None:
    for oid, target, kind, name, definition in sql_rows(
        "SELECT conrelid, confrelid, contype, quote_ident(conname), pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE conrelid = ANY(%s) AND contype IN ('p', 'u', 'c', 'f', 'x')"
        " ORDER BY conrelid, contype DESC, conname",
        list(tables),
    ):
        # NOT VALID is removed, because a new table has no old rows.
        line = f"CONSTRAINT {name} {definition.removesuffix(' NOT VALID')}"
        if kind == "f":
            tables[oid].keys.append((target, line))
        else:
            tables[oid].lines.append(line)


def _read_indexes(tables: dict[int, Table], schema_name: str) -> None:
    for oid, definition in sql_rows(
        "SELECT i.indrelid, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE i.indrelid = ANY(%s) AND NOT EXISTS (SELECT FROM pg_constraint k"
        " WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))"
        " ORDER BY c.relname",
        list(tables),
    ):
        tables[oid].indexes.append(definition.replace(f" ON {schema_name}.", " ON ", 1))


def _rows(tables: Iterable[Table]) -> Iterable[str]:
    for table in tables:
        names = [name for (name,) in sql_rows(COLUMNS_TO_FILL, table.oid)]
        picked = ", ".join(f"quote_nullable({name}::text)" for name in names)
        found = sql_rows(f"SELECT {picked} FROM {_quoted(table.name)} ORDER BY 1")  # noqa: S608
        if not found:
            continue
        values = ", ".join(f"({', '.join(row)})" for row in found)
        target = f"{_quoted(table.name)} ({', '.join(names)})"
        yield f"INSERT INTO {target} OVERRIDING SYSTEM VALUE VALUES {values}"  # noqa: S608
        for (name,) in sql_rows(IDENTITIES, table.oid):
            # The next row must not get the id of a copied row. The highest id is written as a
            # constant because in a cluster the table is on a node, and its sequence is not.
            where, column = _quoted(table.name), _quoted(name)
            ((last,),) = sql_rows(f"SELECT max({column}) FROM {where}")  # noqa: S608
            yield f"SELECT setval(pg_get_serial_sequence('{where}', '{name}'), {last})"


COLUMNS_TO_FILL = (
    "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %s AND attnum > 0"
    " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
)
IDENTITIES = (
    "SELECT attname FROM pg_attribute WHERE attrelid = %s AND attidentity <> ''"
    " AND NOT attisdropped ORDER BY attnum"
)


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
