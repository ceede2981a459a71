"""An installation with data for reading, filled by COPY and kept between runs, as filling is slow.

The content depends only on a seed, a number and the day. A table's comment records the content; if
the same content is requested again, the table is not filled again.
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

# Databases that this process or its parent has prepared with the present code.
_PREPARED: set[str] = set()
AGENCIES = 4
SEED = 11
BATCH = 5_000
# The code prefix of bench.figures' agencies, which have rows but no schema to prepare.
ROWS_ALONE = "compared-"
FORGET_ROWS = (
    "DO $$ BEGIN IF to_regclass('tenants_agency') IS NOT NULL THEN"
    f" DELETE FROM tenants_agency WHERE code LIKE '{ROWS_ALONE}%'; END IF; END $$"
)


@contextmanager
def site(*, second: bool = False) -> Iterator[list["Agency"]]:
    """Yield the agencies of an installation with four agencies; the installation is kept.

    The ``second`` installation is for data that cannot be in one database with the first.
    """
    url, database = server_url(), database_name("reading_second" if second else "reading")
    if not exists(url, database):
        create_database(url, database)
    # Filling takes longer than the time limit of a page's statement.
    execute(database_url(database), FORGET_ROWS)
    configure(database_url(database, unhurried=True))
    from django.conf import settings  # noqa: PLC0415 - there are none before configure()
    from django.db import connections  # noqa: PLC0415
    from django.test import override_settings  # noqa: PLC0415

    # With plain addresses of static files, the bench need not collect the files.
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
    # Short codes are chosen, because a role's name includes the database's and schema's names.
    chosen = list(rows.order_by(Length("code"), "code").values_list("code", flat=True)[:count])
    present = set(agency_list().values_list("code", flat=True))
    for code in chosen:
        if code not in present:
            call_command("create_agency", code, organisation=code, stdout=_Nowhere())
    return list(agency_list().filter(code__in=chosen))


class _Nowhere:
    """An output stream that drops all text."""

    def write(self, _text: str) -> None:
        """Drop the text."""


class _Stream:
    """A file-like object that gives lines to COPY."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def read(self, _size: int = -1) -> str:
        """Return some thousand lines, or "" at the end."""
        return "".join(islice(self._lines, BATCH))


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert rows into a table of the active schema by COPY; values in the order of ``columns``."""
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
    """Drop the indexes and keys of the tables during the block and build them again at its end.

    Building an index once takes a tenth of the time. Primary keys that other tables reference stay.
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
    """Return whether the table has exactly this content, made today by this code."""
    if ask("SELECT obj_description(%s::regclass)", table) != [(_label(rows, *what),)]:
        return False
    return ask(f"SELECT count(*) FROM {table}") == [(rows,)]


def mark_filled(table: str, rows: int, *what: object) -> None:
    """Record the table's content in the table's comment."""
    ask(f"COMMENT ON TABLE {table} IS '{_label(rows, *what)}'")


def _label(*what: object) -> str:
    from shared.kernel import clock  # noqa: PLC0415

    code = hashlib.sha256()
    for name in ("filling", "generated_text", "casefile", "case_texts", "figures", "routes"):
        path = Path(__file__).with_name(f"{name}.py")
        code.update(path.read_bytes() if path.exists() else b"")
    return " ".join(map(str, (*what, clock.today(), code.hexdigest()[:12])))


def settle(*tables: str) -> None:
    """Vacuum and analyze the tables, as autovacuum would do in time."""
    for table in tables:
        ask(f"VACUUM ANALYZE {table}")


def ask(sql: str, *values: Any) -> list[tuple[object, ...]]:
    """Run one statement in the active schema; return the statement's rows, if it has any."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def reference(number: int, *, seed: int) -> str:
    """Return the ``number``-th reference: unique, in no order, with correct check digits."""
    from shared.kernel.references import BODY_DIGITS, check_digits  # noqa: PLC0415

    # The factor is odd and no multiple of 5, so all 10^14 numbers differ.
    body = f"{(number * 61_803_398_874_989 + seed * 10_007) % 10**BODY_DIGITS:0{BODY_DIGITS}d}"
    return body + check_digits(body)
