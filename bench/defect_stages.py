"""The order in which tests run for a defect, and the meaning of a failure."""

import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import pytest

from bench.defect_children import Tell
from bench.defect_drawing import Defect

# The ways of running tests.
ALL, DEFAULT, CHANGED = "all", "default", "changed"
# These tests read source files, so they cannot see a defect that exists only in memory.
OF_SOURCES = "tests/architecture/"
# Fixtures whose committed agencies other tests would count.
COMMITTED = {"canaries", "left"}
Tests = dict[str, list[pytest.Item]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A group of tests, and the ways of running tests in which their failure catches the defect."""

    catches: frozenset[str]
    items: list[pytest.Item]


# Compared by identity, because pytest keeps its plugins in sets.
@dataclass(slots=True, eq=False)
class Failures:
    """A pytest plugin that collects the names of the failed tests."""

    names: list[str] = field(default_factory=list)
    reason: str = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record a failure of a test, its setup or its teardown."""
        if report.failed:
            self.names.append(report.nodeid)
            self.reason = report.longreprtext[-1500:]


def by_test(items: Iterable[pytest.Item]) -> Tests:
    """Return the collected tests by their names without parameters, as the record has them."""
    found: Tests = defaultdict(list)
    for item in items:
        found[item.nodeid.partition("[")[0]].append(item)
    return found


def is_default(item: pytest.Item) -> bool:
    """Return whether ``bin/test`` runs the test."""
    return not (item.get_closest_marker("slow") or item.get_closest_marker("redundant"))


def stages_of(
    defect: Defect, *, chosen: set[str], executed: dict[str, frozenset[str]], tests: Tests
) -> list[Stage]:
    """Return the tests of ``bin/test --changed``, then others that execute the changed code."""
    executing = {test for test, names in executed.items() if defect.name in names}
    chosen = {one for one in chosen if not one.startswith(OF_SOURCES) or one in executing}
    parts: dict[frozenset[str], list[pytest.Item]] = {
        frozenset({ALL, DEFAULT, CHANGED}): [],
        frozenset({ALL, CHANGED}): [],
        frozenset({ALL, DEFAULT}): [],
        frozenset({ALL}): [],
    }
    for test in chosen | executing:
        for item in tests.get(test, ()):
            ways = {ALL}
            if is_default(item):
                ways.add(DEFAULT)
            # ``bin/test --changed`` leaves slow tests out too.
            if test in chosen and not item.get_closest_marker("slow"):
                ways.add(CHANGED)
            parts[frozenset(ways)].append(item)
    return [
        Stage(catches=ways, items=_nearest_first(items, defect.file, executed))
        for ways, items in parts.items()
    ]


def _nearest_first(
    items: list[pytest.Item], file: str, executed: dict[str, frozenset[str]]
) -> list[pytest.Item]:
    """Sort tests by nearness to the defect, then by scope; tests of one file stay together."""
    places = [_place(item) for item in items]
    nearest: dict[str, tuple[int, int]] = {}
    for place, item in zip(places, items, strict=True):
        test = item.nodeid.partition("[")[0]
        distance = (-_shared(file, place), len(executed.get(test, ())))
        nearest[place] = min(nearest.get(place, distance), distance)

    def turn(item: pytest.Item) -> tuple[bool, tuple[int, int], str, int]:
        place = _place(item)
        is_late = not COMMITTED.isdisjoint(getattr(item, "fixturenames", ()))
        return is_late, nearest[place], place, item.location[1] or 0

    return sorted(items, key=turn)


def _place(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _shared(file: str, test: str) -> int:
    """Return the number of leading folders that a source and a test have in common."""
    pairs = zip(PurePath(file).parts, PurePath(test).parts[1:], strict=False)
    return next((number for number, (one, other) in enumerate(pairs) if one != other), 9)


def run_stages(session: pytest.Session, stages: list[Stage], limit: float, tell: Tell) -> None:
    """Run tests until each way has caught the defect, no test is left, or the time is over."""
    failures = Failures()
    session.config.pluginmanager.register(failures)
    began, caught = time.monotonic(), set[str]()
    waiting = [(stage, item) for stage in stages for item in stage.items]
    while waiting := [one for one in waiting if not one[0].catches <= caught]:
        stage, item = waiting.pop(0)
        if time.monotonic() - began > limit:
            tell({"is_late": True})
            return
        tell({"running": item.nodeid, "catches": sorted(stage.catches)})
        if _has_failed(item, waiting[0][1] if waiting else None, failures):
            caught |= stage.catches
            tell({"caught": sorted(caught), "first": failures.names[0]})
            _leave(session)
    tell({"is_done": True})


def run_all(session: pytest.Session, items: list[pytest.Item], tell: Tell) -> None:
    """Run all tests, and report each failed test with the reason."""
    failures = Failures()
    session.config.pluginmanager.register(failures)
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else None
        if _has_failed(item, following, failures):
            tell({"failed": item.nodeid, "reason": failures.reason})
            failures.names.clear()


def _has_failed(item: pytest.Item, following: pytest.Item | None, failures: Failures) -> bool:
    before = len(failures.names)
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    return len(failures.names) > before


def _leave(session: pytest.Session) -> None:
    """Tear down the fixtures that pytest has kept for the next test."""
    state: Any = session._setupstate
    with suppress(Exception):
        state.teardown_exact(None)
