"""A whole running installation: its own database, gunicorn, worker, operator, a folder of mail."""

import email
import email.policy
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from fake_stripe.server import FakeStripeServer
from tests.journeys.stripe import stripe_environment
from tests.support.processes import database_drop, outside_connection, roles_drop

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
BETWEEN_LOOKS = 0.1
# In the key under which allauth notes that a code has been used.
USED_CODE = "mfa.totp.used"
# Compressing them takes longer than building the database. A page that named one would fail.
UNNAMED = ("--ignore=drf_spectacular_sidecar", "--ignore=rest_framework")
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
    """Where the installation answers, and where its letters and its static files lie."""

    port: int
    outbox: Path
    static: Path
    database: str
    operator: subprocess.Popen[bytes]
    # By agency and account: when an officer signed in, and the cookies (tests.journeys.officers).
    sessions: dict[tuple[str, str], tuple[float, list[Any]]] = field(default_factory=dict)

    def url(self, path: str = "/", host: str = "localhost") -> str:
        """The address of a page; browsers take every name under ``localhost`` to this machine."""
        return f"http://{host}:{self.port}{path}"

    def letters(self, *, to: str) -> list[EmailMessage]:
        """Every letter that really left for this address, oldest first."""
        files = sorted(self.outbox.glob("*"), key=lambda path: path.stat().st_mtime_ns)
        found = [letter for path in files for letter in _letters_in(path)]
        return [letter for letter in found if to in str(letter["To"])]

    def wait_for_letters(self, *, to: str, count: int) -> list[EmailMessage]:
        """The same, once the worker has sent ``count`` of them."""
        for _look in looks():
            letters = self.letters(to=to)
            if len(letters) >= count:
                return letters
        raise TimeoutError(f"fewer than {count} letters to {to}")

    def wait_for_register(self) -> None:
        """Until the figures know of every case so far: an earlier test's would come in later."""
        with closing(outside_connection(database=self.database)) as outside:
            for _look in looks():
                with outside.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM register_registeroutbox")
                    if cursor.fetchone() == (0,):
                        return
        raise TimeoutError("the register does not take in what was announced")

    def forget_used_codes(self) -> None:
        """Let the code of a second step serve again: the next one comes after half a minute."""
        outside = outside_connection(database=self.database)
        with closing(outside), outside.cursor() as cursor:
            cursor.execute("DELETE FROM cache WHERE strpos(cache_key, %s) > 0", [USED_CODE])

    @contextmanager
    def operator_resting(self) -> Iterator[None]:
        """Long work waits for as long as the block lasts: its page can be seen before it begins."""
        self.operator.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.operator.send_signal(signal.SIGCONT)


@contextmanager
def running_site(
    folder: Path, *, agencies: int, complaints: int, stripe: FakeStripeServer
) -> Iterator[Site]:
    """Build a database, seed it, start server, worker and operator; all is gone afterwards."""
    # Named after the run and its process, so that what a killed run has left is found and dropped.
    name = f"{connection.creation._get_test_db_name()}_site"
    with _database(name), socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        environment = _environment(folder, name, port) | stripe_environment(stripe)
        _manage(
            environment,
            ["prepare"],
            ["seed_demo", f"--agencies={agencies}", f"--complaints={complaints}"],
            ["build_fonts"],
            ["build_icons"],
            ["collectstatic", "--noinput", "--verbosity=0", *UNNAMED],
            ["app_login", f"--password-file={_password_file(folder)}"],
        )
        reserved.close()
        owner = {**environment}
        environment["DATABASE_URL"] = _application_url(folder, environment)
        gunicorn = ["-m", "gunicorn", "--config=config/gunicorn.py", "config.wsgi"]
        gunicorn.append("--log-level=debug")
        with (
            _process(environment, folder / "web.log", *gunicorn, f"--bind=127.0.0.1:{port}"),
            _process(environment, folder / "worker.log", "manage.py", "run_worker"),
            _process(owner, folder / "operator.log", "manage.py", "run_operator") as operator,
        ):
            _wait_until_ready(port)
            stripe.deliverer.url = f"http://127.0.0.1:{port}/stripe/webhook/"
            yield Site(
                port=port,
                outbox=folder / "outbox",
                static=folder / "static",
                database=name,
                operator=operator,
            )


def _letters_in(path: Path) -> Iterator[EmailMessage]:
    # Django's file backend ends each letter of a file with a line of dashes: what has none yet is
    # still being written.
    *whole, _unfinished = path.read_bytes().split(b"-" * 79 + b"\n")
    for part in whole:
        if part.strip():
            letter = email.message_from_bytes(part, policy=email.policy.default)
            assert isinstance(letter, EmailMessage)
            yield letter


def looks() -> Iterator[None]:
    """One turn after the other, a little apart, for as long as something may take."""
    never = Event()
    for _ in range(int(PATIENCE / BETWEEN_LOOKS)):
        yield
        never.wait(BETWEEN_LOOKS)


def _wait_until_ready(port: int) -> None:
    for _look in looks():
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as probe, suppress(OSError):
            probe.request("GET", "/readyz")
            if probe.getresponse().status == 200:
                return
    raise TimeoutError("the site did not become ready")


@contextmanager
def _database(name: str) -> Iterator[None]:
    # It imports models, and the faults import this module before there are any.
    from tests.support.databases import prepared_template  # noqa: PLC0415

    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{prepared_template()}"')
    try:
        yield
    finally:
        outside.close()
        home = connection.settings_dict["NAME"]
        database_drop(home, name)
        roles_drop(home, name)


def _environment(folder: Path, database: str, port: int) -> dict[str, str]:
    settings = connection.settings_dict
    host = settings["HOST"]
    user = f"{settings['USER']}:{settings['PASSWORD']}@" if settings["USER"] else ""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": f"postgresql://{user}/{database}?host={host}&port={settings['PORT']}",
        "BASE_DOMAIN": "localhost",
        "SITE_PORT": str(port),
        "SECRET_KEY": "only-for-journeys-" * 3,
        "LOOKUP_KEY": "only-for-journeys-too-" * 3,
        "VAULT_KEY": "only-for-journeys-as-well-" * 3,
        "DEMO": "1",
        "EMAIL_URL": f"file://{folder / 'outbox'}",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        # All that they can say: tests/journeys/test_logs.py looks for secrets in it.
        "LOG_LEVEL": "DEBUG",
        "WEB_WORKERS": "1",
        "WEB_THREADS": "8",
        # Some tests put the real proxy in front; without one, the address is that of the socket.
        "TRUSTED_PROXIES": "1",
    }


def _password_file(folder: Path) -> Path:
    file = folder / "app_password"
    file.write_text(secrets.token_hex(16))
    return file


def _application_url(folder: Path, environment: dict[str, str]) -> str:
    """The same database under the login without rights of its own, as in production."""
    password = (folder / "app_password").read_text()
    parts = urlsplit(environment["DATABASE_URL"])
    login = f"{parts.path.lstrip('/')}_app"
    return urlunsplit(parts._replace(netloc=f"{login}:{password}@{parts.hostname or ''}"))


def _manage(environment: dict[str, str], *commands: list[str]) -> None:
    """Run commands one after another in one process: each start of Django takes seconds."""
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS, json.dumps(commands)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{commands}: {done.stdout}{done.stderr}"


@contextmanager
def _process(
    environment: dict[str, str], log: Path, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
