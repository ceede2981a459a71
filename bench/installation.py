"""A throw-away installation to measure on: its own database, made and dropped by the bench."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2

DATABASE = "insaf_bench"


@contextmanager
def installation(*, agencies: int) -> Iterator[list[str]]:
    """Make the database with ``agencies`` agencies; gives the codes of their organisations."""
    url = os.environ["DATABASE_URL"]
    _recreate(url)
    # Keys of its own: one beside its file would stop the start.
    for name in ("SECRET_KEY_FILE", "LOOKUP_KEY_FILE"):
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}")),
        "SECRET_KEY": "only-for-measuring-" * 3,
        "LOOKUP_KEY": "only-for-measuring-too-" * 3,
        "DEMO": "1",
        "LOG_LEVEL": "ERROR",
    }
    django.setup()
    try:
        yield _agencies(agencies)
    finally:
        _close()
        _drop(url)


def _agencies(count: int) -> list[str]:
    # Imported here: models exist only once django.setup() has run.
    from django.core.management import call_command  # noqa: PLC0415

    call_command("prepare", verbosity=0)
    from shared.directory.models import Organisation  # noqa: PLC0415

    codes = Organisation.objects.filter(accepts=True, kind__in=("ministry", "institution"))
    chosen = list(codes.order_by("id").values_list("code", flat=True)[:count])
    for code in chosen:
        call_command("create_agency", code, organisation=code, verbosity=0)
    return chosen


def _recreate(url: str) -> None:
    _drop(url)
    _run(url, f'CREATE DATABASE "{DATABASE}"')


def _drop(url: str) -> None:
    _run(url, f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')


def _run(url: str, statement: str) -> None:
    made = psycopg2.connect(url)
    made.autocommit = True
    with made.cursor() as cursor:
        cursor.execute(statement)
    made.close()


def _close() -> None:
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
