"""Queries of counted attempts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Q, Sum
from django.utils.crypto import salted_hmac

from shared.kernel import clock
from shared.kernel.errors import TooManyAttempts
from shared.limits.models import Attempt
from shared.limits.types import Guessing, Limit

# The length in seconds of the window in which failed lookups are counted.
LOOKUPS_WINDOW = 10


def reached(limits: Sequence[Limit]) -> list[Limit]:
    """Return the limits that are reached, without counting an attempt."""
    rows = Q()
    for limit in limits:
        rows |= Q(bucket=bucket(limit), began_at=window_start(limit))
    counts = {bytes(row.bucket): row.count for row in Attempt.objects.filter(rows)}
    return [limit for limit in limits if counts.get(bucket(limit), 0) >= limit.allowed]


def limit_refusal(over: Sequence[Limit]) -> TooManyAttempts:
    """Return an error with the seconds until the windows of all exceeded limits have ended."""
    wait = max(window_start(limit) + limit.window for limit in over) - clock.now()
    return TooManyAttempts(retry_after=max(int(wait.total_seconds()), 1))


def failed_lookups() -> Limit:
    """Return the limit of failed lookups of requests in the whole country.

    The window has ten seconds, because a few typing errors could reach the limit of one second.
    """
    return Limit(
        name="lookups.failed",
        subject="all",
        allowed=settings.FAILED_LOOKUPS_PER_SECOND * LOOKUPS_WINDOW,
        window=timedelta(seconds=LOOKUPS_WINDOW),
    )


def guessing() -> Guessing:
    """Return the figures of failed lookups of the last day."""
    now, limit = clock.now(), failed_lookups()
    over = Q(count__gte=limit.allowed)
    rows = Attempt.objects.filter(bucket=bucket(limit), began_at__gt=now - timedelta(days=1))
    found = rows.aggregate(
        lately=Sum("count", filter=Q(began_at__gt=now - timedelta(minutes=1))),
        now=Count("pk", filter=over & Q(began_at=window_start(limit))),
        times=Count("pk", filter=over),
        last=Max("began_at", filter=over),
    )
    return Guessing(
        lately=found["lately"] or 0,
        is_now=bool(found["now"]),
        times=found["times"],
        last_at=found["last"],
    )


def bucket(limit: Limit) -> bytes:
    """Return the keyed digest of a limit's name and subject, which the table stores."""
    return bytes(salted_hmac(f"limits.{limit.name}", limit.subject, algorithm="sha256").digest())


def window_start(limit: Limit) -> datetime:
    """Return the start of the current window of a limit."""
    length = int(limit.window.total_seconds())
    return datetime.fromtimestamp(int(clock.now().timestamp()) // length * length, UTC)
