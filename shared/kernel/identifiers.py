"""Identifiers that sort by time, made in Python, because older PostgreSQL has no such function."""

import os
from datetime import UTC, datetime
from threading import Lock
from uuid import UUID

from shared.kernel import clock

_LOCK = Lock()
# Milliseconds and counter of the last identifier of this process, in one integer.
_last = 0
_COUNTER_BITS = 12


def uuid7() -> UUID:
    """Return a version 7 UUID (RFC 9562, section 5.7): milliseconds, counter, random bits.

    Later UUIDs of one process are greater, also within a millisecond (section 6.2, method 1), so
    that files sent together are listed in the order of the form.
    """
    ticks = _next_ticks()
    milliseconds, counter = ticks >> _COUNTER_BITS, ticks & (1 << _COUNTER_BITS) - 1
    chance = int.from_bytes(os.urandom(8)) & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | counter << 64 | 0x2 << 62 | chance)


def moment_of(identifier: UUID) -> datetime:
    """Return the moment, to the millisecond, at which an identifier of version 7 was made."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, tz=UTC)


def first_of(moment: datetime) -> UUID:
    """Return the smallest UUIDv7 of a moment.

    Use this identifier to filter by the primary key, because columns of moments have no index.
    """
    return UUID(int=int(moment.timestamp() * 1000) << 80 | 0x7 << 76 | 0x2 << 62)


def uuid_parse(text: str) -> UUID | None:
    """Return the identifier in a form's text; ``None`` for an invalid text."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _next_ticks() -> int:
    global _last  # one counter per process is intended
    # The counter begins in its lower half, so that many values are left in a millisecond.
    start = int.from_bytes(os.urandom(2)) & (1 << _COUNTER_BITS - 1) - 1
    now = int(clock.timestamp() * 1000) << _COUNTER_BITS | start
    with _LOCK:
        is_new = now >> _COUNTER_BITS > _last >> _COUNTER_BITS
        _last = now if is_new else _last + 1
        return _last
