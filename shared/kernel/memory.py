"""Detection of too little memory in this process.

Only some code raises ``MemoryError`` without memory. Libraries in C raise other errors: OpenSSL a
``ValueError``, psycopg2 an ``InternalError``, the loader of libraries an ``ImportError``.
"""

import resource
import time
from pathlib import Path

# Errors within this time after a lack of memory probably have the same cause.
NOTED_SECONDS = 10
MIN_ROOM = 32 * 1024 * 1024
SIZE = Path("/proc/self/statm")

_noted_at: list[float] = []


def note() -> None:
    """Record that this process has just failed to get memory."""
    _noted_at[:] = [time.monotonic()]


def is_short() -> bool:
    """Return whether this process failed to get memory a moment ago, or is near its limit.

    The limit is RLIMIT_AS, in bytes; without a limit, only ``note`` makes the result true.
    """
    if _noted_at and time.monotonic() - _noted_at[0] < NOTED_SECONDS:
        return True
    limit, _hard = resource.getrlimit(resource.RLIMIT_AS)
    return limit != resource.RLIM_INFINITY and limit - _size() < MIN_ROOM


def _size() -> int:
    return int(SIZE.read_text().split()[0]) * resource.getpagesize()
