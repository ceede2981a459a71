"""Hourly limits on uploads without sign-in, above which a proof of work is required."""

from collections.abc import Callable

from shared.limits.services.attempt_counter import limits_reserve
from shared.limits.services.proof import proof_require
from shared.limits.types import HOUR, Limit

KILOBYTE = 1_000
# These addresses get no limit, because behind an untrusted proxy all clients have one of them.
LOOPBACK = ("127.0.0.1", "::/64")
# A few families behind one address stay below this limit; a town behind one address does not.
KILOBYTES_PER_ADDRESS = 100_000
KILOBYTES_IN_ALL = 5_000_000


def upload_passed(*, address: str, size: int, proves: Callable[[], bool]) -> None:
    """Count uploaded bytes; above a limit, require a proof of work. Raises ``ProofNeeded``.

    Callers must count before the files are examined, because refused files need time too. The
    function is not atomic, because a rollback would undo the count.
    """
    limits = [
        Limit(name="uploads.all", subject="all", allowed=KILOBYTES_IN_ALL, window=HOUR),
        Limit(name="uploads.address", subject=address, allowed=KILOBYTES_PER_ADDRESS, window=HOUR),
    ]
    if address in LOOPBACK:
        del limits[1]
    proof_require(limits_reserve(limits, amount=-(-size // KILOBYTE)), proves=proves)
