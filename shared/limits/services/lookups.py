"""Limit on failed lookups of requests in the whole country."""

import logging
from collections.abc import Callable

from shared.limits.selectors import failed_lookups, reached
from shared.limits.services.attempt_counter import limit_count
from shared.limits.services.proof import proof_require

logger = logging.getLogger(__name__)


def lookup_passed(*, proves: Callable[[], bool]) -> None:
    """Let a lookup pass; while too many fail, only with a proof. Raises ``ProofNeeded``.

    Nothing is counted here: a successful lookup writes nothing to the one row shared by all.
    """
    proof_require(reached([failed_lookups()]), proves=proves)


def lookup_failed() -> None:
    """Count a failed lookup; only the lookup that fills the window logs an error.

    Counted afterwards: lookups in progress at that instant still pass, at most one for each thread.
    """
    limit = failed_lookups()
    if limit_count(limit) == limit.allowed:
        logger.error(
            "look-ups: %d failed within %d s, a proof is asked",
            limit.allowed,
            limit.window.total_seconds(),
        )
