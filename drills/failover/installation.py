"""An installation whose database is a primary with a standby."""

import shutil
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg2

from bin.postgres.server import OWNER
from drills.failover.pair import DatabasePair
from drills.faults.application import (
    AGENCIES,
    APPLICATION,
    CASES,
    DATABASE,
    Application,
)

SUPERUSER = "postgres"
CONNECT_SECONDS = 60.0


class PairInstallation(Application):
    """An installation that connects to the database through HAProxy."""

    def __init__(self, folder: Path, pair: DatabasePair) -> None:
        super().__init__(folder)
        self.pair = pair

    def prepare(self) -> None:
        """Make the database, with agencies and cases."""
        shutil.rmtree(self.files, ignore_errors=True)
        self.files.mkdir(parents=True)
        self._run(f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{self.password}'")
        self._run(f'CREATE DATABASE "{DATABASE}" OWNER {OWNER}')
        self.make_keys()
        self.manage(["prepare"], ["seed_demo", f"--agencies={AGENCIES}", f"--complaints={CASES}"])
        self.make_application_login()

    def url(self, login: str) -> str:
        """Return the DATABASE_URL of a login at HAProxy."""
        limit = "?statement_timeout=0" if login == OWNER else ""
        return f"postgresql://{login}:{self.password}@127.0.0.1:{self.pair.port}/{DATABASE}{limit}"

    def connect(self) -> Any:
        """Connect to the primary as the superuser."""
        ends = monotonic() + CONNECT_SECONDS
        while True:
            try:
                made = self._connected(DATABASE)
            except psycopg2.OperationalError:
                if monotonic() > ends:
                    raise
                sleep(0.2)
            else:
                return made

    def _connected(self, database: str) -> Any:
        made = psycopg2.connect(
            dbname=database,
            user=SUPERUSER,
            password=self.pair.passwords["SUPERUSER"],
            host="127.0.0.1",
            port=self.pair.port,
            connect_timeout=5,
        )
        made.autocommit = True
        return made

    def _run(self, statement: str) -> None:
        made = self._connected("postgres")
        with made.cursor() as cursor:
            cursor.execute(statement)
        made.close()


__all__ = ["APPLICATION", "PairInstallation"]
