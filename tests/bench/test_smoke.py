"""Every bench that the docs name, at a size at which it says nothing but that it still runs."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import psycopg2
import pytest

from bench.installation import drop_database
from tests.bench.small_runs import SMALL_RUNS, SmallRun, missing_keys, run
from tests.support.turns import SHARES, each_share

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
# As a command or in short, and so within `...` or a block of code: "bin/dev bench NAME" is neither.
COMMAND = re.compile(r"(?m)(?:`|^ *\$? *bin/dev |`[^`\n]*bin/dev )bench ([a-z_]+)")
DATABASES = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"


@pytest.fixture
def environment(tmp_path) -> Iterator[dict[str, str]]:
    """The server of the tests, and databases there that no other process of theirs uses."""
    prefix = f"{os.environ['TEST_DATABASE']}_b"
    given = {name: value for name, value in os.environ.items() if not name.startswith("BENCH_")}
    own = {"BASE_DOMAIN": "localhost", "BENCH_DATABASE": prefix, "BENCH_FOLDER": str(tmp_path)}
    yield given | own
    _drop_databases(prefix)


def _drop_databases(prefix: str) -> None:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute(DATABASES, [prefix])
        names = [name for (name,) in cursor.fetchall()]
    connection.close()
    for name in names:
        drop_database(os.environ["DATABASE_URL"], name)


def documented() -> set[str]:
    """The benches that the pages of the docs name."""
    return {name for page in PAGES for name in COMMAND.findall(page.read_text())}


def test_every_bench_that_the_docs_name_has_a_small_run():
    assert documented() - SMALL_RUNS.keys() == set()
    assert len(documented()) > 10


def test_every_bench_that_reports_figures_has_a_small_run():
    benches = {
        path.stem
        for path in (ROOT / "bench").glob("*.py")
        if re.search(r'report\(\s*"|"bench": "', path.read_text())
    }

    assert benches == set(SMALL_RUNS)


def test_a_promised_key_that_is_missing_is_named():
    line = {"machine": "here", "noop": {"ratio": 1}, "growth": None}

    assert missing_keys(line, "noop.ratio") == set()
    assert missing_keys(line, "noop.range addfield.ratio growth") == {
        "noop.range",
        "addfield.ratio",
        "growth",
    }


def test_a_bench_that_would_need_the_network_is_left_out(tmp_path):
    installed = tmp_path / "installed.txt"
    installed.touch()
    runs = {
        "alone": run("", keys=""),
        "installed": run("", keys="", needs=installed),
        "missing": run("", keys="", needs=tmp_path / "missing.txt"),
    }

    assert set(possible(runs)) == {"alone", "installed"}


# Slow: it has installations of its own.
@pytest.mark.browser
@each_share
def test_every_bench_ends_with_one_line_that_holds_what_it_promises(environment, share):
    """Together, for the benches share an installation, and making it takes longest."""
    named = enumerate(possible(SMALL_RUNS).items())
    benches = dict(one for number, one in named if number % SHARES == share)
    lines = {line["bench"]: line for line in lines_of(benches, environment)}

    assert {name: line.get("died of") for name, line in lines.items()} == dict.fromkeys(benches)
    missing = {name: missing_keys(lines[name], one.keys) for name, one in benches.items()}
    assert missing == {name: set() for name in benches}


def possible(runs: Mapping[str, SmallRun]) -> dict[str, SmallRun]:
    """The runs for which everything is installed here."""
    return {name: one for name, one in runs.items() if one.is_possible}


def lines_of(names: Iterable[str], environment: dict[str, str]) -> list[dict[str, object]]:
    """The last line of each bench, or what it died of."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.together", *names],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]
