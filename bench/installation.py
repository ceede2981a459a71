"""A throw-away installation to measure on: its own database, made and dropped by the bench."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2

DATABASE = "insaf_bench"
STATIC = Path(__file__).resolve().parents[1] / "var" / "bench-static"


@contextmanager
def installation(*, agencies: int) -> Iterator[list[str]]:
    """Make the database with ``agencies`` agencies; gives the codes of their organisations."""
    url = os.environ["DATABASE_URL"]
    _drop(url)
    execute(url, f'CREATE DATABASE "{DATABASE}"')
    configure(urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}")))
    try:
        prepare()
        yield _agencies(agencies)
    finally:
        _close()
        _drop(url)


def configure(url: str) -> None:
    """Settings for measuring on the database of ``url``; from here on models can be imported."""
    # Keys of its own: one beside its file would stop the start.
    for name in ("SECRET_KEY_FILE", "LOOKUP_KEY_FILE", "VAULT_KEY_FILE"):
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": url,
        "SECRET_KEY": "only-for-measuring-" * 3,
        "LOOKUP_KEY": "only-for-measuring-too-" * 3,
        "VAULT_KEY": "only-for-measuring-as-well-" * 3,
        "DEMO": "1",
        "LOG_LEVEL": "ERROR",
        "STATIC_ROOT": str(STATIC),
    }
    django.setup()
    _turn_to(urlsplit(url).path.lstrip("/"))


def _turn_to(database: str) -> None:
    """A process that was forked from one with settings has those of its parent's database."""
    from django.conf import settings  # noqa: PLC0415

    from tenants.selectors import address_book_forget  # noqa: PLC0415

    if settings.DATABASES["default"]["NAME"] != database:
        settings.DATABASES["default"]["NAME"] = database
        address_book_forget()


@lru_cache(maxsize=1)
def static_ensure() -> None:
    """Gather the static files, once a run: a page names them and fails without.

    In a process of its own, whose settings are those of the site and not of the bench.
    """
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(command, check=True)


def prepare() -> None:
    """Tables, roles and reviewed lists, with a word of none of it."""
    from django.core.management import call_command  # noqa: PLC0415

    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        call_command("prepare", stdout=nowhere)


def _agencies(count: int) -> list[str]:
    # Imported here: models exist only once django.setup() has run.
    from django.core.management import call_command  # noqa: PLC0415

    from shared.directory.models import Organisation  # noqa: PLC0415

    codes = Organisation.objects.filter(accepts=True, kind__in=("ministry", "institution"))
    chosen = list(codes.order_by("id").values_list("code", flat=True)[:count])
    for code in chosen:
        call_command("create_agency", code, organisation=code, verbosity=0)
    return chosen


def exists(url: str, database: str) -> bool:
    """Whether the server of ``url`` has that database."""
    made = psycopg2.connect(url)
    with made.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        found = cursor.fetchone() is not None
    made.close()
    return found


def execute(url: str, statement: str) -> None:
    """One statement on the server of ``url``, outside of any transaction."""
    made = psycopg2.connect(url)
    made.autocommit = True
    with made.cursor() as cursor:
        cursor.execute(statement)
    made.close()


def _drop(url: str) -> None:
    execute(url, f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')


def _close() -> None:
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
