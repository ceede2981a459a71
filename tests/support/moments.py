"""Moments of other days."""

import os
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import FileSystemStorage

from shared.kernel import clock

# By how much the clocks of this run are moved (SUITE_MOMENT).
MOVED = timedelta(seconds=int(os.environ.get("MOVED_SECONDS", "0")))

modified_time = FileSystemStorage.get_modified_time


def move_file_times() -> None:
    """Let stored files be as old as the clocks of this run say: the kernel's clock is not moved."""

    def moved(self: FileSystemStorage, name: str) -> Any:
        return modified_time(self, name) + MOVED

    FileSystemStorage.get_modified_time = moved  # type: ignore[assignment, method-assign]


def days_later(days: int) -> datetime:
    """This hour in Morocco, so many days later.

    So many times 24 hours would end on another day where the hours have changed meanwhile.
    """
    return clock.now().astimezone(clock.NATIONAL_ZONE) + timedelta(days=days)
