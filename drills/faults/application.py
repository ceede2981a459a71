"""A small installation for the drills, with its processes; subclasses provide the database."""

import json
import os
import secrets
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from bin.postgres.server import OWNER
from drills.faults.load import OVER, ask
from drills.faults.processes import ROOT, START_SECONDS, Server, children, free_port, running

DATABASE = "faults"
APPLICATION = f"{DATABASE}_app"
AGENCIES, CASES = 3, 45
KEYS = ("SECRET_KEY", "LOOKUP_KEY", "VAULT_KEY")
# One process runs all commands, because each start of Django takes seconds.
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
    """The running processes of an installation, and the port of the web process."""

    port: int
    web: Server
    workers: list[Server] = field(default_factory=list)
    operators: list[Server] = field(default_factory=list)

    def web_processes(self) -> list[int]:
        """Return the process ids of gunicorn's workers."""
        return children(self.web.pid)


class Application(ABC):
    """An installation with its keys and folders; ``site`` starts its processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.password = secrets.token_hex(16)
        self.keys: dict[str, str] = {}
        self.organisations: list[str] = []
        self.processes: list[Server] = []

    @abstractmethod
    def url(self, login: str) -> str:
        """Return the DATABASE_URL of a database login."""

    @abstractmethod
    def connect(self) -> Any:
        """Connect as the superuser, who can read all committed rows."""

    @property
    def files(self) -> Path:
        """Return the folder for all files of the installation."""
        return self.folder / "files"

    @property
    def media(self) -> Path:
        """Return the folder of the attachments."""
        return self.files / "media"

    def make_keys(self) -> None:
        """Make the installation's keys and write the keys to a file beside the data."""
        self.keys = {name: secrets.token_urlsafe(50) for name in KEYS}
        kept = self.folder / "keys"
        kept.touch(mode=0o600)
        kept.write_text(json.dumps(self.keys))

    def make_application_login(self) -> None:
        """Make the database login of web and workers, and find the bodies that accept filings."""
        password = self.files / "password"
        password.write_text(self.password)
        self.manage(["app_login", f"--password-file={password}"])
        self.find_organisations()

    def find_organisations(self) -> None:
        """Find the bodies that accept filings."""
        rows = self.query(
            "SELECT o.code FROM directory_organisation o JOIN tenants_agency a ON a.code = o.code"
            " WHERE a.state = 'active' AND o.accepts ORDER BY 1"
        )
        self.organisations = [code for (code,) in rows]

    def manage(self, *commands: list[str], **settings: str) -> str:
        """Run management commands as the owner of the tables; return the commands' output."""
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

    def environment(self, **settings: str) -> dict[str, str]:
        """Return the environment of a process of this installation."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name.removesuffix("_FILE") not in KEYS and name != "VAULT_KEY_PREVIOUS"
        }
        return {
            **inherited,
            **self.keys,
            "DJANGO_SETTINGS_MODULE": "drills.faults.settings",
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
        operators: int = 0,
        port: int = 0,
        application: str = "config.wsgi",
        is_sound: bool = True,
        inherited: Mapping[str, str] | None = None,
        **settings: str,
    ) -> Iterator[Site]:
        """Run gunicorn, task workers and job runners during the block.

        If ``is_sound`` is false, the block starts even if the site is not ready.
        """
        port = port or free_port()
        environment = self.environment(**{**(inherited or {}), **settings})
        environment["SITE_PORT"] = str(port)
        command = ["-m", "gunicorn", "--config=config/gunicorn.py", application]
        with ExitStack() as stack:
            web = self._server("web", *command, f"--bind=127.0.0.1:{port}", settings=environment)
            stack.enter_context(running(web))
            tasks = [
                stack.enter_context(running(self.worker(environment))) for _one in range(workers)
            ]
            runners = [
                stack.enter_context(running(self._operator(environment)))
                for _one in range(operators)
            ]
            _wait_for(port, web, "/readyz" if is_sound else "/healthz", is_sound=is_sound)
            yield Site(port=port, web=web, workers=tasks, operators=runners)

    def worker(self, environment: Mapping[str, str] | None = None) -> Server:
        """Start and return a task worker; the caller must stop the worker."""
        return self._server(
            "worker", "manage.py", "run_worker", settings=environment or self.environment()
        )

    def _operator(self, environment: Mapping[str, str]) -> Server:
        settings = {**environment, "DATABASE_URL": self.url(OWNER)}
        return self._server("operator", "manage.py", "run_operator", settings=settings)

    def _server(self, name: str, *command: str, settings: Mapping[str, str]) -> Server:
        if OVER.is_set():
            raise RuntimeError("the time of this fault is over")
        log = self.files / f"{name}-{len(self.processes)}.log"
        made = Server(name, *command, environment=settings, log=log)
        self.processes.append(made)
        return made

    def query(self, statement: str, values: object = None) -> list[tuple[Any, ...]]:
        """Run one statement as the superuser and return its rows."""
        with closing(self.connect()) as made, made.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall()) if cursor.description else []

    def schemas(self) -> list[str]:
        """Return the schemas of the agencies."""
        rows = self.query(
            "SELECT schema_name FROM tenants_agency WHERE schema_name <> 'public' ORDER BY 1"
        )
        return [name for (name,) in rows]

    def end_processes(self) -> None:
        """Stop all running processes of the site."""
        for server in self.processes:
            if server.process.poll() is None:
                server.stop()


def is_up(port: int, path: str = "/readyz") -> bool:
    """Return whether the web process answers 200 at ``path``."""
    return ask(port, path, seconds=5).status == 200


def _wait_for(port: int, web: Server, path: str, *, is_sound: bool) -> None:
    ends = monotonic() + START_SECONDS
    while monotonic() < ends and web.process.poll() is None and not OVER.is_set():
        if is_up(port, path):
            return
        sleep(0.1)
    if is_sound:
        raise RuntimeError(f"the web does not start: {web.words()[-1500:]}")
