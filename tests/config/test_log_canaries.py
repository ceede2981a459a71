"""The search in the logs finds what it looks for, and tells where and what kind, not what."""

import logging

import pytest

from tests.support.factories import BODY
from tests.support.log_canaries import (
    KINDS,
    Listener,
    ServerLog,
    found_in,
    found_in_folder,
    kind_of,
)

SECRETS = {
    "story": f'DETAIL:  Failing row contains (1, "{BODY}")',
    "name": "Key (name)=(Test Person) already exists.",
    "e-mail address": "Key (email)=(person@example.org) already exists.",
    "telephone number": "parameters: $1 = '+212612345678'",
    "identity number": "parameters: $1 = 'AB123456'",
    "reference or receipt code": "GET /cases/4815162342108097/",
    "token": f"GET /fr/track/open/{'aB3' * 14}x/",
}
HARMLESS = (
    'ERROR:  duplicate key value violates unique constraint "accounts_user_email_key"',
    "2026-11-28 07:16:04.123 UTC [123456] LOG:  checkpoint complete: wrote 4815 buffers",
    "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_known_again(kind):
    assert kind_of(SECRETS[kind]) == kind


@pytest.mark.parametrize("line", HARMLESS)
def test_what_a_server_says_of_itself_is_none(line):
    assert kind_of(line) == ""


def test_the_place_and_the_kind_are_told_and_never_the_text():
    assert found_in(["all is well", SECRETS["story"]], name="web.log", first=7) == [
        "web.log, line 8: story"
    ]


def test_every_log_of_an_installation_is_read(tmp_path):
    (tmp_path / "web.log").write_text(f"{HARMLESS[0]}\n")
    (tmp_path / "worker.log").write_text(f"{HARMLESS[0]}\n{SECRETS['name']}\n")

    assert found_in_folder(tmp_path) == ["worker.log, line 2: name"]


def test_a_warning_of_this_process_is_heard():
    listener = Listener(None)
    logger = logging.Logger("someone")
    logger.addHandler(listener)

    logger.info(BODY)
    logger.warning("%s", BODY)

    assert [place.rpartition(": ")[2] for place in listener.found] == ["story"]


def test_only_what_a_server_writes_from_now_on_is_read(tmp_path):
    path = tmp_path / "postgres.log"
    path.write_text(f"{SECRETS['name']}\n{HARMLESS[0]}\n")
    log = ServerLog(path)

    with path.open("a") as writing:
        writing.write(f"{HARMLESS[1]}\n{SECRETS['story']}\n")

    assert log.found() == ["postgres.log, line 4: story"]


def test_a_log_that_was_begun_anew_is_read_from_its_beginning(tmp_path):
    path = tmp_path / "postgres.log"
    path.write_text(f"{HARMLESS[0]}\n" * 9)
    log = ServerLog(path)

    (tmp_path / "kept").hardlink_to(path)
    path.unlink()
    path.write_text(f"{SECRETS['story']}\n")

    assert log.found() == ["postgres.log, line 1: story"]
