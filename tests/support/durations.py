"""What each test of a run took, kept under var/: where the time goes, and where it grows.

Seconds of the processor are those of the test's own process and of the processes that it waited
for; PostgreSQL's are not among them. No test compares a time with a number, so a folder over its
budget is named and fails nothing: ``bin/dev durations`` lowers budgets, and a person who raises one
says why in the commit.
"""

import json
import math
import os
import resource
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "var" / "durations"
BUDGETS = ROOT / "tests" / "budgets.json"
# Runs of which a file is kept.
MAX_RUNS = 20
SHOWN = 10
# Fewer tests say nothing of a folder.
MIN_TESTS = 1_000
# A run beside other work is slower: a folder is named from here on.
TOLERANCE = 1.25
# What runs: bin/test, every test with some of its values, whatever was named with all of them, or
# any of these while lines are recorded, which takes longer.
QUICK, ALL, WHOLE, RECORDED = "bin/test", "bin/test --all", "bin/test PATH", "recorded"
# The name under which a report carries the processor's seconds.
CPU = "processor_seconds"


@dataclass(slots=True)
class Duration:
    """Seconds by the clock and of the processor, for set-up, test and clean-up together."""

    clock: float = 0.0
    processor: float = 0.0


def kind_of(marks: str) -> str:
    """The kind of a run, by its option ``-m``."""
    if marks.startswith("not slow"):
        return QUICK
    return ALL if "resting" in marks else WHOLE


class Durations:
    """The reports of a run, also those that other processes send.

    ``kind``: which tests ran, ``QUICK``, ``ALL`` or ``WHOLE``; each has budgets of its own.
    """

    def __init__(self, *, kind: str) -> None:
        self.kind = kind
        self.tests: dict[str, Duration] = defaultdict(Duration)
        self._before = 0.0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add one phase of one test."""
        one = self.tests[report.nodeid]
        one.clock += report.duration
        one.processor += sum(
            float(str(value)) for name, value in report.user_properties if name == CPU
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put what this process has used since its last report into the report."""
        report = yield
        used = processor_seconds()
        report.user_properties = [(CPU, round(used - self._before, 4))]
        self._before = used
        return report

    def pytest_runtest_logstart(self) -> None:
        """Begin to count: what came before, such as the collecting, belongs to no test."""
        self._before = self._before or processor_seconds()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the file of the run; say what took longest, and what was skipped and why."""
        # One of several processes knows its own tests alone.
        if not self.tests or "PYTEST_XDIST_WORKER" in os.environ:
            return
        run_write(self.tests, kind=self.kind)
        skipped = terminalreporter.stats.get("skipped", [])
        for line in (*summary_lines(self.tests, kind=self.kind), *skipped_lines(skipped)):
            terminalreporter.write_line(line)


def processor_seconds() -> float:
    """What this process and those that it waited for have used."""
    parts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)


def folder(nodeid: str) -> str:
    """The folder of a test, at most two below ``tests``."""
    return "/".join(nodeid.partition("::")[0].split("/")[1:-1][:2]) or "."


def by_folder(tests: Mapping[str, Duration]) -> dict[str, float]:
    """Seconds of the processor by folder, the dearest first."""
    sums: dict[str, float] = defaultdict(float)
    for nodeid, one in tests.items():
        sums[folder(nodeid)] += one.processor
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def summary_lines(tests: Mapping[str, Duration], *, kind: str) -> Iterable[str]:
    """The longest tests, the sum of each folder, and who is over the budget."""
    longest = sorted(tests.items(), key=lambda item: -item[1].clock)[:SHOWN]
    yield f"the {len(longest)} longest tests, in seconds by the clock and of the processor:"
    yield from (f"{one.clock:8.1f} {one.processor:7.1f}  {name}" for name, one in longest)
    sums = by_folder(tests)
    said = ", ".join(f"{name} {seconds:.0f}" for name, seconds in sums.items() if seconds >= 1)
    yield f"seconds of the processor by folder: {said or 'less than one'}"
    over = over_budget(sums, kind=kind) if len(tests) >= MIN_TESTS else []
    if over:
        yield f"over the budget of tests/budgets.json: {', '.join(over)}"


def skipped_lines(reports: Iterable[pytest.TestReport]) -> list[str]:
    """Why tests were skipped: mostly for want of a program on this machine."""
    reasons = Counter(
        str(one.longrepr[2] if isinstance(one.longrepr, tuple) else one.longrepr) for one in reports
    )
    return [f"{count} skipped: {reason}" for reason, count in reasons.most_common()]


def over_budget(sums: Mapping[str, float], *, kind: str) -> list[str]:
    """The folders that take more of the processor than they may, each with both numbers."""
    budgets = json.loads(BUDGETS.read_text()).get(kind)
    return [
        f"{name} {seconds:.0f} (budget {budgets.get(name, 0)})"
        for name, seconds in sums.items()
        if budgets and seconds > 1 + TOLERANCE * budgets.get(name, 0)
    ]


def run_write(tests: Mapping[str, Duration], *, kind: str) -> None:
    """Keep a run as JSON: for each test both seconds. The oldest of too many runs goes."""
    KEPT.mkdir(parents=True, exist_ok=True)
    at = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}"
    kept = {name: [round(one.clock, 3), round(one.processor, 3)] for name, one in tests.items()}
    (KEPT / f"{at}.json").write_text(json.dumps({"at": at, "kind": kind, "tests": kept}))
    for old in sorted(KEPT.glob("*.json"))[:-MAX_RUNS]:
        old.unlink(missing_ok=True)


def seconds_by_test(*kinds: str) -> dict[str, float]:
    """Seconds by the clock of each test with all its parameters, by its newest run of these kinds.

    Runs of a later kind go before those of an earlier one. ``ALL`` is none to ask for: of a test
    that takes turns it has the seconds of some values alone.
    """
    runs = (json.loads(path.read_text()) for path in sorted(KEPT.glob("*.json")))
    wanted = [run for run in runs if run["kind"] in kinds]
    found: dict[str, float] = {}
    for run in sorted(wanted, key=lambda run: kinds.index(run["kind"])):
        sums: dict[str, float] = defaultdict(float)
        for name, (clock, _processor) in run["tests"].items():
            sums[name.partition("[")[0]] += clock
        found |= sums
    return found


def budgets_lower() -> None:
    """Set each folder's budget to what the last whole run of a kind took, where that is less."""
    runs = (json.loads(path.read_text()) for path in sorted(KEPT.glob("*.json")))
    whole = {
        run["kind"]: run["tests"]
        for run in runs
        if len(run["tests"]) >= MIN_TESTS and run["kind"] != RECORDED
    }
    if not whole:
        raise SystemExit("no whole run is kept yet: bin/test makes one")
    budgets = json.loads(BUDGETS.read_text())
    for kind, tests in whole.items():
        known = budgets.setdefault(kind, {})
        sums = by_folder({name: Duration(*seconds) for name, seconds in tests.items()})
        for name, seconds in sums.items():
            known[name] = min(known.get(name, math.inf), math.ceil(seconds))
    BUDGETS.write_text(json.dumps(budgets, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    budgets_lower()
