"""Seconds that ``bin/test --changed`` would take for each of the last commits.

Each commit is checked out in its own folder, and ``bin/_changed.py`` chooses tests for the
difference from the commit before. Which tests execute which code, and the seconds of each test, are
read from the last record (``RECORD_EXECUTED=yes bin/test``), so a test that was renamed since is
missing. Printed: the seconds of the chosen tests divided among the cores, plus ``--begin`` seconds
for the start of the processes, and the same for ``bin/test``.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measuring import report

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bin"))

import _changed  # noqa: E402
from _processes import git  # noqa: E402

from tests.support.reduction import redundant  # noqa: E402

CACHES = ("_test_imports", "_templates", "_functions", "_sources")


@contextmanager
def folder_of_commits() -> Iterator[Path]:
    """Yield a folder for checking out commits one by one; remove the folder afterwards."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "commit"
        git("worktree", "add", "--detach", str(folder), "HEAD")
        _changed.ROOT = folder  # type: ignore[attr-defined]
        try:
            yield folder
        finally:
            git("worktree", "remove", "--force", str(folder))


def seconds_of(commit: str, folder: Path, record: _changed.Record) -> float | None:
    """Return the seconds of all tests that a commit's difference chooses.

    None means that the difference chooses all tests.
    """
    git("checkout", "--detach", "--force", commit, root=folder)
    for name in CACHES:
        getattr(_changed, name).cache_clear()
    try:
        chosen: _changed.Selection = _changed.selection(since=f"{commit}~1", record=record)
    except _changed.Unplaced as reason:
        sys.stdout.write(f"{commit[:8]} all of bin/test: {reason}\n")
        return None
    return sum(
        seconds
        for test, seconds in record.seconds.items()
        if test in chosen.tests or test.partition("::")[0] in chosen.files
    )


def _record() -> _changed.Record:
    """Return the record of the last run; an empty record means that all tests are chosen."""
    try:
        return _changed.record_read()
    except _changed.Unplaced as reason:
        sys.stdout.write(f"{reason}\n")
        return _changed.Record(executed={}, seconds={})


def main() -> None:
    """Choose the tests of each commit, and print the quantiles of their seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--begin", type=float, default=15.0, help="seconds until the first test")
    given = parser.parse_args()
    record = _record()
    # The tests that run where it is unknown which tests a change can break.
    default = record.executed.keys() - redundant()
    whole = sum(record.seconds.get(test, 0.0) for test in default)
    one_parent = ("--min-parents=1", "--max-parents=1", f"--max-count={given.commits}")
    commits = git("rev-list", *one_parent, "HEAD").split()
    cores = os.cpu_count() or 1
    spent: list[float] = []
    with folder_of_commits() as folder:
        for commit in commits:
            seconds = seconds_of(commit, folder, record)
            spent.append(given.begin + (whole if seconds is None else seconds) / cores)
            sys.stdout.write(f"{commit[:8]} {spent[-1]:6.1f} s\n")
    all_seconds = given.begin + whole / cores
    # A copy of the code without git history has no commits with a parent.
    median = statistics.median(spent or [all_seconds])
    report(
        "changed",
        {
            "commits": len(spent),
            "median_s": round(median, 1),
            "most_s": round(max(spent, default=all_seconds), 1),
            "whole_s": round(all_seconds, 1),
            "ratio": round(median / all_seconds, 3),
        },
    )


if __name__ == "__main__":
    main()
