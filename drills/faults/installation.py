"""A small installation for the faults, with three agencies and a few cases."""

import hashlib
import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote

import psycopg2

from bin.postgres.server import OWNER, SUPERUSER, EmbeddedPostgres
from bin.postgres.settings import PORT
from drills.faults.application import AGENCIES, APPLICATION, CASES, DATABASE, Application
from drills.faults.processes import (
    ROOT,
    START_SECONDS,
    children,
    end,
)

MOVED_CLOCK = ("LD_PRELOAD", "MOVED_SECONDS")
TEMPLATE = f"{DATABASE}_ready"
SOURCES = ("config", "locale", "public_portal", "agency_console", "shared", "tenants")


class Installation(Application):
    """An installation on an embedded PostgreSQL that can be restarted and stopped."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.server = EmbeddedPostgres(folder / "postgres", durable=True)
        # PostgreSQL needs the same moved system time as its clients (SUITE_MOMENT).
        self.server.environment = {
            name: os.environ[name] for name in MOVED_CLOCK if name in os.environ
        }

    def prepare(self) -> None:
        """Copy the database from today's template; make the template if it is missing or old."""
        shutil.rmtree(self.files, ignore_errors=True)
        self.files.mkdir(parents=True)
        self.server.start()
        stamp, made_from = self.folder / "made-from", _source_hash()
        if not (stamp.exists() and stamp.read_text() == made_from):
            stamp.unlink(missing_ok=True)
            self._build()
            stamp.write_text(made_from)
        self.keys = json.loads((self.folder / "keys").read_text())
        self._drop(DATABASE)
        self._copy(TEMPLATE, DATABASE)
        self.make_application_login()

    def _build(self) -> None:
        """Make the database with agencies and cases, and copy the database as the template."""
        self.server.drop_databases(prefix=DATABASE)
        self.server.sql(f'CREATE DATABASE "{DATABASE}" OWNER {OWNER}', database="template1")
        self.make_keys()
        self.manage(
            ["prepare"],
            ["seed_demo", f"--agencies={AGENCIES}", f"--complaints={CASES}"],
        )
        # The database is made as ``DATABASE``, because the names of its roles contain this name.
        self._copy(DATABASE, TEMPLATE)

    def _drop(self, name: str) -> None:
        self.server.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', database="template1")

    def _copy(self, name: str, copy: str) -> None:
        statement = f'CREATE DATABASE "{copy}" TEMPLATE "{name}" OWNER {OWNER}'
        self.server.sql(statement, database="template1")

    def url(self, login: str, *, host: str = "", port: int | str = PORT) -> str:
        """Return the DATABASE_URL of a login, through the socket or at the address ``host``."""
        at = quote(host or str(self.server.socket))
        limit = "&statement_timeout=0" if login == OWNER else ""
        who = login if login == OWNER else f"{login}:{self.password}"
        return f"postgresql://{who}@/{DATABASE}?host={at}&port={port}{limit}"

    def connect(self) -> Any:
        """Connect as the superuser, who can read all committed rows."""
        ends = monotonic() + START_SECONDS
        while True:
            try:
                made = psycopg2.connect(
                    dbname=DATABASE, user=SUPERUSER, host=str(self.server.socket), port=PORT
                )
            except psycopg2.OperationalError:
                if monotonic() > ends:
                    raise
                sleep(0.1)
            else:
                made.autocommit = True
                return made

    def postmaster(self) -> int:
        """Return the process id of the postmaster."""
        return int((self.server.data / "postmaster.pid").read_text().split()[0])

    def backends(self) -> list[int]:
        """Return the process ids of the connections of web and workers."""
        rows = self.query("SELECT pid FROM pg_stat_activity WHERE usename = %s", [APPLICATION])
        return [pid for (pid,) in rows]

    def restart_database(self, **settings: str) -> None:
        """Stop PostgreSQL, if it runs, and start PostgreSQL with the given settings."""
        self.server.stop()
        self.server.settings = settings
        self.server.start()

    @contextmanager
    def silent_database(self) -> Iterator[None]:
        """Stop all processes of PostgreSQL (SIGSTOP) while the block runs."""
        postmaster = self.postmaster()
        stopped = [postmaster, *children(postmaster)]
        for pid in stopped:
            end(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in reversed(stopped):
                end(pid, signal.SIGCONT)

    def close(self) -> None:
        """Stop the database and every process that still runs."""
        self.end_processes()
        self.server.stop()


def _source_hash() -> str:
    """Return a hash of today's date and of all code that makes the tables and cases."""
    digest = hashlib.sha256(str(datetime.now(UTC).date()).encode())
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*")):
            if path.suffix in {".py", ".toml"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()
