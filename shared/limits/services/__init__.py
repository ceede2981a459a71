"""Counting who tries, and the proof that is asked over a limit."""

from shared.limits.services.counting import (
    attempts_prune,
    limit_count,
    limits_give_back,
    limits_require,
    limits_reserve,
    spend_once,
    use_count,
)
from shared.limits.services.lookups import lookup_failed, lookup_passed
from shared.limits.services.proof import MAX_PROOF_LENGTH, proof_accept, proof_challenge
from shared.limits.services.uploads import upload_passed

__all__ = [
    "MAX_PROOF_LENGTH",
    "attempts_prune",
    "limit_count",
    "limits_give_back",
    "limits_require",
    "limits_reserve",
    "lookup_failed",
    "lookup_passed",
    "proof_accept",
    "proof_challenge",
    "spend_once",
    "upload_passed",
    "use_count",
]
