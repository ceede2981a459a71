"""Which tests bin/test can leave to ``bin/test --all``: the reduction of a suite by its coverage.

``bin/dev reduce_tests [--seconds=N]`` writes ``tests/redundant.txt``. It keeps those tests that
execute most of what few others execute, for their seconds, until the seconds are spent (Harrold,
Gupta and Soffa, "A methodology for controlling the size of a test suite", 1993; greedy by cost,
Yoo and Harman 2007). One execution of a line is not enough, for another test looks at another
result: each further one counts ``AGAIN`` times the one before. It reads the lines of the last run
with ``RECORD_EXECUTED`` and the seconds of the last runs without (``bin/test tests``).
"""

import heapq
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.support.durations import QUICK, RECORDED, WHOLE, seconds_by_test
from tests.support.executed import (
    FIXTURE,
    ROOT,
    recorded_lines,
    recorded_templates,
    recorded_tests,
)

REDUNDANT = ROOT / "tests" / "redundant.txt"
# Seconds by the clock in which the kept tests are to end, all cores together at work.
SECONDS = 215.0
# What one more test of the same line is worth.
AGAIN = 0.7
# A test beside what it executes was written for it; another only passes through.
OWN_FEATURE, OWN_PACKAGE = 4.0, 1.5
# A template counts as so many lines: which of its lines were rendered, nobody records.
TEMPLATE_LINES = 10
# So short that leaving it out would save nothing.
ALWAYS_SECONDS = 0.03
# They read sources, and say something of every file.
ALWAYS = "tests/architecture/"
HEAD = """\
# Tests that bin/test leaves to bin/test --all: other tests execute the same lines.
# Written by bin/dev reduce_tests. A test that is not named here runs in both.
"""


@dataclass(slots=True)
class Candidate:
    """A test, its seconds, and the blocks of lines that it executes with the worth of each."""

    name: str
    seconds: float
    blocks: dict[int, float] = field(default_factory=dict)

    def gain(self, times: Mapping[int, int]) -> float:
        """What it adds for each second, where blocks have been executed so many times."""
        worth = sum(value * AGAIN ** times[block] for block, value in self.blocks.items())
        return worth / (self.seconds + ALWAYS_SECONDS)


def redundant_names(text: str) -> set[str]:
    """The tests of the file, named without their parameters."""
    found: set[str] = set()
    file = ""
    for line in text.splitlines():
        if line.startswith(" "):
            found.add(f"{file}::{line.strip()}")
        elif not line.startswith("#"):
            file = line
    return found


def redundant_text(names: Iterable[str]) -> str:
    """The file: each path, and below it its tests."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for name in names:
        file, _colons, test = name.partition("::")
        by_file[file].append(test)
    lines = (
        f"{file}\n" + "".join(f"  {one}\n" for one in sorted(by_file[file])) for file in by_file
    )
    return HEAD + "".join(sorted(lines))


@cache
def redundant() -> frozenset[str]:
    """The tests that bin/test leaves out."""
    return frozenset(redundant_names(REDUNDANT.read_text())) if REDUNDANT.exists() else frozenset()


def kept_tests(candidates: Iterable[Candidate], *, seconds: float) -> set[str]:
    """The tests whose blocks are worth most for their seconds, as many as end in these."""
    kept: set[str] = set()
    times: dict[int, int] = defaultdict(int)
    waiting: list[tuple[float, str, Candidate]] = []

    def keep(one: Candidate) -> None:
        nonlocal seconds
        kept.add(one.name)
        seconds -= one.seconds
        for block in one.blocks:
            times[block] += 1

    for one in candidates:
        if one.seconds <= ALWAYS_SECONDS or not one.blocks or one.name.startswith(ALWAYS):
            keep(one)
        else:
            waiting.append((0.0, one.name, one))
    waiting = [(-one.gain(times), name, one) for _zero, name, one in waiting]
    heapq.heapify(waiting)
    while waiting:
        _gain, name, one = heapq.heappop(waiting)
        now = -one.gain(times)
        # What others have executed meanwhile is worth less; nothing is ever worth more.
        if waiting and now > waiting[0][0]:
            heapq.heappush(waiting, (now, name, one))
        elif one.seconds <= seconds:
            keep(one)
    return kept


def candidates(seconds: Mapping[str, float]) -> Iterator[Candidate]:
    """Every test of the record whose seconds are known."""
    tests_of: dict[tuple[str, int], set[str]] = defaultdict(set)
    for name, path, line in _executed():
        if name in seconds:
            tests_of[path, line].add(name)
    # Lines that the same tests execute are one block.
    blocks: dict[tuple[str, frozenset[str]], int] = defaultdict(int)
    for (path, _line), names in tests_of.items():
        blocks[path, frozenset(names)] += 1
    found = {name: Candidate(name, spent) for name, spent in seconds.items()}
    for number, ((path, tests), lines_of_block) in enumerate(blocks.items()):
        for name in tests:
            found[name].blocks[number] = lines_of_block * _nearness(name, path)
    yield from found.values()


def _executed() -> Iterator[tuple[str, str, int]]:
    """Name of a test, path of a file, number of a line."""
    for name, path, lines in recorded_lines():
        if not name.startswith(FIXTURE):
            yield from ((name, path, line) for line in lines)
    for name, path in recorded_templates():
        yield from ((name, path, line) for line in range(TEMPLATE_LINES))


def _nearness(test: str, path: str) -> float:
    """What a test is worth for a file: most where it stands beside it."""
    own = Path(test.partition("::")[0]).parts[1:3]
    place = Path(path.removeprefix("templates/")).parts[:2]
    if own == place:
        return OWN_FEATURE
    return OWN_PACKAGE if own[:1] == place[:1] else 1.0


def main(given: list[str]) -> None:
    """Write the list; say how many stay."""
    wanted = next((one.partition("=")[2] for one in given if one.startswith("--seconds=")), "")
    allowed = float(wanted or SECONDS) * (os.cpu_count() or 1)
    known = seconds_by_test(RECORDED, WHOLE, QUICK)
    seconds = {name: known[name] for name in recorded_tests() if name in known}
    kept = kept_tests(candidates(seconds), seconds=allowed)
    REDUNDANT.write_text(redundant_text(seconds.keys() - kept))
    spent = sum(seconds[name] for name in kept)
    sys.stdout.write(
        f"{len(kept)} of {len(seconds)} tests stay, {spent:.0f} of {sum(seconds.values()):.0f} s\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
