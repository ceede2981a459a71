"""Filing from a page or by programme, within limits: over them a proof is asked."""

from collections.abc import Callable

from public_portal.intake.services.limits import filing_limits
from shared.limits.errors import ProofNeeded
from shared.limits.selectors import reached, refusal
from shared.limits.services.counting import limits_give_back, limits_reserve
from tenants.case_access.types import Receipt


def proof_is_asked(*, email: str, address: str) -> int:
    """In how many seconds one more may be filed without a proof; 0 when none is asked."""
    limits = filing_limits(email=email, address=address)
    over = reached(limits) if limits else []
    return refusal(over).retry_after if over else 0


def filed_within_limits(
    *,
    email: str,
    address: str,
    proves: Callable[[], bool],
    file: Callable[[], tuple[Receipt, bool]],
) -> Receipt:
    """What ``file`` files, which also says whether it was filed anew.

    Not atomic on purpose: what is counted must be seen by who files at the same time. What was
    refused, or filed before, is given back. Raises ``ProofNeeded`` and what ``file`` raises.
    """
    limits = filing_limits(email=email, address=address)
    if not limits:
        return file()[0]
    over = limits_reserve(limits)
    is_new = False
    try:
        if over and not proves():
            raise ProofNeeded(retry_after=refusal(over).retry_after)
        receipt, is_new = file()
    finally:
        if not is_new:
            limits_give_back(limits)
    return receipt
