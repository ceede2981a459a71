"""The command itself, on an installation of its own: two quick faults, and what it prints."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from drills.faults.groups import FAULTS
from drills.faults.report import COLUMNS, FAILS, HOLDS, Row, head, line, summary
from tests.support.turns import SHARES

# Slow: it has an installation of its own.
pytestmark = pytest.mark.browser

QUICK = ("web-killed", "backend-terminated")


@pytest.mark.share(SHARES - 1)
def test_two_quick_faults_end_in_a_table_and_one_json_object(tmp_path):
    command = ["-m", "drills.faults", *QUICK, "--seconds=2", f"--folder={tmp_path}"]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}

    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, env=environment, check=False
    )

    lines = done.stdout.splitlines()
    assert lines, done.stderr
    told = json.loads(lines[-1])
    rows = {row["fault"]: row for row in told["rows"]}
    assert set(rows) == set(QUICK), done.stdout
    assert (told["lost"], told["doubled"], told["half_written"]) == (0, 0, 0), done.stdout
    assert all(row["acknowledged"] for row in rows.values()), done.stdout
    assert all(any(text.startswith(f"{name} ") for text in lines) for name in QUICK)
    assert done.returncode == (1 if told["fails"] else 0)


def test_a_name_that_no_fault_has_is_refused():
    command = [sys.executable, "-m", "drills.faults", "no-such-fault"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, "no-such-fault" in done.stdout) == (2, True)


def test_a_fault_that_is_not_survived_stands_in_the_last_line():
    rows = [
        Row(fault="one", verdict=HOLDS, requests=3, acknowledged=2, longest_wait=1.5, limit=6.0),
        Row(fault="two", verdict=FAILS, lost=1, longest_wait=9.0, remarks=["lost: key: 1"]),
    ]

    told = json.loads(summary(rows, seconds=12.4))

    assert (told["fails"], told["lost"], told["requests"]) == (["two"], 1, 3)
    assert told["longest_limited_wait_s"] == 1.5
    assert line(rows[1]).splitlines()[-1].strip() == "lost: key: 1"
    assert len(head().splitlines()[1].split()) == len(COLUMNS)


def test_every_fault_has_its_line_in_the_runbook():
    text = (Path(__file__).resolve().parents[3] / "docs" / "runbooks" / "faults.md").read_text()

    assert [name for name in FAULTS if f"`{name}`" not in text] == []
