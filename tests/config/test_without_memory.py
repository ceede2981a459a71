"""A web process without memory answers with bytes that it holds already."""

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse

import pytest

from drills.faults.processes import Server, running

# Each has a server of its own.
pytestmark = pytest.mark.slow

APPLICATION = """
def application(environ, start_response):
    if environ["PATH_INFO"] == "/sound":
        raise ValueError
    if environ["PATH_INFO"] != "/c-library":
        raise MemoryError
    raise ValueError("no reason supplied")
"""
START_SECONDS = 60


@pytest.fixture
def port(tmp_path) -> Iterator[int]:
    """Of a gunicorn whose application finds no memory."""
    (tmp_path / "starved.py").write_text(APPLICATION)
    server = Server(
        "gunicorn",
        "-m",
        "gunicorn",
        "--bind=127.0.0.1:0",
        "--worker-class=config.gunicorn_worker.PageWorker",
        f"--pythonpath={tmp_path}",
        "starved:application",
        environment=dict(os.environ),
        log=tmp_path / "log",
    )
    with running(server):
        yield listens_at(server)


def listens_at(server: Server) -> int:
    end = time.monotonic() + START_SECONDS
    while not (found := re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", server.words())):
        assert time.monotonic() < end
        time.sleep(0.02)
    return int(found[1])


def asked(port: int, path: str) -> tuple[HTTPResponse, bytes]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer, answer.read()


def test_a_sound_process_answers_an_error_as_gunicorn_does(port):
    assert asked(port, "/sound")[0].status == 500


def test_a_person_reads_the_page_in_three_languages_and_when_to_come_back(port):
    answer, body = asked(port, "/fr/submit/")

    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert re.findall(rb'<section lang="(\w+)"', body) == [b"ar", b"fr", b"en"]


def test_a_program_gets_json(port):
    answer, body = asked(port, "/api/v1/complaints/")

    assert (answer.status, answer.headers["Content-Type"]) == (
        503,
        "application/json; charset=utf-8",
    )
    assert json.loads(body)["errors"][0]["code"] == "unavailable"


def test_the_error_of_a_library_in_c_afterwards_is_taken_for_the_same(port):
    asked(port, "/fr/")

    assert asked(port, "/c-library")[0].status == 503
