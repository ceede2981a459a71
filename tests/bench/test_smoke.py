"""Each measurement of reading, at a size at which it says nothing but that it still runs."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.installation import execute

# Slow: each opens an installation in a process of its own.
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
        ["--rate=1", "--seconds=2", "--runs=1"],
        {"p95_s", "p95_range_s", "median_s", "filings_per_second"},
    ),
}


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """The server of the tests, and databases there that no other process of theirs uses."""
    database = f"{os.environ['TEST_DATABASE']}_b"
    yield os.environ | {"BENCH_DATABASE": database}
    for name in (database, f"{database}_second"):
        execute(os.environ["DATABASE_URL"], f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_every_bench_ends_with_one_line_that_holds_what_it_promises(environment):
    """One test, for the benches share two installations, and making them takes longest."""
    lines = {name: line_of(name, options, environment) for name, (options, _) in BENCHES.items()}

    assert {name: line.get("bench", line) for name, line in lines.items()} == {
        name: name for name in BENCHES
    }
    missing = {
        name: (promised | {"machine"}) - lines[name].keys()
        for name, (_, promised) in BENCHES.items()
    }
    assert missing == {name: set() for name in BENCHES}


def line_of(name: str, options: list[str], environment: dict[str, str]) -> dict[str, object]:
    """The last line of a bench, or what it died of."""
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return {"died of": done.stderr[-3000:]}
    line: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return line
