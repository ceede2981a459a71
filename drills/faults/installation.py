"""A small installation of its own to break: PostgreSQL, keys, three agencies with some cases."""

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
    """On an embedded PostgreSQL, which can be restarted, silenced and looked into."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.server = EmbeddedPostgres(folder / "postgres", durable=True)
        # At another moment with all that it serves (SUITE_MOMENT).
        self.server.environment = {
            name: os.environ[name] for name in MOVED_CLOCK if name in os.environ
        }

    def prepare(self) -> None:
        """Make the database anew: a copy of one that was made from the same code on this day."""
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
        """Make agencies with a few cases in every state; then keep a copy, for it takes long."""
        self.server.drop_databases(prefix=DATABASE)
        self.server.sql(f'CREATE DATABASE "{DATABASE}" OWNER {OWNER}', database="template1")
        self.make_keys()
        self.manage(
            ["prepare"],
            ["seed_demo", f"--agencies={AGENCIES}", f"--complaints={CASES}"],
        )
        # Its roles belong to the whole server and are named after the first name.
        self._copy(DATABASE, TEMPLATE)

    def _drop(self, name: str) -> None:
        self.server.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', database="template1")

    def _copy(self, name: str, copy: str) -> None:
        statement = f'CREATE DATABASE "{copy}" TEMPLATE "{name}" OWNER {OWNER}'
        self.server.sql(statement, database="template1")

    def url(self, login: str, *, host: str = "", port: int | str = PORT) -> str:
        """The address of the database for a login, through its socket or at ``host``."""
        at = quote(host or str(self.server.socket))
        limit = "&statement_timeout=0" if login == OWNER else ""
        who = login if login == OWNER else f"{login}:{self.password}"
        return f"postgresql://{who}@/{DATABASE}?host={at}&port={port}{limit}"

    def connect(self) -> Any:
        """A connection of the superuser that sees what was really committed."""
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
        """The process that starts the other ones of PostgreSQL."""
        return int((self.server.data / "postmaster.pid").read_text().split()[0])

    def backends(self) -> list[int]:
        """The processes of PostgreSQL that serve web and workers."""
        rows = self.query("SELECT pid FROM pg_stat_activity WHERE usename = %s", [APPLICATION])
        return [pid for (pid,) in rows]

    def restart_database(self, **settings: str) -> None:
        """Start PostgreSQL after it was killed or, with other settings, anew."""
        self.server.stop()
        self.server.settings = settings
        self.server.start()

    @contextmanager
    def silent_database(self) -> Iterator[None]:
        """All processes of PostgreSQL are stopped where they are, for as long as the block runs."""
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
        """End every process that is left, and the database."""
        self.end_processes()
        self.server.stop()


def _source_hash() -> str:
    """One hash over the day and all that the tables and the first cases are made from."""
    digest = hashlib.sha256(str(datetime.now(UTC).date()).encode())
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*")):
            if path.suffix in {".py", ".toml"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()
