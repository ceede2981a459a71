"""A database that falls silent: nobody waits for long, and then nobody waits at all."""

import os
import time
from typing import cast

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from config.env import database_from_url
from tenants.isolation.backends import base, circuit_breaker, connection_timeouts
from tenants.isolation.backends.circuit_breaker import CircuitBreaker, ServerSilent
from tests.support.sampling import repeats
from tests.support.silent_database import used_instead, way_to_database

pytestmark = pytest.mark.django_db

# What somebody may be made to wait by a database that is silent.
BOUND = 6


@pytest.fixture
def way():
    with way_to_database() as opened:
        yield opened


@pytest.fixture
def over(way):
    """The thread's connection, over the way; a statement may take 200 ms."""
    with used_instead(port=way.port, statement_timeout=200) as made:
        yield made


@pytest.fixture
def heard_long_ago(monkeypatch):
    """Nothing has been heard of the server, and the next try is far away on the slowest machine."""
    monkeypatch.setattr(circuit_breaker, "RECENT_ANSWER_SECONDS", 0.0)
    monkeypatch.setattr(circuit_breaker, "PAUSE_SECONDS", 3600.0)


@pytest.fixture
def browser():
    return Client(headers={"host": "testserver"}, raise_request_exception=False)


def ask(made):
    with made.cursor() as cursor:
        cursor.execute("SELECT 42")
        return cursor.fetchone()[0]


def silenced(way, made):
    """The server has fallen silent, and a first statement has noticed."""
    assert ask(made) == 42
    way.speaks.clear()
    with pytest.raises(OperationalError, match="not answered in time"):
        ask(made)


def test_a_statement_without_an_answer_is_cut_off(way, over, heard_long_ago):
    silenced(way, over)

    assert over.breaker.is_open


def test_the_end_of_a_transaction_without_an_answer_is_cut_off(way, over, heard_long_ago):
    @transaction.atomic
    def change():
        ask(over)
        way.speaks.clear()

    # On its way out Django asks for a new connection, and is refused that.
    with pytest.raises(OperationalError):
        change()

    assert over.breaker.is_open


def test_while_it_is_silent_nobody_asks_it(way, over, heard_long_ago):
    silenced(way, over)
    before = way.taken

    for _ in range(20):
        with pytest.raises(OperationalError) as refused:
            ask(over)
        assert isinstance(refused.value.__cause__, ServerSilent)

    assert way.taken == before


def test_when_it_speaks_again_it_is_asked_again(way, over, heard_long_ago):
    silenced(way, over)
    way.speaks.set()
    over.breaker._try_at = 0.0

    assert ask(over) == 42
    assert not over.breaker.is_open


@pytest.mark.slow
def test_one_connection_that_hangs_is_no_silent_server(way, over):
    over.breaker.answered_at = time.monotonic() + 60
    assert ask(over) == 42
    over.breaker.answered_at = time.monotonic() + 60
    way.speaks.clear()

    with pytest.raises(OperationalError, match="not answered in time"):
        ask(over)

    assert not over.breaker.is_open


def test_one_at_a_time_tries_whether_it_answers(monkeypatch):
    one = CircuitBreaker()
    one.fail()
    assert one.is_open
    one._try_at = 0.0

    with one.admitted(), pytest.raises(ServerSilent), one.admitted():
        pass

    assert not one.is_open


def test_a_server_that_cannot_be_reached_is_left_alone_for_a_moment(way, over, heard_long_ago):
    way.close()

    with pytest.raises(OperationalError):
        ask(over)

    assert over.breaker.is_open


@pytest.mark.parametrize(
    ("path", "method"),
    repeats(
        [
            ("/fr/track/", "post"),
            ("/api/v1/organisations/", "get"),
            ("/fr/", "get"),
            ("/fr/", "post"),
            ("/fr/track/", "get"),
            ("/api/v1/organisations/", "post"),
        ]
    ),
)
def test_pages_say_when_to_come_back(way, over, heard_long_ago, browser, path, method):
    silenced(way, over)
    before = way.taken

    response = getattr(browser, method)(path)

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert way.taken == before


@pytest.mark.slow
def test_the_page_that_notices_says_so_too(way, over, heard_long_ago, browser):
    assert ask(over) == 42
    way.speaks.clear()

    response = browser.get("/fr/")

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert over.breaker.is_open


@pytest.mark.parametrize("host", ["testserver", "roads.testserver", "192.0.2.7", "nobody.example"])
def test_a_process_lives_whatever_its_database_does(way, over, host):
    way.speaks.clear()

    response = Client(headers={"host": host}).get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert way.taken == 0


def test_a_process_without_its_database_is_not_ready(way, over, heard_long_ago, browser):
    silenced(way, over)
    before = way.taken

    response = browser.get("/readyz")

    assert response.status_code == 503
    assert response.json()["database"] is False
    assert way.taken == before


def test_all_limits_together_are_within_the_bound():
    options = cast(dict[str, int], database_from_url("postgresql://me@db.example/insaf")["OPTIONS"])
    wrapper = base.DatabaseWrapper({**connection.settings_dict, "OPTIONS": options})
    cut = 2 * connection_timeouts.POLL_INTERVAL_SECONDS
    connecting = options["connect_timeout"] + base.FIRST_SECONDS + cut

    # A statement in hand; or a connection that lay idle, and the attempt to make another.
    assert wrapper.limit is not None
    assert wrapper.limit + cut < BOUND
    assert base.PING_SECONDS + cut + connecting < BOUND
    assert options["tcp_user_timeout"] < 1000 * BOUND


def test_the_owners_statements_have_no_limit(over):
    with over.as_owner():
        over.await_answer()
        assert over.watch.until == 0.0
    over.await_answer()
    assert over.watch.until > 0.0


@pytest.mark.slow
def test_a_transaction_that_lifts_its_limit_keeps_it_lifted_until_its_end(over):
    with transaction.atomic(), over.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_sleep(0.9)")

    assert not over.has_own_limit


def test_a_child_does_not_watch_over_its_parents_connections(over):
    assert ask(over) == 42
    assert connection_timeouts.CONNECTION_MONITOR._watches

    pid = os.fork()
    if not pid:
        os._exit(len(connection_timeouts.CONNECTION_MONITOR._watches))

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
