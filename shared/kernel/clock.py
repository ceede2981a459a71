"""The current time, and the civil day in Morocco.

All code gets the time from this module, so that a test or the demo can set another day without a
mock. The time is the database's time: a web server with a wrong time would close cases and end
terms permanently, and the correct due dates could not be found later.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time as dt_time, timedelta

from shared.kernel.zone_data import NATIONAL_ZONE as NATIONAL_ZONE

# All times in this project are between these two moments. PostgreSQL also stores later times and
# infinity, which Python cannot read, and one such row would break all code that reads its table.
FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(2100, 1, 1, tzinfo=UTC)
# Limits of days, because a citizen may write about days before the project.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 1, 1)

# If the system's time, which sessions and the task queue read, differs more from the database's
# time, nothing is written.
MAX_OFFSET = timedelta(minutes=1)
MEASURE_SECONDS = 60.0
# The pause before the next measurement while the system's time is wrong.
REPEAT_SECONDS = 1.0

_travelled: ContextVar[datetime | None] = ContextVar("travelled", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One reading of the database's time, with this process's monotonic time at that moment.

    The monotonic time (``time.monotonic``) does not change when somebody sets the system's clock.
    """

    seconds: float
    monotonic: float


_anchor: Anchor | None = None


def now() -> datetime:
    """Return the current time (aware, UTC): the database's time, once it has been measured."""
    return _travelled.get() or datetime.fromtimestamp(timestamp(), UTC)


def timestamp() -> float:
    """Return the seconds since 1970: the database's time, once measured, without ``travel``."""
    known = _anchor
    return time.time() if known is None else known.seconds + time.monotonic() - known.monotonic


def anchor(*, database_time: datetime, began: float, ended: float) -> None:
    """Store the database's time, which was read between two values of ``time.monotonic``.

    Half of the round-trip time is added. If the database's time differs from the expected time by
    at most this half, the expected time is stored, because otherwise ``now`` could go back.
    """
    global _anchor  # on purpose: one clock per process
    half = (ended - began) / 2
    seconds = database_time.timestamp() + half
    known = _anchor
    if known is not None:
        expected = known.seconds + ended - known.monotonic
        if abs(seconds - expected) <= half:
            seconds = expected
    _anchor = Anchor(seconds=seconds, monotonic=ended)


def is_measurement_due() -> bool:
    """Return whether to measure: each minute, or each second while the system's time is wrong."""
    known = _anchor
    if known is None:
        return True
    age = time.monotonic() - known.monotonic
    return age > MEASURE_SECONDS or (age > REPEAT_SECONDS and is_wrong())


def offset() -> timedelta:
    """Return how far the system's time is ahead of the database's time."""
    return timedelta(seconds=time.time() - timestamp())


def is_wrong() -> bool:
    """Return whether the system's time differs too much from the database's for any write."""
    return abs(offset()) > MAX_OFFSET


def today() -> date:
    """Return today's date in Morocco; in summer, 23:30 UTC belongs to the next day."""
    return civil_day(now())


def civil_day(moment: datetime) -> date:
    """Return the day of ``moment`` (aware) in the time zone Africa/Casablanca."""
    return moment.astimezone(NATIONAL_ZONE).date()


def midnight(day: date) -> datetime:
    """Return the first moment of a day in the time zone Africa/Casablanca.

    SQL must not compute this moment, because the database may have older rules of the time zone
    than Python.
    """
    return datetime.combine(day, dt_time(), tzinfo=NATIONAL_ZONE)


@contextmanager
def travel(to: datetime) -> Iterator[None]:
    """Make ``now`` return ``to`` (aware) inside the block, for tests and generated histories."""
    if to.tzinfo is None:
        raise ValueError("a moment without a zone is ambiguous")
    token = _travelled.set(to)
    try:
        yield
    finally:
        _travelled.reset(token)
