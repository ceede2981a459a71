"""Counters of attempts for rate limits."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from shared.kernel import clock
from shared.limits.models import Attempt, Counted
from shared.limits.selectors import bucket, limit_refusal, window_start
from shared.limits.types import Limit

# The longest window of a limit, and one hour more.
KEPT = timedelta(hours=25)


def limits_reserve(
    limits: Sequence[Limit], *, amount: int = 1, rows: type[Counted] = Attempt
) -> list[Limit]:
    """Add ``amount`` to the count of each limit, and return the exceeded limits.

    Callers must count before the limited act, because otherwise concurrent requests would all pass.
    ``rows`` is the model of the table with the counts.
    """
    counts = _count(rows, amount, *_columns(limits))
    return [limit for limit in limits if counts[bucket(limit)] > limit.allowed]


def limits_require(limits: Sequence[Limit]) -> None:
    """Count one attempt for each limit. Raises ``TooManyAttempts`` if a limit is exceeded."""
    if over := limits_reserve(limits):
        raise limit_refusal(over)


def limit_count(limit: Limit, *, rows: type[Counted] = Attempt) -> int:
    """Count one attempt for a limit, and return the number of attempts in its window."""
    return _count(rows, 1, *_columns([limit]))[bucket(limit)]


def limits_give_back(limits: Sequence[Limit], *, rows: type[Counted] = Attempt) -> None:
    """Subtract one attempt from each limit, because the limited act did not happen."""
    with connection.cursor() as cursor:
        cursor.execute(_in(rows, _GIVE_BACK), _columns(limits))


def spend_once(*, name: str, subject: str, until: datetime, rows: type[Counted] = Attempt) -> bool:
    """Count a use of a single-use value, and return whether this is the first use.

    The value expires at ``until``; callers must pass the same ``until`` at every use.
    """
    return use_count(name=name, subject=subject, until=until, rows=rows) == 1


def use_count(*, name: str, subject: str, until: datetime, rows: type[Counted] = Attempt) -> int:
    """Count one use of a value that expires at ``until``, and return the number of uses.

    Callers must count before the use; concurrent uses get different numbers. ``until`` must be the
    same at every use.
    """
    key = bucket(Limit(name=name, subject=subject, allowed=1, window=KEPT))
    return _count(rows, 1, [key], [until])[key]


def attempts_prune(*, rows: type[Counted] = Attempt) -> int:
    """Delete the counts of past windows, and return the count of deleted rows."""
    return int(rows._default_manager.filter(began_at__lt=clock.now() - KEPT).delete()[0])


def _count(
    rows: type[Counted], amount: int, buckets: list[bytes], began_at: list[datetime]
) -> dict[bytes, int]:
    with connection.cursor() as cursor:
        cursor.execute(_in(rows, _COUNT), (amount, buckets, began_at))
        return {bytes(found): int(count) for found, count in cursor.fetchall()}


def _in(rows: type[Counted], statement: str) -> str:
    return statement.replace("limits_attempt", rows._meta.db_table)


def _columns(limits: Sequence[Limit]) -> tuple[list[bytes], list[datetime]]:
    # Without one order for all statements, two concurrent statements could deadlock.
    rows = sorted((bucket(limit), window_start(limit)) for limit in limits)
    return [found for found, _began_at in rows], [began_at for _bucket, began_at in rows]


_COUNT = """
    INSERT INTO limits_attempt (bucket, began_at, count)
    SELECT bucket, began_at, %s
    FROM unnest(%s::bytea[], %s::timestamptz[]) AS tried (bucket, began_at)
    ON CONFLICT (bucket, began_at) DO UPDATE SET count = limits_attempt.count + EXCLUDED.count
    RETURNING bucket, count
"""
_GIVE_BACK = """
    UPDATE limits_attempt SET count = limits_attempt.count - 1
    FROM unnest(%s::bytea[], %s::timestamptz[]) AS tried (bucket, began_at)
    WHERE limits_attempt.bucket = tried.bucket
      AND limits_attempt.began_at = tried.began_at
      AND limits_attempt.count > 0
"""
