"""A small installation of its own to break: PostgreSQL, keys, three agencies with some cases."""

import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote

import psycopg2

from config.embedded_postgres import OWNER, PORT, SUPERUSER, EmbeddedPostgres
from tests.faults.load import OVER, ask
from tests.faults.processes import (
    ROOT,
    START_SECONDS,
    Server,
    children,
    end,
    free_port,
    running,
)

DATABASE = "faults"
APPLICATION = f"{DATABASE}_app"
TEMPLATE = f"{DATABASE}_ready"
AGENCIES, CASES = 3, 45
SOURCES = ("config", "locale", "public_portal", "agency_console", "shared", "tenants")
KEYS = ("SECRET_KEY", "LOOKUP_KEY", "VAULT_KEY")
# One process for all of them: each start of Django takes seconds.
COMMANDS = """
import json, sys
import django
from django.core.management import call_command
django.setup()
for name, *arguments in json.loads(sys.argv[1]):
    call_command(name, *arguments)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The running processes of an installation, and where the web answers."""

    port: int
    web: Server
    workers: list[Server] = field(default_factory=list)

    def web_processes(self) -> list[int]:
        """The processes of gunicorn that answer requests."""
        return children(self.web.pid)


class Installation:
    """Database, keys and folders; ``site`` starts the processes on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = EmbeddedPostgres(folder / "postgres", durable=True)
        self.password = secrets.token_hex(16)
        self.keys: dict[str, str] = {}
        self.organisations: list[str] = []
        self.processes: list[Server] = []

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
        password = self.files / "password"
        password.write_text(self.password)
        self.manage(["app_login", f"--password-file={password}"])
        rows = self.query(
            "SELECT o.code FROM directory_organisation o JOIN tenants_agency a ON a.code = o.code"
            " WHERE a.state = 'active' AND o.accepts ORDER BY 1"
        )
        self.organisations = [code for (code,) in rows]

    def _build(self) -> None:
        """Make agencies with a few cases in every state; then keep a copy, for it takes long."""
        self.server.drop_databases(prefix=DATABASE)
        self.server.sql(f'CREATE DATABASE "{DATABASE}" OWNER {OWNER}', database="template1")
        self.keys = {name: secrets.token_urlsafe(50) for name in KEYS}
        keys = self.folder / "keys"
        keys.touch(mode=0o600)
        keys.write_text(json.dumps(self.keys))
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

    @property
    def files(self) -> Path:
        """Where its processes write."""
        return self.folder / "files"

    @property
    def media(self) -> Path:
        """Where attachments lie."""
        return self.files / "media"

    def manage(self, *commands: list[str], **settings: str) -> str:
        """Run management commands as the owner of the tables; gives what they print."""
        done = subprocess.run(
            [sys.executable, "-c", COMMANDS, json.dumps(commands)],
            cwd=ROOT,
            env=self.environment(**settings) | {"DATABASE_URL": self.url(OWNER)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{commands}: {done.stdout[-500:]}{done.stderr[-2000:]}")
        return done.stdout

    def url(self, login: str, *, host: str = "", port: int | str = PORT) -> str:
        """The address of the database for a login, through its socket or at ``host``."""
        at = quote(host or str(self.server.socket))
        limit = "&statement_timeout=0" if login == OWNER else ""
        who = login if login == OWNER else f"{login}:{self.password}"
        return f"postgresql://{who}@/{DATABASE}?host={at}&port={port}{limit}"

    def environment(self, **settings: str) -> dict[str, str]:
        """What a process of this installation finds in its environment."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name.removesuffix("_FILE") not in KEYS and name != "VAULT_KEY_PREVIOUS"
        }
        return {
            **inherited,
            **self.keys,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": self.url(APPLICATION),
            "BASE_DOMAIN": "localhost",
            "DEMO": "1",
            "EMAIL_URL": f"file://{self.files / 'outbox'}",
            "MEDIA_ROOT": str(self.media),
            "BUNDLE_ROOT": str(self.files / "bundles"),
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
            "WEB_WORKERS": "2",
            "WEB_THREADS": "4",
            "TRUSTED_PROXIES": "0",
            **settings,
        }

    @contextmanager
    def site(
        self,
        *,
        workers: int = 1,
        application: str = "config.wsgi",
        is_sound: bool = True,
        inherited: Mapping[str, str] | None = None,
        **settings: str,
    ) -> Iterator[Site]:
        """Gunicorn and task workers under the application's login, until the block ends.

        One that is not sound need not become ready.
        """
        port = free_port()
        environment = self.environment(**{**(inherited or {}), **settings})
        environment["SITE_PORT"] = str(port)
        command = ["-m", "gunicorn", "--config=config/gunicorn.py", application]
        with ExitStack() as stack:
            web = self._server("web", *command, f"--bind=127.0.0.1:{port}", settings=environment)
            stack.enter_context(running(web))
            tasks = [
                stack.enter_context(running(self.worker(environment))) for _one in range(workers)
            ]
            _wait_for(port, web, "/readyz" if is_sound else "/healthz", is_sound=is_sound)
            yield Site(port=port, web=web, workers=tasks)

    def worker(self, environment: Mapping[str, str] | None = None) -> Server:
        """A task worker that was just started; whoever asks for it stops it."""
        return self._server(
            "worker", "manage.py", "run_worker", settings=environment or self.environment()
        )

    def _server(self, name: str, *command: str, settings: Mapping[str, str]) -> Server:
        if OVER.is_set():
            raise RuntimeError("the time of this fault is over")
        log = self.files / f"{name}-{len(self.processes)}.log"
        made = Server(name, *command, environment=settings, log=log)
        self.processes.append(made)
        return made

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

    def query(self, statement: str, values: object = None) -> list[tuple[Any, ...]]:
        """The rows of one statement of the superuser's."""
        with closing(self.connect()) as made, made.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def schemas(self) -> list[str]:
        """The schemas of the agencies."""
        rows = self.query(
            "SELECT schema_name FROM tenants_agency WHERE schema_name <> 'public' ORDER BY 1"
        )
        return [name for (name,) in rows]

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

    def end_processes(self) -> None:
        """End every process of web and workers that is left."""
        for server in self.processes:
            if server.process.poll() is None:
                server.stop()

    def close(self) -> None:
        """End every process that is left, and the database."""
        self.end_processes()
        self.server.stop()


def is_up(port: int, path: str = "/readyz") -> bool:
    """Whether the web answers that all is well."""
    return ask(port, path, seconds=5).status == 200


def _wait_for(port: int, web: Server, path: str, *, is_sound: bool) -> None:
    ends = monotonic() + START_SECONDS
    while monotonic() < ends and web.process.poll() is None and not OVER.is_set():
        if is_up(port, path):
            return
        sleep(0.1)
    if is_sound:
        raise RuntimeError(f"the web does not start: {web.words()[-1500:]}")


def _source_hash() -> str:
    """One hash over the day and all that the tables and the first cases are made from."""
    digest = hashlib.sha256(str(datetime.now(UTC).date()).encode())
    for source in SOURCES:
        for path in sorted((ROOT / source).rglob("*")):
            if path.suffix in {".py", ".toml"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()
