"""A process that starts while its database is away is checked before it serves anybody."""

import logging

import pytest
from django.db import OperationalError
from django.test import Client

from tenants.isolation.backends import deferred_check
from tenants.isolation.backends.deferred_check import DEFERRED_CHECK
from tenants.isolation.checks import operator_check, start_check
from tests.support.silent_database import used_instead, way_to_database

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open_gate():
    yield
    DEFERRED_CHECK.defer(None)


@pytest.fixture
def over():
    """A connection that is not there yet when the process starts."""
    with way_to_database() as way, used_instead(port=way.port) as made:
        port = made.settings_dict["PORT"]
        made.settings_dict["PORT"] = "1"
        made.come_back = lambda: made.settings_dict.update(PORT=port)
        yield made


@pytest.fixture
def browser():
    return Client(headers={"host": "testserver"}, raise_request_exception=False)


def ask(made):
    with made.cursor() as cursor:
        cursor.execute("SELECT 42")
        return cursor.fetchone()


def test_a_login_that_is_too_mighty_serves_nobody_when_the_database_is_back(
    over, browser, caplog, monkeypatch
):
    monkeypatch.setattr(deferred_check, "RECHECK_SECONDS", float("inf"))
    # The suite's own login makes roles and owns tables, which no web process may.
    start_check()
    over.come_back()
    caplog.set_level(logging.CRITICAL)

    page, ready = browser.get("/fr/"), browser.get("/readyz")

    assert (page.status_code, ready.status_code) == (503, 503)
    assert ready.json()["database"] is False
    told = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    assert len(told) == 1
    assert "DATABASE_URL signs in with too many rights" in told[0].getMessage()
    assert browser.get("/healthz").status_code == 200


def test_a_login_that_is_right_is_let_in(over):
    # The operator process is to have what the suite's login has.
    operator_check()
    assert DEFERRED_CHECK._check is not None
    over.come_back()

    assert ask(over) == (42,)
    assert DEFERRED_CHECK._check is None


def test_while_the_database_is_away_the_check_waits(over):
    start_check()

    with pytest.raises(OperationalError):
        ask(over)

    assert DEFERRED_CHECK._check is not None


def test_a_database_that_goes_away_during_the_check_is_checked_the_next_time(over):
    raised = [OperationalError("gone again")]

    def check():
        if raised:
            raise raised.pop()

    DEFERRED_CHECK.defer(check)
    over.come_back()

    with pytest.raises(OperationalError, match="gone again"):
        ask(over)
    assert DEFERRED_CHECK._check is not None
    assert ask(over) == (42,)


def test_what_was_refused_is_looked_at_again_after_a_while(over):
    def refuse():
        raise SystemExit("Insaf cannot start: not so")

    over.come_back()
    DEFERRED_CHECK.defer(refuse)
    for _ in range(2):
        with pytest.raises(OperationalError, match="its log says why"):
            ask(over)

    DEFERRED_CHECK.defer(lambda: None)

    assert ask(over) == (42,)
