"""Moments of other days."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage

from shared.kernel import clock
from shared.limits import selectors
from shared.limits.services import attempt_counter
from shared.limits.types import Limit

# By how much the clocks of this run are moved (SUITE_MOMENT).
MOVED = timedelta(seconds=int(os.environ.get("MOVED_SECONDS", "0")))

modified_time = FileSystemStorage.get_modified_time


def move_file_times() -> None:
    """Let stored files be as old as the clocks of this run say: the kernel's clock is not moved."""

    def moved(self: FileSystemStorage, name: str) -> Any:
        return modified_time(self, name) + MOVED

    FileSystemStorage.get_modified_time = moved  # type: ignore[assignment, method-assign]


def begin_windows(patch: pytest.MonkeyPatch) -> None:
    """Let the windows of all limits begin at this second, not at the hour.

    Where an hour ends in the middle of a test, what it has counted counts no more. Not where a test
    travels: it says itself at which minute.
    """
    whole, first = selectors.window_start, int(clock.now().timestamp())

    def window_start(limit: Limit) -> datetime:
        if clock._travelled.get():
            return whole(limit)
        length = int(limit.window.total_seconds())
        ended = (int(clock.timestamp()) - first) // length
        return datetime.fromtimestamp(first + ended * length, UTC)

    for module in (selectors, attempt_counter):
        patch.setattr(module, "window_start", window_start)


def days_later(days: int) -> datetime:
    """This hour in Morocco, so many days later.

    So many times 24 hours would end on another day where the hours have changed meanwhile.
    """
    return clock.now().astimezone(clock.NATIONAL_ZONE) + timedelta(days=days)
