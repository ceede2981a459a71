"""The file of recorded numbers of statements: what it refuses, and how it is written."""

import json
from pathlib import Path

import pytest
from django.db import connection

from tests.support import statement_counts
from tests.support.statement_counts import FILE, VARIABLE, counted

pytestmark = pytest.mark.django_db

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _not_recording(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(statement_counts, "_recorded_now", {})


@pytest.fixture
def file(tmp_path):
    """A file that has recorded two statements for a page."""
    made = tmp_path / "statement_counts.json"
    made.write_text('{"a page": 2}')
    return made


def send(number):
    with connection.cursor() as cursor:
        for _ in range(number):
            cursor.execute("SELECT 1")


def test_a_page_that_costs_what_is_recorded_passes(file):
    with counted("a page", file=file):
        send(2)


@pytest.mark.parametrize(("page", "number"), [("a page", 1), ("a page", 3), ("another page", 2)])
def test_any_other_number_fails_and_names_the_command(file, page, number):
    with (
        pytest.raises(AssertionError, match="RECORD_STATEMENTS=yes bin/test tests/config"),
        counted(page, file=file),
    ):
        send(number)

    assert json.loads(file.read_text()) == {"a page": 2}


def test_a_new_number_is_recorded_on_purpose(file, monkeypatch):
    monkeypatch.setenv(VARIABLE, "yes")

    with counted("a page", file=file):
        send(3)
    with counted("Another page", file=file):
        send(1)

    assert file.read_text() == '{\n  "Another page": 1,\n  "a page": 3\n}\n'


def test_a_page_with_two_numbers_in_one_run_is_not_recorded_twice(file, monkeypatch):
    monkeypatch.setenv(VARIABLE, "yes")
    with counted("a page", file=file):
        send(3)

    with pytest.raises(AssertionError), counted("a page", file=file):
        send(4)

    assert json.loads(file.read_text()) == {"a page": 3}


def test_the_file_is_sorted_and_each_of_its_pages_stands_in_a_test():
    recorded = list(json.loads(FILE.read_text()))
    sources = "\n".join(path.read_text() for path in TESTS.rglob("test_*.py"))

    assert recorded == sorted(recorded)
    for page in recorded:
        assert page in sources or page.partition(": ")[2] in sources, page
