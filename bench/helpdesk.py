"""django-helpdesk for bench.peers: its environment, its database with tickets, and its requests."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import psycopg2
from psycopg2.extensions import parse_dsn

from bench.filling import BATCH, SEED
from bench.generated_text import TextGenerator
from bench.installation import database_name, database_url, execute, exists, server_url
from bench.measuring import require
from bench.serving import answered, gunicorn
from bench.traffic import EMAIL, filing

ENVIRONMENT = Path(__file__).resolve().parents[1] / "var" / "helpdesk-env"
PYTHON = ENVIRONMENT / "bin" / "python"
# Written last: without this file, the installation was not completed.
READY = ENVIRONMENT / "installed.txt"
HELPDESK = "django-helpdesk==2.6.1"
# The same versions as those that serve our own site.
SHARED_PACKAGES = ("Django", "gunicorn", "psycopg2-binary")
TICKETS = "helpdesk_ticket"
# One ticket of so many is open, the others are closed.
OPEN_EVERY, OPEN, CLOSED = 20, 1, 4
ROWS = 25
# Seconds between two tickets.
STEP = 600
FOLLOW_UPS = "helpdesk_followup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpdesk:
    """A running django-helpdesk: its port, its queue and the key of a staff session."""

    port: int
    queue: int
    session: str

    def list_page(self, word: str = "", *, only_open: bool = False) -> int:
        """Load the ticket list as a browser does; return the number of tickets in the list.

        The page holds no rows: its script asks for the first rows as JSON.
        """
        asked = {"queue": self.queue} | ({"q": word} if word else {})
        asked |= {"status": OPEN} if only_open else {}
        with socket.create_connection(("127.0.0.1", self.port), timeout=120) as wire:
            page = answered(wire, self._get(f"/tickets/?{urlencode(asked)}"))
            found = re.search(rb'"url": "(/datatables_ticket_list/[^"]+)"', page)
            require(found, "the ticket list has no address of its rows")
            address = found[1].decode() if found else ""
            rows = f"{address}?draw=1&start=0&length={ROWS}"
            body = answered(wire, self._get(rows)).partition(b"\r\n\r\n")[2]
        listed = json.loads(body)
        total = int(listed["recordsTotal"])
        require(len(listed["data"]) == min(ROWS, total), "rows of the ticket list are missing")
        return total

    def form_request(self) -> bytes:
        """Return the bytes of a filled-in public ticket form, with its CSRF cookie and token."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=120) as wire:
            page = answered(wire, b"GET /tickets/submit/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        cookie = re.search(rb"csrftoken=(\w+)", page)
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)
        if cookie is None or token is None:
            raise RuntimeError("the ticket form has no CSRF token")
        content = filing("queue")
        fields = {
            "csrfmiddlewaretoken": token[1].decode(),
            "queue": self.queue,
            "title": content["subject"],
            "body": content["body"],
            "priority": 3,
            "submitter_email": EMAIL,
        }
        body = urlencode(fields).encode()
        head = (
            "POST /tickets/submit/ HTTP/1.1\r\nHost: localhost\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Cookie: csrftoken={cookie[1].decode()}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def _get(self, path: str) -> bytes:
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={self.session}\r\n\r\n"
        return head.encode()


@contextmanager
def helpdesk(*, cases: int, folder: Path) -> Iterator[Helpdesk]:
    """Serve django-helpdesk with ``cases`` tickets in one queue; its database is kept."""
    environment_ensure()
    database = database_name("helpdesk")
    if not exists(server_url(), database):
        execute(server_url(), f'CREATE DATABASE "{database}"')
    url = database_url(database)
    given = {
        "DJANGO_SETTINGS_MODULE": "bench.helpdesk_site",
        "HELPDESK_DATABASE": json.dumps(parse_dsn(url)),
        "HELPDESK_FOLDER": str(folder),
    }
    command = [str(PYTHON), "-m", "bench.helpdesk_site"]
    made = subprocess.run(
        command, env={**os.environ, **given}, stdout=subprocess.PIPE, text=True, check=True
    )
    found = json.loads(made.stdout.splitlines()[-1])
    tickets_fill(url, queue=found["queue"], cases=cases)
    with gunicorn(
        "django.core.wsgi:get_wsgi_application()",
        config="bench/helpdesk_gunicorn.py",
        environment=given,
        python=str(PYTHON),
    ) as served:
        yield Helpdesk(port=served.port, **found)


def environment_ensure() -> None:
    """Install django-helpdesk into an environment of its own, unless this was done before."""
    wanted = [HELPDESK, *(f"{name}=={version(name)}" for name in SHARED_PACKAGES)]
    if READY.is_file() and READY.read_text().split() == wanted:
        return
    print(f"installing {HELPDESK} into {ENVIRONMENT}", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
    subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", *wanted], check=True)
    READY.write_text("\n".join(wanted))


def tickets_fill(url: str, *, queue: int, cases: int) -> None:
    """Keep exactly ``cases`` tickets, with the texts that bench.casefile gives our cases."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for table, column in ((FOLLOW_UPS, "ticket_id"), (TICKETS, "id")):
            cursor.execute(f"DELETE FROM {table} WHERE {column} > %s", [cases])
        cursor.execute(f"SELECT count(*) FROM {TICKETS}")
        if cursor.fetchone() != (cases,):
            cursor.execute(f"TRUNCATE {TICKETS} CASCADE")
            _write(cursor, queue, cases)
        for table in (TICKETS, FOLLOW_UPS):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
            cursor.execute(f"VACUUM ANALYZE {table}")
    connection.close()


def ticket_count(url: str) -> int:
    """Return the number of tickets in the database."""
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TICKETS}")
        ((count,),) = cursor.fetchall()
    connection.close()
    return int(count)


def _write(cursor: "psycopg2.extensions.cursor", queue: int, cases: int) -> None:
    generator, chance = TextGenerator(seed=SEED), Random(f"tickets:{SEED}")
    numbers = iter(range(1, cases + 1))
    while chunk := list(islice(numbers, BATCH)):
        rows = []
        for number in chunk:
            text = generator.text(number=number, of=cases)
            status = OPEN if number % OPEN_EVERY == 0 else CLOSED
            email, key = f"person{number}@example.org", f"{chance.getrandbits(128):032x}"
            age = (cases - number + 1) * STEP
            rows.append((number, text.subject, age, email, status, text.body, queue, key))
        cursor.execute(
            f"INSERT INTO {TICKETS} (id, title, created, modified, submitter_email, status,"
            " on_hold, description, resolution, priority, queue_id, secret_key) SELECT id, title,"
            " now() - age * interval '1 second', now() - age * interval '1 second', email,"
            " status, false, body, '', 3, queue, key FROM unnest(%s::int[], %s::text[], %s::int[],"
            " %s::text[], %s::int[], %s::text[], %s::int[], %s::text[])"
            " AS t (id, title, age, email, status, body, queue, key)",
            [list(column) for column in zip(*rows, strict=True)],
        )
    # Each ticket has the first entry that the public form writes.
    cursor.execute(
        f"INSERT INTO {FOLLOW_UPS} (date, title, comment, public, ticket_id, email_recipients)"
        " SELECT created, 'Ticket Opened Via Web', description, true, id, '[]'"
        f" FROM {TICKETS} ORDER BY id"
    )
