"""Look-ups of requests that fail, counted for the whole country."""

import logging
from collections.abc import Callable

from shared.limits.selectors import failed_lookups, reached
from shared.limits.services.attempt_counter import limit_count
from shared.limits.services.proof import proof_require

logger = logging.getLogger(__name__)


def lookup_passed(*, proves: Callable[[], bool]) -> None:
    """Let a lookup pass; while too many fail, only with a proof. Raises ``ProofNeeded``.

    Nothing is counted: what finds something costs the others no write on one row for all.
    """
    proof_require(reached([failed_lookups()]), proves=proves)


def lookup_failed() -> None:
    """Count one that found nothing; the one that fills the window raises the alarm, and no other.

    Counted afterwards: those under way at that instant still pass, as many as there are threads.
    """
    limit = failed_lookups()
    if limit_count(limit) == limit.allowed:
        logger.error(
            "look-ups: %d failed within %d s, a proof is asked",
            limit.allowed,
            limit.window.total_seconds(),
        )
