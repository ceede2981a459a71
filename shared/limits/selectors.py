"""Questions to the counts."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db.models import Q
from django.utils.crypto import salted_hmac

from shared.kernel import clock
from shared.kernel.errors import TooManyAttempts
from shared.limits.models import Attempt
from shared.limits.types import Limit


def reached(limits: Sequence[Limit]) -> list[Limit]:
    """The limits at which one more would be too many; nothing is counted."""
    rows = Q()
    for limit in limits:
        rows |= Q(bucket=bucket(limit), began_at=window_start(limit))
    counts = {bytes(row.bucket): row.count for row in Attempt.objects.filter(rows)}
    return [limit for limit in limits if counts.get(bucket(limit), 0) >= limit.allowed]


def refusal(over: Sequence[Limit]) -> TooManyAttempts:
    """The refusal that says when the last of these windows ends."""
    ends = max(window_start(limit) + limit.window for limit in over)
    return TooManyAttempts(retry_after=max(int((ends - clock.now()).total_seconds()), 1))


def bucket(limit: Limit) -> bytes:
    """The keyed digest under which a limit is counted: an address is kept nowhere in clear."""
    digest = salted_hmac(f"limits.{limit.name}", limit.subject, algorithm="sha256")
    return bytes(digest.digest())


def window_start(limit: Limit) -> datetime:
    """When the window began in which we are."""
    length = int(limit.window.total_seconds())
    return datetime.fromtimestamp(int(clock.now().timestamp()) // length * length, UTC)
