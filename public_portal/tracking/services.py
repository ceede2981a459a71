"""Opening a request, and counting who tries in vain."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from public_portal.tracking.models import Attempt
from public_portal.tracking.types import Limit
from shared.kernel import clock
from shared.kernel.errors import TooManyAttempts
from tenants.enums import KeyKind
from tenants.errors import CaseNotFound
from tenants.gateway import tracking_open
from tenants.types import IssuedToken

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
PER_REFERENCE = 10
PER_ADDRESS = 20
PER_EMAIL = 10


def space_open(*, reference: str, kind: KeyKind, value: str, address: str) -> IssuedToken:
    """A tracking token, while those who ask have not failed too often.

    Not atomic on purpose: what a miss has counted must stay counted. A success takes back its own
    count and no other. Raises ``CaseNotFound`` for every miss alike, or ``TooManyAttempts``.
    """
    limits = _limits(reference, kind, value, address)
    over = _reserve(limits)
    # Nobody can guess sixteen random digits: a stranger's failures must not shut the owner out.
    if over and not (kind == KeyKind.RECEIPT and all(limit.name == "reference" for limit in over)):
        raise _refusal(over)
    try:
        issued = tracking_open(reference=reference, kind=kind, value=value)
    except CaseNotFound:
        raise (_refusal(over) if over else CaseNotFound()) from None
    _give_back(limits)
    return issued


def attempts_prune() -> int:
    """Forget windows that are over."""
    return Attempt.objects.filter(began_at__lt=clock.now() - 2 * HOUR).delete()[0]


def _limits(reference: str, kind: KeyKind, value: str, address: str) -> list[Limit]:
    limits = [
        Limit(name="reference", subject=reference, allowed=PER_REFERENCE, window=HOUR),
        Limit(name="address", subject=address, allowed=PER_ADDRESS, window=MINUTE),
    ]
    if kind == KeyKind.EMAIL:
        email = value.strip().casefold()
        limits.append(Limit(name="email", subject=email, allowed=PER_EMAIL, window=HOUR))
    return limits


def _reserve(limits: Sequence[Limit]) -> list[Limit]:
    """Count one attempt for each limit in one statement; returns the limits it went over.

    Counted before the look-up, or a hundred requests at once would all find room.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _columns(limits))
        counts = {bytes(bucket): count for bucket, count in cursor.fetchall()}
    return [limit for limit in limits if counts[_bucket(limit)] > limit.allowed]


def _give_back(limits: Sequence[Limit]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, _columns(limits))


def _columns(limits: Sequence[Limit]) -> tuple[list[bytes], list[datetime]]:
    # In one order, or two of these statements could each wait for the other's row.
    rows = sorted((_bucket(limit), _window_start(limit)) for limit in limits)
    return [bucket for bucket, _began_at in rows], [began_at for _bucket, began_at in rows]


def _bucket(limit: Limit) -> bytes:
    digest = salted_hmac(f"tracking.attempt.{limit.name}", limit.subject, algorithm="sha256")
    return bytes(digest.digest())


def _window_start(limit: Limit) -> datetime:
    length = int(limit.window.total_seconds())
    return datetime.fromtimestamp(int(clock.now().timestamp()) // length * length, UTC)


def _refusal(over: Sequence[Limit]) -> TooManyAttempts:
    ends = max(_window_start(limit) + limit.window for limit in over)
    return TooManyAttempts(retry_after=max(int((ends - clock.now()).total_seconds()), 1))


_COUNT = """
    INSERT INTO tracking_attempt (bucket, began_at, count)
    SELECT bucket, began_at, 1
    FROM unnest(%s::bytea[], %s::timestamptz[]) AS tried (bucket, began_at)
    ON CONFLICT (bucket, began_at) DO UPDATE SET count = tracking_attempt.count + 1
    RETURNING bucket, count
"""
_GIVE_BACK = """
    UPDATE tracking_attempt SET count = tracking_attempt.count - 1
    FROM unnest(%s::bytea[], %s::timestamptz[]) AS tried (bucket, began_at)
    WHERE tracking_attempt.bucket = tried.bucket
      AND tracking_attempt.began_at = tried.began_at
      AND tracking_attempt.count > 0
"""
