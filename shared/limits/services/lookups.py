"""Limit on failed lookups of requests in the whole country."""

import logging
from collections.abc import Callable

from shared.limits.selectors import failed_lookups, reached
from shared.limits.services.attempt_counter import limit_count
from shared.limits.services.proof import proof_require

logger = logging.getLogger(__name__)


def lookup_passed(*, proves: Callable[[], bool]) -> None:
    """Require a proof of work while too many lookups fail. Raises ``ProofNeeded``.

    The function writes nothing, because all lookups would wait for the same row.
    """
    proof_require(reached([failed_lookups()]), proves=proves)


def lookup_failed() -> None:
    """Count a failed lookup; log an error when the count reaches the limit.

    Lookups that have already begun when the limit is reached still pass.
    """
    limit = failed_lookups()
    if limit_count(limit) == limit.allowed:
        logger.error(
            "look-ups: %d failed within %d s, a proof is asked",
            limit.allowed,
            limit.window.total_seconds(),
        )
