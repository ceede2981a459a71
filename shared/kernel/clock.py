"""The time: the current moment, and the civil day in Morocco.

All code gets the time from this module, so that a test or the demo can set another day without a
mock. The time is the database's: with its own clock, a server that is a year ahead would close
cases and end terms permanently, and the correct due dates could not be found later.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time as dt_time, timedelta

from shared.kernel.zone_data import NATIONAL_ZONE as NATIONAL_ZONE

# All times in this project are between these two. PostgreSQL also stores times, and infinity, that
# Python cannot read: any code that reads a table with one such row fails.
FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(2100, 1, 1, tzinfo=UTC)
# Limits of days: what a citizen writes about may be older than the project.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 1, 1)

# Some code (sessions, the task queue's library) reads the system clock instead of this module. Its
# time may be wrong by at most this; if the difference is larger, nothing is written.
MAX_OFFSET = timedelta(minutes=1)
MEASURE_SECONDS = 60.0
# After a measurement shows that the clock is wrong, the next one is made after this time.
REPEAT_SECONDS = 1.0

_travelled: ContextVar[datetime | None] = ContextVar("travelled", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One reading of the database's clock, with this process's monotonic time at that moment.

    The monotonic time (``time.monotonic``) does not change when somebody sets the system's clock.
    """

    seconds: float
    monotonic: float


_anchor: Anchor | None = None


def now() -> datetime:
    """Return the current time (aware, UTC): the database's time, once it has been measured."""
    return _travelled.get() or datetime.fromtimestamp(timestamp(), UTC)


def timestamp() -> float:
    """Return the seconds since 1970 by the database's clock; ``travel`` does not change them."""
    known = _anchor
    return time.time() if known is None else known.seconds + time.monotonic() - known.monotonic


def anchor(*, database_time: datetime, began: float, ended: float) -> None:
    """Store the database's time, which was read between two values of ``time.monotonic``.

    Half of the round-trip time is added. If the new time differs from the expected time by at most
    this half, the expected time is kept: otherwise ``now`` would go forward and back for no reason.
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
    """Return whether to measure the database's time: once a minute, sooner if it seems wrong."""
    known = _anchor
    if known is None:
        return True
    age = time.monotonic() - known.monotonic
    return age > MEASURE_SECONDS or (age > REPEAT_SECONDS and is_wrong())


def offset() -> timedelta:
    """Return how far the system's clock is ahead of the database's."""
    return timedelta(seconds=time.time() - timestamp())


def is_wrong() -> bool:
    """Return whether the system's clock is too far from the database's for any write."""
    return abs(offset()) > MAX_OFFSET


def today() -> date:
    """Return the civil day in Morocco: in summer 23:30 UTC belongs to the next day."""
    return civil_day(now())


def civil_day(moment: datetime) -> date:
    """Return the day in Africa/Casablanca in which ``moment`` (aware) falls."""
    return moment.astimezone(NATIONAL_ZONE).date()


def midnight(day: date) -> datetime:
    """Return the moment in which a day begins in Africa/Casablanca.

    Not in SQL: the zone's rules in the database may be of another year than those of the clock.
    """
    return datetime.combine(day, dt_time(), tzinfo=NATIONAL_ZONE)


@contextmanager
def travel(to: datetime) -> Iterator[None]:
    """Make ``now`` return ``to`` (aware) inside the block: for tests and invented histories."""
    if to.tzinfo is None:
        raise ValueError("a moment without a zone is ambiguous")
    token = _travelled.set(to)
    try:
        yield
    finally:
        _travelled.reset(token)
