"""A PostgreSQL of the test's own whose processes stand still, or are killed."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import OperationalError, connections

from bin.postgres.server import EmbeddedPostgres
from config.env import database_from_url
from tenants.isolation.backends import circuit_breaker
from tenants.isolation.backends.base import DatabaseWrapper
from tests.journeys.site import looks

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    made = EmbeddedPostgres(tmp_path_factory.mktemp("own") / "postgres", durable=False)
    made.start()
    yield made
    made.stop()
    made.remove()


@pytest.fixture
def own(server, monkeypatch) -> Iterator[DatabaseWrapper]:
    """A connection to it; a statement may take 200 ms."""
    monkeypatch.setattr(circuit_breaker, "RECENT_ANSWER_SECONDS", 0.0)
    url = server.url
    entry = database_from_url(
        f"{url}{'&' if '?' in url else '?'}statement_timeout=200", roles=False
    )
    usual: dict[str, object] = {
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "TIME_ZONE": None,
        "TEST": {},
    }
    made, former = DatabaseWrapper({**usual, **entry}, "default"), connections["default"]
    connections["default"] = made
    yield made
    connections["default"] = former
    made.close()


def processes(server):
    """The postmaster and its children."""
    first = server._server()
    found = [first]
    for folder in Path("/proc").glob("[0-9]*"):
        # Others end while we look.
        with suppress(OSError):
            parent = (folder / "stat").read_text().rpartition(") ")[2].split()[1]
            if int(parent) == first:
                found.append(int(folder.name))
    return found


@pytest.fixture
def stopped(server):
    """Lets every process of the server stand still; they go on afterwards."""
    held: list[int] = []

    def stop():
        held.extend(processes(server))
        for pid in held:
            os.kill(pid, signal.SIGSTOP)

    def go_on():
        while held:
            os.kill(held.pop(), signal.SIGCONT)

    stop.go_on = go_on
    yield stop
    go_on()


def ask(made):
    with made.cursor() as cursor:
        cursor.execute("SELECT 42")
        return cursor.fetchone()


def test_a_server_that_stands_still_is_given_up_and_found_again(own, stopped):
    assert ask(own) == (42,)
    stopped()

    with pytest.raises(OperationalError, match="not answered in time"):
        ask(own)
    own.breaker._try_at = 0.0
    with pytest.raises(OperationalError):
        ask(own)
    assert own.breaker.is_open

    stopped.go_on()
    own.breaker._try_at = 0.0
    assert ask(own) == (42,)
    assert not own.breaker.is_open


def test_a_server_whose_backend_is_killed_is_found_again(own):
    ask(own)
    os.kill(own.connection.info.backend_pid, signal.SIGKILL)

    for _look in looks():
        own.breaker._try_at = 0.0
        try:
            assert ask(own) == (42,)
            break
        except OperationalError:
            # The others are ended too, and the server starts anew.
            continue
    assert not own.breaker.is_open
