"""What the commands of bin/ say before they start anything: one line that names what is wrong."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from _bootstrap import Failed
from _processes import database

from bin.postgres.server import EmbeddedPostgres
from tests.support.sampling import repeats

ROOT = Path(__file__).resolve().parents[2]
ONLY_PASSWORDS = "local all insaf trust\nlocal all all scram-sha-256\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[EmbeddedPostgres]:
    """A server that asks everybody but its owner for a password."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("asking") / "postgres", durable=False)
    server.start()
    server.sql("CREATE ROLE guest LOGIN PASSWORD 'right'")
    (server.data / "pg_hba.conf").write_text(ONLY_PASSWORDS)
    server.sql("SELECT pg_reload_conf()")
    yield server
    server.remove()


def address(server: EmbeddedPostgres, *, login: str = "guest:right", name: str = "insaf") -> str:
    return f"postgresql://{login}@/{name}?host={quote(str(server.socket))}&port=5432"


def refusal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> str:
    """What comes of a command that is given this DATABASE_URL."""
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(Failed) as refused, database(tmp_path, durable=True):
        pass
    return str(refused.value)


def test_a_database_that_lets_us_in_is_used(monkeypatch, tmp_path, server):
    monkeypatch.setenv("DATABASE_URL", address(server))

    with database(tmp_path, durable=True) as given:
        assert given == (address(server), None)


@pytest.mark.parametrize(
    ("login", "name", "reason"),
    [
        ("guest:wrong", "insaf", 'FATAL:  password authentication failed for user "guest"'),
        ("guest:right", "nowhere", 'FATAL:  database "nowhere" does not exist'),
    ],
)
def test_a_login_or_a_database_that_is_refused_is_one_line(
    monkeypatch, tmp_path, server, login, name, reason
):
    told = refusal(monkeypatch, tmp_path, address(server, login=login, name=name))

    assert told.startswith("DATABASE_URL leads to no database: ")
    assert told.endswith(reason)
    assert "\n" not in told
    assert "wrong" not in told


def test_a_server_that_does_not_answer_is_one_line(monkeypatch, tmp_path):
    told = refusal(monkeypatch, tmp_path, "postgresql://guest:secret@127.0.0.1:1/insaf")

    assert told.startswith("DATABASE_URL leads to no database: ")
    assert told.endswith("port 1 failed: Connection refused")
    assert "\n" not in told
    assert "secret" not in told


def test_an_address_of_something_else_is_one_line(monkeypatch, tmp_path):
    told = refusal(monkeypatch, tmp_path, "mysql://guest:secret@127.0.0.1/insaf")

    assert told == "Insaf cannot start: DATABASE_URL must begin with postgresql: or postgres:"


@pytest.mark.parametrize("command", [["bin/test"], ["bin/dev", "manage", "check"]])
def test_tests_and_tools_say_it_too(command):
    done = run(command, DATABASE_URL="postgresql://guest:secret@127.0.0.1:1/insaf")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 2)
    assert done.stderr.startswith("\nStopped: DATABASE_URL leads to no database: ")


@pytest.mark.parametrize("port", repeats(["0", "text", "-1", "70000", "", "٨٠٠٠", "8e3"]))
def test_a_bad_port_is_one_line(port):
    done = run(["bin/demo", f"--port={port}"])

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"\nStopped: --port must be a whole number from 1 to 65535, not {port!r}\n"
    )


def run(command: list[str], **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
