"""Hourly limits on uploads without sign-in: above a limit, a proof is asked; no file is refused."""

from collections.abc import Callable

from shared.limits.services.attempt_counter import limits_reserve
from shared.limits.services.proof import proof_require
from shared.limits.types import HOUR, Limit

KILOBYTE = 1_000
# Behind an untrusted proxy, all clients have this address and would share one limit.
LOOPBACK = ("127.0.0.1", "::/64")
# A few families stay below this limit. A town that shares one address is asked for a proof.
KILOBYTES_PER_ADDRESS = 100_000
KILOBYTES_IN_ALL = 5_000_000


def upload_passed(*, address: str, size: int, proves: Callable[[], bool]) -> None:
    """Count uploaded bytes; above the limit of the address, or of all addresses, require a proof.

    Kilobytes are counted before the files are examined and never subtracted, because refused files
    are examined too. The function is not atomic, because a rollback would undo the count. Raises
    ``ProofNeeded``.
    """
    limits = [
        Limit(name="uploads.all", subject="all", allowed=KILOBYTES_IN_ALL, window=HOUR),
        Limit(name="uploads.address", subject=address, allowed=KILOBYTES_PER_ADDRESS, window=HOUR),
    ]
    if address in LOOPBACK:
        del limits[1]
    proof_require(limits_reserve(limits, amount=-(-size // KILOBYTE)), proves=proves)
