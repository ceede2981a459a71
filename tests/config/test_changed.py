"""Which tests bin/test --changed chooses for a change."""

import subprocess
from pathlib import Path

import _changed
import pytest
from _changed import Record, Unplaced, changed_names, chosen_for, selection

SERVICE = '''"""Services."""

from shared.enums import Status

LIMIT = 3


class Draft:
    """A draft."""

    size = 1

    def grow(self):
        return self.size + LIMIT


def reply(text):
    return text


def refuse(text):
    return Status.REFUSED
'''


@pytest.fixture
def project(tmp_path: Path, monkeypatch) -> Path:
    """A project with one commit."""
    files = {
        "shared/services.py": SERVICE,
        "shared/enums.py": "class Status:\n    REFUSED = 'refused'\n",
        "shared/list.toml": "a = 1\n",
        "shared/lists.py": "def read():\n    return 'list.toml'\n",
        "templates/base.html": "<p>{% include 'part.html' %}",
        "templates/page.html": '{% extends "base.html" %}{% include "part.html" only %}',
        "templates/part.html": "part",
        "tests/support/people.py": "def officer(): ...\n",
        "bin/_start.py": "PORT = 1\n",
        "bench/pace.py": "def go():\n    return 1\n",
        "tests/bench/test_pace.py": "",
        "tests/test_reply.py": "from tests.support.people import officer\n",
        "tests/test_refuse.py": "from _start import PORT\nfrom shared.enums import Status\n",
        "pyproject.toml": "[project]\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for arguments in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"),
    ):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    monkeypatch.setattr(_changed, "ROOT", tmp_path)
    for cached in ("_test_imports", "_templates", "_functions", "_sources"):
        getattr(_changed, cached).cache_clear()
    return tmp_path


RECORD = Record(
    executed={
        "tests/test_reply.py::test_one": frozenset({"shared/services.py:reply"}),
        "tests/test_reply.py::test_page": frozenset({"templates/page.html"}),
        "tests/test_refuse.py::test_two": frozenset(
            {"shared/services.py:refuse", "shared/services.py:Draft.grow"}
        ),
        "tests/test_lists.py::test_three": frozenset({"shared/lists.py:read"}),
        "tests/bench/test_pace.py::test_four": frozenset[str](),
        "tests/architecture/test_rules.py::test_rule": frozenset[str](),
    },
    seconds={},
)


def chosen(project: Path, name: str, old: str, new: str) -> set[str]:
    path = project / name
    path.write_text(path.read_text().replace(old, new))
    tests = selection(since="HEAD", record=RECORD).tests
    return {test.rpartition("::")[2] for test in tests} - {"test_rule"}


@pytest.mark.parametrize(
    ("name", "old", "new", "tests"),
    [
        ("shared/services.py", "return text", "return text + ''", {"test_one"}),
        ("shared/services.py", "Status.REFUSED", "None", {"test_two"}),
        ("shared/services.py", "LIMIT = 3", "LIMIT = 4", {"test_two"}),
        ("shared/services.py", "size = 1", "size = 2", {"test_two"}),
        ("shared/services.py", "self.size +", "self.size -", {"test_two"}),
        ("shared/enums.py", "'refused'", "'other'", {"test_two"}),
        ("shared/list.toml", "a = 1", "a = 2", {"test_three"}),
        ("templates/part.html", "part", "other", {"test_page"}),
        ("bin/_start.py", "1", "2", {"test_two"}),
        ("bench/pace.py", "return 1", "return 2", {"test_four"}),
        ("tests/support/people.py", "...", "pass", {"test_one", "test_page"}),
        ("tests/test_refuse.py", "import Status", "import Status as S", {"test_two"}),
    ],
)
def test_what_has_executed_or_names_the_change_is_chosen(project, name, old, new, tests):
    assert chosen(project, name, old, new) == tests


@pytest.mark.parametrize(
    ("name", "function", "tests"),
    [
        ("shared/services.py", "reply", {"test_one"}),
        ("shared/services.py", "Draft.grow", {"test_two"}),
        ("shared/services.py", "unknown", {"test_one", "test_two"}),
        ("templates/part.html", "", {"test_page"}),
    ],
)
def test_one_function_or_template_chooses_what_its_change_would(project, name, function, tests):
    found = chosen_for(name, function, RECORD)

    assert {test.rpartition("::")[2] for test in found} == tests | {"test_rule"}


def test_rules_of_the_architecture_are_always_among_them(project):
    assert (
        "tests/architecture/test_rules.py::test_rule"
        in selection(since="HEAD", record=RECORD).tests
    )


def test_a_new_file_of_tests_runs_though_nobody_has_recorded_it(project):
    (project / "tests" / "test_new.py").write_text("def test_new(): ...\n")

    assert selection(since="HEAD", record=RECORD).files == {"tests/test_new.py"}


@pytest.mark.parametrize("name", ["pyproject.toml", "bin/test", "tests/conftest.py"])
def test_a_file_that_nothing_places_stands_for_all(project, name):
    path = project / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x = 1\n")

    with pytest.raises(Unplaced, match=name):
        selection(since="HEAD", record=RECORD)


def test_an_import_alone_changes_no_name(project):
    path = project / "shared" / "services.py"
    path.write_text(SERVICE.replace("import Status", "import Status, Kind"))

    assert changed_names("shared/services.py", "HEAD") == (set(), set())


def test_the_closest_run_where_there_are_too_many(project, monkeypatch):
    monkeypatch.setattr(_changed, "MAX_SECONDS", 1.0)
    many = {
        f"tests/shared/test_a.py::test_{number:02}": frozenset(
            {"shared/services.py:reply", *map(str, range(number))}
        )
        for number in range(20)
    }
    path = project / "shared" / "services.py"
    path.write_text(SERVICE.replace("return text", "return text + ''"))

    found = selection(since="HEAD", record=Record(executed=many, seconds={}))

    assert sorted(found.tests) == sorted(many)[:5]
    assert found.left_out == 15
