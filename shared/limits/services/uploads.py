"""Bytes that strangers send to be kept: over so many an hour a proof is asked, none refused."""

from collections.abc import Callable

from shared.limits.services.attempt_counter import limits_reserve
from shared.limits.services.proof import proof_require
from shared.limits.types import HOUR, Limit

KILOBYTE = 1_000
# Behind a proxy whose addresses are not trusted, everybody would share one.
LOOPBACK = ("127.0.0.1", "::/64")
# The files of some families at one address. A whole town that shares one is asked for a proof.
KILOBYTES_PER_ADDRESS = 100_000
KILOBYTES_IN_ALL = 5_000_000


def upload_passed(*, address: str, size: int, proves: Callable[[], bool]) -> None:
    """Let so many bytes pass from one address; over its limit, or that of all, with a proof.

    Counted in thousands, before anything is looked at, and never given back: what is refused has
    cost its examination. Not atomic on purpose. Raises ``ProofNeeded``.
    """
    limits = [
        Limit(name="uploads.all", subject="all", allowed=KILOBYTES_IN_ALL, window=HOUR),
        Limit(name="uploads.address", subject=address, allowed=KILOBYTES_PER_ADDRESS, window=HOUR),
    ]
    if address in LOOPBACK:
        del limits[1]
    proof_require(limits_reserve(limits, amount=-(-size // KILOBYTE)), proves=proves)
