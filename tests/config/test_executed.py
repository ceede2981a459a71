"""What a run with RECORD_EXECUTED writes: functions, templates and lines by test."""

import json

import pytest
from coverage import CoverageData

from tests.support import executed

SERVICE = '''"""Services."""


def reply(text):
    if text:
        return text
    return ""


def guarded(view):
    def inner():
        return view()

    return inner


class Draft:
    def grow(self):
        return 1
'''


@pytest.fixture
def record(tmp_path, monkeypatch):
    """A record of two processes: lines by test and by fixture, and templates."""
    monkeypatch.setattr(executed, "ROOT", tmp_path)
    monkeypatch.setattr(executed, "FOLDER", tmp_path)
    monkeypatch.setattr(executed, "LINES", tmp_path / "lines.coverage")
    monkeypatch.setattr(executed, "EXECUTED", tmp_path / "executed.json")
    service = tmp_path / "shared" / "services.py"
    service.parent.mkdir()
    service.write_text(SERVICE)
    executed._functions.cache_clear()
    for process, lines in (
        ("gw0", {"t::one": [5, 6], "fixture:left": [19]}),
        ("gw1", {"t::two": [12]}),
    ):
        data = CoverageData(basename=str(tmp_path / f"part-{process}.coverage"))
        for name, numbers in lines.items():
            data.set_context(name)
            data.add_lines({str(service): numbers})
        data.write()
    parts = {
        "gw0": ({"t::one": ["templates/a.html"]}, {"t::one": ["left", "db"]}),
        "gw1": ({}, {"t::two": ["db"], "t::none": []}),
    }
    for process, (templates, fixtures) in parts.items():
        text = json.dumps({"templates": templates, "fixtures": fixtures})
        (tmp_path / f"part-{process}.json").write_text(text)
    executed.parts_join()
    yield
    executed._functions.cache_clear()


@pytest.mark.usefixtures("record")
def test_a_test_has_its_functions_its_templates_and_those_of_wider_fixtures():
    found = json.loads(executed.EXECUTED.read_text())
    tests = {test: {found["names"][one] for one in ids} for test, ids in found["tests"].items()}

    assert tests == {
        "t::one": {
            "shared/services.py:reply",
            "shared/services.py:Draft.grow",
            "templates/a.html",
        },
        "t::two": {"shared/services.py:guarded"},
        "t::none": set(),
    }


@pytest.mark.usefixtures("record")
def test_the_lines_of_each_test_are_kept():
    lines = {(name, path): sorted(numbers) for name, path, numbers in executed.recorded_lines()}

    assert lines["t::one", "shared/services.py"] == [5, 6]
    assert set(executed.recorded_tests()) == {"t::one", "t::two", "t::none"}
    assert list(executed.recorded_templates()) == [("t::one", "templates/a.html")]
