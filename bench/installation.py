"""A temporary installation for measurements: a new database, which is dropped at the end.

Databases are named after ``BENCH_DATABASE`` (insaf). Where ``BENCH_TEMPLATE`` names a database, new
databases are copied from it, which is much faster; that database must be of the same code.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2
import psycopg2.errors

PATIENCE = 30
STATIC = Path(__file__).resolve().parents[1] / "var" / "bench-static"


@contextmanager
def installation(*, agencies: int) -> Iterator[list[str]]:
    """Make the database with ``agencies`` agencies; yield the codes of their organisations."""
    with empty_database(database_name("bench")):
        prepare()
        yield _agencies(agencies)


@contextmanager
def empty_database(name: str) -> Iterator[None]:
    """Make the database and configure Django for it; drop it at the end of the block."""
    url = server_url()
    drop_database(url, name)
    create_database(url, name)
    configure(database_url(name))
    try:
        yield
    finally:
        _close()
        drop_database(url, name)


def server_url() -> str:
    """Return the URL of the server, because DATABASE_URL later names the measured database."""
    return os.environ.setdefault("BENCH_SERVER", os.environ["DATABASE_URL"])


def database_url(name: str, *, unhurried: bool = False) -> str:
    """Return the URL of a database; with ``unhurried`` without the limit on statements."""
    parts = urlsplit(server_url())
    options = [parts.query] if parts.query else []
    query = "&".join([*options, "statement_timeout=0"] if unhurried else options)
    return urlunsplit(parts._replace(path=f"/{name}", query=query))


def hurried(url: str) -> str:
    """Return the URL without statement_timeout, which would replace the usual time limit."""
    parts = urlsplit(url)
    left = [one for one in parts.query.split("&") if not one.startswith("statement_timeout=")]
    return urlunsplit(parts._replace(query="&".join(left)))


def database_name(what: str) -> str:
    """Return the name of a bench's database; each project folder has different names."""
    return f"{os.environ.get('BENCH_DATABASE', 'insaf')}_{what}"


def create_database(url: str, name: str) -> None:
    """Create a database on the server of ``url``: empty, or a copy of the template."""
    template = os.environ.get("BENCH_TEMPLATE")
    execute(url, f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))


def drop_database(url: str, name: str) -> None:
    """Drop a database on the server of ``url``, even with open connections.

    The owner may not end a process of the application's login, so the loop waits until such a
    process has ended.
    """
    end = time.monotonic() + PATIENCE
    while True:
        try:
            execute(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except psycopg2.errors.InsufficientPrivilege:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def configure(url: str) -> None:
    """Set up Django for the database of ``url``; models can be imported only afterwards."""
    # The bench sets its own keys, and a key that is set together with its file is refused.
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
        # A bench that fails look-ups on purpose must not need a proof of work.
        "FAILED_LOOKUPS_PER_SECOND": "1000000",
        "STATIC_ROOT": str(STATIC),
    }
    django.setup()
    _turn_to(urlsplit(url).path.lstrip("/"))


def _turn_to(database: str) -> None:
    """Switch the settings to another database, because a fork has its parent's settings."""
    from django.conf import settings  # noqa: PLC0415
    from django.test import override_settings  # noqa: PLC0415

    from tenants.agencies.selectors import address_book_clear  # noqa: PLC0415

    if settings.DATABASES["default"]["NAME"] != database:
        settings.DATABASES["default"]["NAME"] = database
        address_book_clear()
    folders = {
        name: Path(os.environ[name]) for name in ("MEDIA_ROOT", "BUNDLE_ROOT") if name in os.environ
    }
    override_settings(**folders).enable()


def static_ensure() -> None:
    """Collect the static files once in each run, because pages fail without them.

    Another process collects them, with the settings of the site and not of the bench.
    """
    # Compression takes most of a small run, so child processes must not repeat it.
    if not os.environ.get("BENCH_STATIC_GATHERED"):
        command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
        subprocess.run(command, check=True)
        os.environ["BENCH_STATIC_GATHERED"] = "1"


def prepare() -> None:
    """Make tables, roles and reviewed lists, without output."""
    from django.core.management import call_command  # noqa: PLC0415

    from tenants.isolation.database_roles import roles_ensure  # noqa: PLC0415

    if os.environ.get("BENCH_TEMPLATE"):
        # The roles are missing in a copy, because they are named after the database.
        roles_ensure()
        return

    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        call_command("prepare", stdout=nowhere)


def _agencies(count: int) -> list[str]:
    # Imported here, because models exist only after django.setup().
    from django.core.management import call_command  # noqa: PLC0415

    from shared.directory.models import Organisation  # noqa: PLC0415

    codes = Organisation.objects.filter(accepts=True, kind__in=("ministry", "institution"))
    chosen = list(codes.order_by("id").values_list("code", flat=True)[:count])
    for code in chosen:
        call_command("create_agency", code, organisation=code, verbosity=0)
    return chosen


def exists(url: str, database: str) -> bool:
    """Return whether the server of ``url`` has that database."""
    made = psycopg2.connect(url)
    with made.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        found = cursor.fetchone() is not None
    made.close()
    return found


def execute(url: str, statement: str) -> None:
    """Run one statement on the server of ``url``, outside of a transaction."""
    made = psycopg2.connect(url)
    made.autocommit = True
    with made.cursor() as cursor:
        cursor.execute(statement)
    made.close()


def _close() -> None:
    from django.db import connections  # noqa: PLC0415

    connections.close_all()
