"""A server whose clock is wrong writes nothing, says so, and reads on by the database's time."""

import json
import logging
import os
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from shared.jobs.management.commands import run_operator
from shared.jobs.services import task_queue
from shared.kernel import clock
from shared.kernel.errors import ClockWrong
from tenants.isolation.backends import base
from tests.journeys.site import ROOT
from tests.support.moments import MOVED
from tests.support.processes import outside_connection

pytestmark = pytest.mark.django_db

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
LOOK = """
import json
import django
django.setup()
import time
from django.db import connection
from django.test import Client
from shared.jobs.services import task_queue
from shared.kernel import clock
client = Client(raise_request_exception=False, headers={"host": "testserver"})
answers = [client.get("/fr/"), client.post("/fr/track/"), client.get("/readyz")]
def database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        return float(cursor.fetchone()[0])
before = database()
system, kernel = time.time(), clock.timestamp()
after = database()
print(json.dumps({
    "before": before, "system": system, "kernel": kernel, "after": after,
    "answers": [answer.status_code for answer in answers],
    "ready": answers[2].json(),
    "may_work": task_queue.clock_allows_work(),
}))
"""
READY = {"status": "ready", "database": True, "migrations": True, "clock": True}


@pytest.fixture
def client():
    return Client(headers={"host": "testserver"})


@pytest.fixture
def wrong_clock(monkeypatch):
    """The database's clock, a year behind the system's, and measured just now."""
    at = time.monotonic()
    seconds = time.time() - timedelta(days=365).total_seconds()
    anchor = clock.Anchor(seconds=seconds, monotonic=at)
    monkeypatch.setattr(clock, "_anchor", anchor)
    monkeypatch.setattr(clock, "REPEAT_SECONDS", float("inf"))
    monkeypatch.setattr(base, "_is_told", False)


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("/fr/track/", "testserver"),
        ("/api/v1/complaints/", "testserver"),
        ("/", "roads.testserver"),
    ],
)
def test_whoever_writes_is_asked_to_come_again(client, wrong_clock, path, host):
    response = client.post(path, headers={"host": host})

    assert (response.status_code, response["Retry-After"]) == (503, "60")


def test_the_refusal_is_json_for_programmes(client, wrong_clock):
    response = client.post("/api/v1/complaints/")

    assert [error["code"] for error in response.json()["errors"]] == ["unavailable"]


def test_pages_are_read_on(client, wrong_clock):
    assert client.get("/fr/").status_code == 200


def test_a_server_with_a_wrong_clock_is_not_ready_and_says_why(client, wrong_clock):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        503,
        READY | {"status": "not ready", "clock": False},
    )


def test_no_task_is_taken_and_no_long_work(wrong_clock):
    assert not task_queue.clock_allows_work()
    assert task_queue.task_claim(worker_id="w") is None
    assert run_operator._one("w") is False


def test_the_log_says_once_that_the_clock_is_wrong_and_once_that_it_is_right(wrong_clock, caplog):
    caplog.set_level(logging.WARNING)
    for _ in range(3):
        with pytest.raises(ClockWrong):
            connection.require_clock()
    clock._anchor = None
    for _ in range(3):
        connection.require_clock()

    assert [record.getMessage() for record in caplog.records] == [
        "clock: +31536000 s from the database's; nothing is written",
        "clock: right again; writing goes on",
    ]


def test_a_new_connection_measures_the_clock(monkeypatch):
    monkeypatch.setattr(clock, "_anchor", None)
    other = connection.copy()
    try:
        other.ensure_connection()
    finally:
        other.close()

    assert clock._anchor is not None
    assert not clock.is_wrong()


def test_a_suspicion_is_looked_into_before_anybody_is_refused(monkeypatch, wrong_clock):
    monkeypatch.setattr(clock, "REPEAT_SECONDS", 0.0)

    connection.require_clock()

    assert not clock.is_wrong()


def test_sessions_end_by_the_databases_clock(client, wrong_clock):
    session = client.session
    session["word"] = "kept"
    session.save()
    ends = session.get_expiry_date()

    assert ends < clock.now() + timedelta(days=1)
    assert type(session)(session.session_key).get("word") == "kept"


@pytest.mark.slow
@pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed")
@pytest.mark.skipif(bool(MOVED), reason="the clock of the database is moved already")
@pytest.mark.parametrize(
    ("shift", "seconds", "is_right"),
    [("+365d", 365 * 86400, False), ("-40d", -40 * 86400, False), ("+20", 20, True)],
)
def test_a_process_whose_system_clock_is_wrong_keeps_the_databases_time(shift, seconds, is_right):
    found = looked_at(shift)

    # Between two readings of the database's clock, however long these take: a busy machine is no
    # wrong one. Half of the least shift more, for what the first measuring did not know of the way.
    earliest, latest = found["before"] - 10, found["after"] + 10
    assert earliest <= found["kernel"] <= latest
    assert earliest <= found["system"] - seconds <= latest
    assert (found["may_work"], found["ready"]["clock"]) == (is_right, is_right)
    # An empty form is looked at, and refused for what is missing in it.
    assert found["answers"] == ([200, 400, 200] if is_right else [200, 503, 503])


def looked_at(shift):
    settings = connection.settings_dict
    user = f"{settings['USER']}:{settings['PASSWORD']}@" if settings["USER"] else ""
    host = f"host={settings['HOST']}&port={settings['PORT']}"
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://{user}/{settings['NAME']}?{host}",
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME": shift,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    with closing(outside_connection()) as outside, outside.cursor() as cursor:
        # The first page has published the national figures.
        cursor.execute("DELETE FROM register_figuresnapshot")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
