"""Each measurement of reading, at a size at which it says nothing but that it still runs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.installation import execute

# Slow: they have installations of their own.
pytestmark = pytest.mark.browser

FIGURES = {"p95_ms", "p95_range_ms", "median_ms"}
BENCHES = {
    "inbox": (
        ["--cases=300", "--rounds=1", "--times=2"],
        {"cases", "growth", "lists", "counts", "deep", "plans", *FIGURES},
    ),
    "search": (
        ["--cases=300", "--rounds=1", "--times=1", "--drawn=2"],
        {"cases", "selector", "words", "before", "plans", *FIGURES},
    ),
    "track": (
        ["--routes=150", "--rounds=1", "--times=2"],
        {"routes", "growth", "sql_ms", "gateway", "rest", "miss", *FIGURES},
    ),
    "compare": (
        ["--agencies=20", "--cases=200", "--rounds=1", "--times=1"],
        {"agencies", "cases", "growth", "selectors", "tenfold", *FIGURES},
    ),
    "lag": (
        # Slow enough for a machine that has other work: a late answer spoils the rate.
        ["--rate=0.5", "--seconds=2", "--runs=1"],
        {"p95_s", "p95_range_s", "median_s", "filings_per_second"},
    ),
}
# The lag is nearly all waiting, in the second installation; inbox and search need the first alone.
GROUPS = [[["lag"], ["inbox", "search"]], [["track", "compare"]]]


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """The server of the tests, and databases there that no other process of theirs uses."""
    database = f"{os.environ['TEST_DATABASE']}_b"
    yield os.environ | {"BENCH_DATABASE": database}
    for name in (database, f"{database}_second"):
        execute(os.environ["DATABASE_URL"], f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_every_bench_ends_with_one_line_that_holds_what_it_promises(environment):
    """One test, for the benches share two installations, and making them takes longest."""
    lines = {line["bench"]: line for line in lines_of(GROUPS, environment)}

    assert {name: line.get("died of") for name, line in lines.items()} == dict.fromkeys(BENCHES)
    missing = {
        name: (promised | {"machine"}) - lines[name].keys()
        for name, (_, promised) in BENCHES.items()
    }
    assert missing == {name: set() for name in BENCHES}


def lines_of(groups: list[list[list[str]]], environment: dict[str, str]) -> list[dict[str, object]]:
    """The last line of each bench, or what it died of."""
    asked = [[[(name, BENCHES[name][0]) for name in row] for row in group] for group in groups]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.together"],
        env=environment,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]
