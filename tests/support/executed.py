"""Which lines and templates each test has executed: what a choice of tests is made by.

A run with ``RECORD_EXECUTED`` writes two files to ``var/tests``, or to ``EXECUTED_FOLDER``:
``executed.json``, the functions and templates by test (``bin/test --changed``), and
``lines.coverage``, the lines by test, as coverage.py keeps them (``bin/dev reduce_tests``). A test
is named without its parameters, a function by its file and the qualified name of the function or
method that it is in. What a fixture for many tests has executed counts for each of them.
"""

import ast
import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from _changed import PACKAGES
from coverage import Coverage, CoverageData
from coverage.numbits import numbits_to_nums
from django.test.signals import template_rendered

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("EXECUTED_FOLDER") or ROOT / "var" / "tests")
EXECUTED = FOLDER / "executed.json"
LINES = FOLDER / "lines.coverage"
# What a fixture for many tests executes stands under this and its name.
FIXTURE = "fixture:"
OUTSIDE = "outside"


class Executed:
    """The pytest plugin of one process."""

    def __init__(self) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        self._process = os.environ.get("PYTEST_XDIST_WORKER", "")
        self._coverage = Coverage(
            data_file=str(FOLDER / f"part-{self._process}.coverage"),
            config_file=False,
            include=[f"{ROOT}/{name}/*" for name in PACKAGES],
        )
        # The other way of Python 3.12 tells a line once, not once for each test.
        self._coverage.set_option("run:core", "ctrace")
        self._coverage.erase()
        self._templates: dict[str, set[str]] = defaultdict(set)
        self._fixtures: dict[str, set[str]] = defaultdict(set)
        self._now = OUTSIDE
        template_rendered.connect(self._rendered)

    def _rendered(self, template: object, **_rest: object) -> None:
        origin = str(getattr(getattr(template, "origin", None), "name", ""))
        place = origin.removeprefix(f"{ROOT}/")
        if place != origin and not place.startswith(".venv/"):
            self._templates[self._now].add(place)

    def _change_to(self, name: str) -> None:
        self._now = name
        self._coverage.switch_context(name)

    def pytest_collection_finish(self) -> None:
        """Record from here on: what importing executes belongs to no test."""
        self._coverage.start()
        self._change_to(OUTSIDE)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """What one test executes, with its own fixtures."""
        name = item.nodeid.partition("[")[0]
        self._fixtures[name] |= set(getattr(item, "fixturenames", ()))
        self._change_to(name)
        try:
            return (yield)
        finally:
            self._change_to(OUTSIDE)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[object]
    ) -> Generator[None, object, object]:
        """What a fixture executes that is made once for many tests."""
        if fixturedef.scope == "function":
            return (yield)
        before = self._now
        self._change_to(f"{FIXTURE}{fixturedef.argname}")
        try:
            return (yield)
        finally:
            self._change_to(before)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write what this process knows; the process that gave out the work joins all parts."""
        self._coverage.stop()
        self._coverage.save()
        part = {
            "templates": {name: sorted(found) for name, found in self._templates.items()},
            "fixtures": {name: sorted(found) for name, found in self._fixtures.items()},
        }
        (FOLDER / f"part-{self._process}.json").write_text(json.dumps(part))
        if not self._process:
            parts_join()


def parts_join() -> None:
    """Put the parts of all processes together."""
    templates: dict[str, set[str]] = defaultdict(set)
    fixtures: dict[str, set[str]] = defaultdict(set)
    for path in FOLDER.glob("part-*.json"):
        part = json.loads(path.read_text())
        for name, found in part["templates"].items():
            templates[name] |= set(found)
        for name, found in part["fixtures"].items():
            fixtures[name] |= set(found)
        path.unlink()
    data = CoverageData(basename=str(LINES))
    data.erase()
    for path in FOLDER.glob("part-*.coverage"):
        one = CoverageData(basename=str(path))
        one.read()
        data.update(one)
        path.unlink()
    data.write()
    if fixtures:
        _write(executed_names(templates, fixtures))


def executed_names(
    templates: dict[str, set[str]], fixtures: dict[str, set[str]]
) -> dict[str, set[str]]:
    """The functions and templates of each test, with those of its fixtures for many tests."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, rendered in templates.items():
        found[name] |= rendered
    for name, path, lines in recorded_lines():
        function = _functions(path)
        found[name] |= {f"{path}:{function[line]}" for line in lines if line in function}
    return {
        test: found[test].union(*(found.get(f"{FIXTURE}{one}", ()) for one in names))
        for test, names in fixtures.items()
    }


def recorded_lines() -> Iterator[tuple[str, str, Iterable[int]]]:
    """Name of a test or fixture, path of a file, numbers of its lines."""
    with closing(sqlite3.connect(LINES)) as database:
        rows = database.execute(
            "SELECT context.context, file.path, numbits FROM line_bits"
            " JOIN context ON context.id = context_id JOIN file ON file.id = file_id"
        )
        for name, path, numbits in rows:
            yield name, path.removeprefix(f"{ROOT}/"), numbits_to_nums(numbits)


def recorded_tests() -> list[str]:
    """The tests of the record, named without their parameters."""
    return list(json.loads(EXECUTED.read_text())["tests"])


def recorded_templates() -> Iterator[tuple[str, str]]:
    """Name of a test, path of a template that it has rendered."""
    found = json.loads(EXECUTED.read_text())
    for test, numbers in found["tests"].items():
        for number in numbers:
            if ":" not in (name := found["names"][number]):
                yield test, name


@cache
def _functions(path: str) -> dict[int, str]:
    """The function or method of each line of a file that is in one."""
    file = ROOT / path
    return dict(_within(ast.parse(file.read_text()).body, "")) if file.exists() else {}


def _within(body: list[ast.stmt], outer: str) -> Iterator[tuple[int, str]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for line in range(node.body[0].lineno, (node.end_lineno or 0) + 1):
                yield line, outer + node.name
        elif isinstance(node, ast.ClassDef):
            yield from _within(node.body, f"{outer}{node.name}.")


def _write(tests: dict[str, set[str]]) -> None:
    """Each name once, for it stands with thousands of tests."""
    names: dict[str, int] = {}
    numbers = {
        test: sorted(names.setdefault(name, len(names)) for name in executed)
        for test, executed in tests.items()
    }
    EXECUTED.write_text(json.dumps({"names": list(names), "tests": numbers}))
