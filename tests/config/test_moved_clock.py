"""SUITE_MOMENT: the clocks of a run are moved alike."""

import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from _bootstrap import Failed
from _moved_clock import moved_clock

from tests.support.moments import MOVED

ASK = """
import time
from datetime import UTC, datetime
print(datetime.now(UTC).isoformat(), time.time(), time.monotonic())
"""


def test_nothing_is_moved_unless_it_is_asked_for(monkeypatch):
    monkeypatch.delenv("SUITE_MOMENT", raising=False)

    assert moved_clock() == {}


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler on this machine")
def test_a_process_begins_at_the_moment_and_waits_as_ever(monkeypatch):
    moment = datetime(2026, 8, 31, 23, 30, tzinfo=UTC)
    monkeypatch.setenv("SUITE_MOMENT", "2026-08-31 23:30")

    # This process may be moved itself: the child's clock is not moved once more by as much.
    here = MOVED.total_seconds()
    asked = time.time()
    moved = moved_clock()
    offset = int(moved["MOVED_SECONDS"]) - here

    began, waited = time.time(), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-I", "-c", ASK],
        capture_output=True, text=True, check=True, env=os.environ | moved,
    )  # fmt: skip
    ended, after = time.time(), time.monotonic()

    at, seconds, waits_by = done.stdout.split()
    # Moved by whole seconds to the moment; what is waited by is not moved.
    assert round(moment.timestamp() - began) <= offset <= round(moment.timestamp() - asked)
    assert began + offset <= float(seconds) <= ended + offset
    assert began + offset <= datetime.fromisoformat(at).timestamp() <= ended + offset
    assert waited <= float(waits_by) <= after


def test_what_is_no_moment_is_said(monkeypatch):
    monkeypatch.setenv("SUITE_MOMENT", "tomorrow")

    with pytest.raises(Failed, match="tomorrow"):
        moved_clock()
