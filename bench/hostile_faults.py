"""Faults caused on purpose, one for each class of defects that ``bench.hostile`` counts.

Each fault is caused as the owner of the tables and then undone. This proves that the detector sees
the effect, whatever causes it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any


class _TakenBack(Exception):
    """The exception that ends a block in order to roll back the block's changes."""


def seeded(made: Any, looks: Mapping[str, Callable[[], object]]) -> dict[str, bool]:
    """Cause each fault; return for each class whether the fault was counted.

    ``looks`` has the functions with which the bench detects each class.
    """
    proved = {}
    for name, fault in FAULTS.items():
        before, told = made.found[name], list(made.told)
        with fault(made):
            looks[name]()
        proved[name] = made.found[name] > before
        made.found[name], made.told[:] = before, told
    return proved


@contextmanager
def _as_owner(statement: str) -> Iterator[None]:
    """Run a statement as the tables' owner for the block; roll all changes back afterwards."""
    from django.db import connection, transaction  # noqa: PLC0415

    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415

    try:
        with transaction.atomic():
            with as_owner(), connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(statement)
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            yield
            raise _TakenBack
    except _TakenBack:
        pass


def _schema(canary: Any) -> str:
    from tenants.models import Agency  # noqa: PLC0415

    return str(Agency.objects.get(code=canary.code).schema_name)


def _table_gone(made: Any) -> Any:
    schema = _schema(made.receiver)
    return _as_owner(f"ALTER TABLE {schema}.complaints_message RENAME TO gone")


def _outbox_gone(_made: Any) -> Any:
    return _as_owner("ALTER TABLE register_registeroutbox RENAME TO gone")


def _word_copied(made: Any) -> Any:
    # Caused at the bystander, whose pages must open: the attacker may have broken its own pages.
    word = made.bystander.word
    return _as_owner(f"UPDATE {_schema(made.receiver)}.complaints_complaint SET subject = '{word}'")


def _row_changed(made: Any) -> Any:
    schema = _schema(made.bystander)
    return _as_owner(f"UPDATE {schema}.complaints_complaint SET subject = 'changed'")


@contextmanager
def _file_deleted(made: Any) -> Iterator[None]:
    from django.core.files.storage import default_storage  # noqa: PLC0415

    place = Path(default_storage.path(made.bystander.path))
    content = place.read_bytes()
    place.unlink()
    try:
        yield
    finally:
        place.write_bytes(content)


@contextmanager
def _letter_sent(made: Any) -> Iterator[None]:
    from bench.hostile_rows import STRANGER  # noqa: PLC0415

    made.letters.append(SimpleNamespace(to=[STRANGER], subject="Words", body="Words"))
    yield


FAULTS: Mapping[str, Callable[[Any], Any]] = {
    "server_errors": _table_gone,
    "stuck_cases": _table_gone,
    "worker_stops": _outbox_gone,
    "foreign_bytes": _word_copied,
    "foreign_files": _file_deleted,
    "foreign_letters": _letter_sent,
    "foreign_rows_changed": _row_changed,
}
