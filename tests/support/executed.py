"""Which functions and templates each test has executed: what ``bin/test --changed`` chooses by.

Written to ``var/tests/executed.json`` at the end of a run with ``RECORD_EXECUTED``. A test is named
without its parameters, a function by its file and its qualified name. What a fixture for many tests
has executed counts for each of them.
"""

import cProfile
import json
import os
import threading
from collections import defaultdict
from collections.abc import Generator
from pathlib import Path
from types import CodeType, FrameType

import pytest
from django.test.signals import template_rendered

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "tests"
EXECUTED = FOLDER / "executed.json"
PACKAGES = tuple(
    f"{ROOT}/{name}/" for name in (
        "agency_console", "bench", "config", "demo", "public_portal", "shared", "tenants",
    )
)  # fmt: skip


class Recorder:
    """Collects what runs between two questions, in this thread and in those begun since."""

    def __init__(self) -> None:
        self._profile = cProfile.Profile(subcalls=False, builtins=False)
        self._others: set[CodeType] = set()
        self._templates: set[str] = set()
        threading.setprofile(self._in_thread)
        template_rendered.connect(self._rendered)

    def taken(self) -> set[str]:
        """The names of what has run since the last question; recording goes on."""
        self._profile.disable()
        codes = {entry.code for entry in self._profile.getstats()} | self._others
        self._profile.clear()
        self._others.clear()
        names = {name for code in codes if (name := function_name(code))} | self._templates
        self._templates.clear()
        self._profile.enable()
        return names

    def _in_thread(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            self._others.add(frame.f_code)

    def _rendered(self, template: object, **_rest: object) -> None:
        origin = str(getattr(getattr(template, "origin", None), "name", ""))
        if origin.startswith(f"{ROOT}/"):
            self._templates.add(origin.removeprefix(f"{ROOT}/"))


def function_name(code: object) -> str:
    """``shared/kernel/clock.py:today``; empty for what is not a function of this project."""
    if not isinstance(code, CodeType) or not code.co_filename.startswith(PACKAGES):
        return ""
    if code.co_name == "<module>":
        return ""
    name = code.co_qualname.replace(".<locals>", "")
    return f"{code.co_filename.removeprefix(f'{ROOT}/')}:{name.partition('.<')[0]}"


class Executed:
    """The pytest plugin of one process."""

    def __init__(self) -> None:
        self._recorder = Recorder()
        self._of_tests: dict[str, set[str]] = defaultdict(set)
        self._of_fixtures: dict[str, set[str]] = defaultdict(set)
        self._fixtures: dict[str, set[str]] = defaultdict(set)
        self._now = ""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """What one test executes, with its own fixtures."""
        self._now = item.nodeid.partition("[")[0]
        self._fixtures[self._now] |= set(getattr(item, "fixturenames", ()))
        self._recorder.taken()
        try:
            return (yield)
        finally:
            self._of_tests[self._now] |= self._recorder.taken()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[object]
    ) -> Generator[None, object, object]:
        """What a fixture executes that is made once for many tests."""
        if fixturedef.scope == "function":
            return (yield)
        self._of_tests[self._now] |= self._recorder.taken()
        try:
            return (yield)
        finally:
            self._of_fixtures[fixturedef.argname] |= self._recorder.taken()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write what this process knows; the process that gave out the work joins all parts."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        for test, fixtures in self._fixtures.items():
            for name in fixtures & self._of_fixtures.keys():
                self._of_tests[test] |= self._of_fixtures[name]
        process = os.environ.get("PYTEST_XDIST_WORKER", "")
        part = {test: sorted(names) for test, names in self._of_tests.items()}
        (FOLDER / f"part-{process}.json").write_text(json.dumps(part))
        if not process:
            parts_join()


def parts_join() -> None:
    """Put the parts of all processes into one file, each name once."""
    names: dict[str, int] = {}
    tests: dict[str, set[int]] = defaultdict(set)
    for part in FOLDER.glob("part-*.json"):
        for test, executed in json.loads(part.read_text()).items():
            tests[test] |= {names.setdefault(name, len(names)) for name in executed}
        part.unlink()
    if tests:
        found = {"names": list(names), "tests": {test: sorted(ids) for test, ids in tests.items()}}
        EXECUTED.write_text(json.dumps(found))
