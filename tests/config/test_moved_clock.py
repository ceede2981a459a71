"""SUITE_MOMENT: the clocks of a run are moved alike."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from _bootstrap import Failed
from _moved_clock import moved_clock

ASK = """
import time
from datetime import UTC, datetime
waited = time.monotonic()
time.sleep(0.01)
print(datetime.now(UTC).isoformat(), time.time(), 0.01 <= time.monotonic() - waited < 60)
"""


def test_nothing_is_moved_unless_it_is_asked_for(monkeypatch):
    monkeypatch.delenv("SUITE_MOMENT", raising=False)

    assert moved_clock() == {}


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler on this machine")
def test_a_process_begins_at_the_moment_and_waits_as_ever(monkeypatch):
    moment = datetime(2026, 8, 31, 23, 30, tzinfo=UTC)
    monkeypatch.setenv("SUITE_MOMENT", "2026-08-31 23:30")

    done = subprocess.run(
        [sys.executable, "-I", "-c", ASK],
        capture_output=True, text=True, check=True, env=os.environ | moved_clock(),
    )  # fmt: skip

    at, seconds, has_waited = done.stdout.split()
    assert abs(datetime.fromisoformat(at) - moment) < timedelta(minutes=5)
    assert abs(float(seconds) - moment.timestamp()) < 300
    assert has_waited == "True"


def test_what_is_no_moment_is_said(monkeypatch):
    monkeypatch.setenv("SUITE_MOMENT", "tomorrow")

    with pytest.raises(Failed, match="tomorrow"):
        moved_clock()
