"""The refusal that a proof lifts."""

from shared.kernel.errors import TooManyAttempts


class ProofNeeded(TooManyAttempts):
    """So many came from there, or fail everywhere, that this one needs a proof, or comes later."""

    code = "proof_needed"
