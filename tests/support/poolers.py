"""A real PgBouncer between a test and its PostgreSQL."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event

import psycopg2
from django.db import connection

from bin.postgres.identity import MAP, plain_environment
from bin.postgres.server import SUPERUSER
from tenants.isolation.database_roles import application_login

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
PORT = "6432"
SECONDS = 30.0
BETWEEN_LOOKS = 0.02
RELOAD_SECONDS = 0.5

# One port and no TCP: the socket lies in a folder of the test.
INI = """
[databases]
* = {server}
[pgbouncer]
unix_socket_dir = {folder}
listen_port = {port}
auth_type = trust
auth_file = {folder}/users
; Without it PgBouncer refuses the connection: it cannot keep what PostgreSQL does not report.
ignore_startup_parameters = statement_timeout
{lines}
"""


@contextmanager
def running_pooler(*lines: str) -> Iterator[Path]:
    """PgBouncer with these settings, until the block ends; gives the folder of its socket."""
    assert PGBOUNCER is not None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_settings(folder, lines)
        uid, gid = _user()
        if uid is not None:
            for path in (folder, *folder.iterdir()):
                os.chown(path, uid, -1)
            _admit(pwd.getpwuid(uid).pw_name)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [PGBOUNCER, str(folder / "ini")],
                stdout=log,
                stderr=log,
                cwd="/",
                env=plain_environment(),
                user=uid,
                group=gid,
                extra_groups=None if uid is None else [],
            )
        try:
            _wait_until_listening(process, folder)
            yield folder
        finally:
            # Asked politely, it would wait for connections that a failed test has left open.
            process.kill()
            process.wait(timeout=SECONDS)


def _write_settings(folder: Path, lines: tuple[str, ...]) -> None:
    given = connection.settings_dict
    parts = {"host": given["HOST"], "port": given["PORT"]}
    # In quotation marks: the project's folder may have a space in its name.
    server = " ".join(f"{name}='{value}'" for name, value in parts.items() if value)
    text = INI.format(server=server, folder=folder, port=PORT, lines="\n".join(lines))
    (folder / "ini").write_text(text)
    logins = {given["USER"]: given["PASSWORD"], application_login(): given["PASSWORD"]}
    (folder / "users").write_text("".join(f'"{who}" "{word}"\n' for who, word in logins.items()))


def _user() -> tuple[int | None, int | None]:
    """It refuses to run as root: then as whom PostgreSQL's socket belongs to, or as nobody."""
    if os.geteuid() != 0:
        return None, None
    place = Path(connection.settings_dict["HOST"] or "/nowhere")
    owner = place.stat().st_uid if place.is_absolute() and place.exists() else 0
    user = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    return user.pw_uid, user.pw_gid


def _admit(name: str) -> None:
    """Let PgBouncer's user into the tests' server: by itself it admits its starter alone.

    Only the embedded server has that list; it is written anew when the server starts.
    """
    given = connection.settings_dict
    if not Path(given["HOST"] or "").is_absolute():
        return
    server = psycopg2.connect(
        host=given["HOST"], port=given["PORT"] or None, user=SUPERUSER, dbname="postgres"
    )
    with closing(server), server.cursor() as cursor:
        server.autocommit = True
        cursor.execute("SHOW ident_file")
        path, line = Path(cursor.fetchone()[0]), f'{MAP} "{name}" all\n'
        if line in path.read_text():
            return
        with path.open("a") as file:
            file.write(line)
        cursor.execute("SELECT pg_reload_conf()")
    # The postmaster reads it when it gets the signal, which is sent before this answer.
    Event().wait(RELOAD_SECONDS)


def _wait_until_listening(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    never = Event()
    for _look in range(int(SECONDS / BETWEEN_LOOKS)):
        # The socket's file is there an instant before anybody listens at it.
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.connect(str(folder / f".s.PGSQL.{PORT}"))
            return
        if process.poll() is not None:
            break
        never.wait(BETWEEN_LOOKS)
    raise RuntimeError(f"PgBouncer did not start: {(folder / 'log').read_text()}")
