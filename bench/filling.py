"""An installation to read from, filled by COPY: it stays between runs, for it takes minutes.

What is filled depends on a seed, a number and the day alone. A table says in its comment what was
put into it; when that is asked for again, nothing is done.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.installation import (
    configure,
    create_database,
    database_name,
    database_url,
    execute,
    exists,
    prepare,
    server_url,
)

if TYPE_CHECKING:
    from tenants.models import Agency

# What this process, or the one that it was forked from, has brought up to its own code.
_PREPARED: set[str] = set()
AGENCIES = 4
SEED = 11
BATCH = 5_000
# Agencies of bench.figures that a bench which was killed has left: they have no schema to prepare.
ROWS_ALONE = "compared-"
FORGET_ROWS = (
    "DO $$ BEGIN IF to_regclass('tenants_agency') IS NOT NULL THEN"
    f" DELETE FROM tenants_agency WHERE code LIKE '{ROWS_ALONE}%'; END IF; END $$"
)


@contextmanager
def site(*, second: bool = False) -> Iterator[list["Agency"]]:
    """An installation with four agencies of organisations; it is left standing.

    The ``second`` is for what cannot stand in one database with the first.
    """
    url, database = server_url(), database_name("reading_second" if second else "reading")
    if not exists(url, database):
        create_database(url, database)
    # Filling takes longer than a page may.
    execute(database_url(database), FORGET_ROWS)
    configure(database_url(database, unhurried=True))
    from django.conf import settings  # noqa: PLC0415 - there are none before configure()
    from django.db import connections  # noqa: PLC0415
    from django.test import override_settings  # noqa: PLC0415

    # Static files need not be collected to ask for pages; their addresses are a look-up either way.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    try:
        if database not in _PREPARED:
            prepare()
            _PREPARED.add(database)
        with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
            yield _agencies(AGENCIES)
    finally:
        connections.close_all()


def _agencies(count: int) -> list["Agency"]:
    from django.core.management import call_command  # noqa: PLC0415
    from django.db.models.functions import Length  # noqa: PLC0415

    from shared.directory.models import Organisation  # noqa: PLC0415
    from tenants.agencies.selectors import agency_list  # noqa: PLC0415

    rows = Organisation.objects.filter(accepts=True, kind__in=("ministry", "institution"))
    # Short ones: the name of a role is made of the database's and the schema's.
    chosen = list(rows.order_by(Length("code"), "code").values_list("code", flat=True)[:count])
    present = set(agency_list().values_list("code", flat=True))
    for code in chosen:
        if code not in present:
            call_command("create_agency", code, organisation=code, stdout=_Nowhere())
    return list(agency_list().filter(code__in=chosen))


class _Nowhere:
    """Takes what a command says, and keeps none of it."""

    def write(self, _text: str) -> None:
        """Nothing."""


class _Stream:
    """Lines as a file that COPY can read from."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def read(self, _size: int = -1) -> str:
        """Some thousand lines; "" at the end."""
        return "".join(islice(self._lines, BATCH))


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Put rows into a table of the active schema; values in the order of ``columns``."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        lines = ("\t".join(map(_value, row)) + "\n" for row in rows)
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", _Stream(lines))


def _value(value: object) -> str:
    match value:
        case None:
            return r"\N"
        case bytes():
            return rf"\\x{value.hex()}"
        case str():
            return value.replace("\\", "\\\\").replace("\t", " ").replace("\n", r"\n")
        case _:
            return str(value)


@contextmanager
def without_indexes(*tables: str) -> Iterator[None]:
    """Put off indexes and keys of these tables: made once afterwards, they cost a tenth.

    A primary key that other tables point to stays.
    """
    keys = ask(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint c"
        " WHERE conrelid = ANY(%s::regclass[]) AND (contype = 'f' OR contype IN ('p', 'u')"
        " AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f'"
        " AND k.conindid = c.conindid)) ORDER BY contype = 'f'",
        list(tables),
    )
    indexes = ask(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint"
        " WHERE conindid = indexrelid)",
        list(tables),
    )
    for table, name, _definition in reversed(keys):
        ask(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        ask(f"DROP INDEX {name}")
    yield
    ask("SET maintenance_work_mem = '512MB'")
    for table, name, definition in keys:
        ask(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for _name, definition in indexes:
        ask(str(definition))
    ask("RESET maintenance_work_mem")


def is_filled(table: str, rows: int, *what: object) -> bool:
    """Whether the table says that just this was put into it, today, by this code, and holds it."""
    if ask("SELECT obj_description(%s::regclass)", table) != [(_label(rows, *what),)]:
        return False
    return ask(f"SELECT count(*) FROM {table}") == [(rows,)]


def mark_filled(table: str, rows: int, *what: object) -> None:
    """Write into the table's comment what it holds now."""
    ask(f"COMMENT ON TABLE {table} IS '{_label(rows, *what)}'")


def _label(*what: object) -> str:
    from shared.kernel import clock  # noqa: PLC0415

    code = hashlib.sha256()
    for name in ("filling", "generated_text", "casefile", "case_texts", "figures", "routes"):
        path = Path(__file__).with_name(f"{name}.py")
        code.update(path.read_bytes() if path.exists() else b"")
    return " ".join(map(str, (*what, clock.today(), code.hexdigest()[:12])))


def settle(*tables: str) -> None:
    """What autovacuum does in time: statistics for the planner, and pages known as visible."""
    for table in tables:
        ask(f"VACUUM ANALYZE {table}")


def ask(sql: str, *values: Any) -> list[tuple[object, ...]]:
    """One statement in the active schema; its rows, if it has any."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def reference(number: int, *, seed: int) -> str:
    """The ``number``-th reference: no two alike, in no order, with true check digits."""
    from shared.kernel.references import BODY_DIGITS, check_digits  # noqa: PLC0415

    # Odd and no multiple of 5: a step that meets every one of 10^14 numbers once.
    body = f"{(number * 61_803_398_874_989 + seed * 10_007) % 10**BODY_DIGITS:0{BODY_DIGITS}d}"
    return body + check_digits(body)
