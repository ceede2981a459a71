"""The time, and the legal clock.

The whole house asks this module for the time, so that a test or the demo can live on another day
without a mock. It is the database's time: a server whose own clock is a year ahead would close
cases and end terms for good, and nobody could tell afterwards what was due when.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

NATIONAL_ZONE = ZoneInfo("Africa/Casablanca")
# Between these lies every moment of ours. PostgreSQL knows many others, and infinity, that Python
# cannot read: one row with such a moment ends whatever reads its table.
FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(2100, 1, 1, tzinfo=UTC)
ORIENTATION_DAYS = 15
REPLY_DAYS = 60
REOPEN_DAYS = 30
ANSWER_DAYS = 15

# What reads the system's clock in spite of this module (sessions, the task queue's library) may be
# wrong by so much; beyond it nothing is written.
MAX_OFFSET = timedelta(minutes=1)
MEASURE_SECONDS = 60.0
# How soon a measurement that found a wrong clock is repeated.
REPEAT_SECONDS = 1.0

_travelled: ContextVar[datetime | None] = ContextVar("travelled", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What the database's clock showed at one moment of this process's stopwatch.

    The stopwatch (``time.monotonic``) does not jump when somebody sets the system's clock.
    """

    seconds: float
    stopwatch: float
    measured: float


_anchor: Anchor | None = None


def now() -> datetime:
    """This moment, aware, in UTC: the database's, as far as it was measured."""
    return _travelled.get() or datetime.fromtimestamp(timestamp(), UTC)


def timestamp() -> float:
    """Seconds since 1970 by the database's clock, whatever day is travelled to."""
    known = _anchor
    if known is None:
        return time.time()
    return known.seconds + time.monotonic() - known.stopwatch


def anchor(*, database_time: datetime, began: float, ended: float) -> None:
    """Take the database's time, asked between two moments of ``time.monotonic``.

    Half of the way there and back is allowed for. A time that is no more than this away from what
    was known tells nothing new, and ``now`` would only step to and fro.
    """
    global _anchor  # one clock a process is the point
    half = (ended - began) / 2
    seconds = database_time.timestamp() + half
    known = _anchor
    if known is not None:
        expected = known.seconds + ended - known.stopwatch
        if abs(seconds - expected) <= half:
            seconds = expected
    _anchor = Anchor(seconds=seconds, stopwatch=ended, measured=ended)


def is_measurement_due() -> bool:
    """Whether the database should be asked for the time: each minute, or on suspicion."""
    known = _anchor
    if known is None:
        return True
    age = time.monotonic() - known.measured
    return age > MEASURE_SECONDS or (age > REPEAT_SECONDS and is_wrong())


def offset() -> timedelta:
    """How far the system's clock is ahead of the database's."""
    return timedelta(seconds=time.time() - timestamp())


def is_wrong() -> bool:
    """Whether the system's clock is so far from the database's that nothing may be written."""
    return abs(offset()) > MAX_OFFSET


def today() -> date:
    """The civil day in Morocco: a complaint sent at 23:30 UTC in summer is filed the next day."""
    return civil_day(now())


def civil_day(moment: datetime) -> date:
    """The day in Africa/Casablanca in which ``moment`` (aware) falls."""
    return moment.astimezone(NATIONAL_ZONE).date()


@contextmanager
def travel(to: datetime) -> Iterator[None]:
    """Live at ``to`` (aware) inside the block: for tests and for made-up histories."""
    if to.tzinfo is None:
        raise ValueError("a moment without a zone is ambiguous")
    token = _travelled.set(to)
    try:
        yield
    finally:
        _travelled.reset(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalClock:
    """Where a complaint stands against the law, in whole days.

    ``elapsed`` counts from the day after filing; ``left`` is negative once the term has passed.
    """

    filed_on: date
    due_on: date
    elapsed: int
    left: int

    @property
    def is_overdue(self) -> bool:
        """The term has passed: the last day itself still counts as in time."""
        return self.left < 0


def reply_due_on(filed_on: date) -> date:
    """Last day for the reasoned reply: 60 days, the day of filing not counted.

    Source: decree 2.17.265 of 23 June 2017.
    """
    return filed_on + timedelta(days=REPLY_DAYS)


def orientation_due_on(filed_on: date) -> date:
    """Last day to direct the complaint to the competent body: 15 days (decree 2.17.265)."""
    return filed_on + timedelta(days=ORIENTATION_DAYS)


def legal_clock(*, filed_on: date, on: date) -> LegalClock:
    """The clock as read on the day ``on``. It never stops and never moves its term."""
    due_on = reply_due_on(filed_on)
    return LegalClock(
        filed_on=filed_on,
        due_on=due_on,
        elapsed=max((on - filed_on).days, 0),
        left=(due_on - on).days,
    )


def may_reopen(*, answered_at: datetime, at: datetime) -> bool:
    """Whether the right to re-open still runs: thirty days after the day of the reply."""
    return (civil_day(at) - civil_day(answered_at)).days <= REOPEN_DAYS
