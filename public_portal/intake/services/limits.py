"""Limits of filing; over them a proof is asked that no program files in bulk."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from shared.limits.selectors import limit_refusal, reached
from shared.limits.services.attempt_counter import limits_give_back, limits_reserve
from shared.limits.services.proof import proof_require
from shared.limits.types import DAY, HOUR, Limit
from tenants.case_access.services.routes import normal_email

# A family or an association at one address; an internet café passes it, and is asked for proof.
FILED_PER_ADDRESS = 10
# Nobody has more to say in a day; a lawyer who has is asked for proof.
FILED_PER_EMAIL = 10
# Ten times the busiest hour of the crisis of 2020, when 10,000 requests came in a day.
FILED_IN_ALL = 10_000
# A letter costs its receiver attention: nobody is written to more often by strangers.
LETTERS_PER_EMAIL = 3
LETTERS_PER_ADDRESS = 10
# Six digits: five tries an hour find one code in 200,000.
CODE_TRIES = 5
LOOPBACK = ("127.0.0.1", "::/64")


def filing_limits(*, email: str, address: str) -> list[Limit]:
    """Return the limits of one filing; over any of them a proof is asked, nobody is refused.

    None for the machine itself: with a proxy whose addresses are not trusted, everybody would share
    one limit.
    """
    if address in LOOPBACK:
        return []
    limits = [
        Limit(name="filing.all", subject="all", allowed=FILED_IN_ALL, window=HOUR),
        Limit(name="filing.address", subject=address, allowed=FILED_PER_ADDRESS, window=HOUR),
    ]
    if email:
        limits.append(
            Limit(
                name="filing.email",
                subject=normal_email(email),
                allowed=FILED_PER_EMAIL,
                window=DAY,
            )
        )
    return limits


def letter_limits(*, letter: str, email: str, address: str) -> Sequence[Limit]:
    """Return the limits of one e-mail that a visitor asks for."""
    subject = normal_email(email)
    return (
        Limit(name=f"{letter}.email", subject=subject, allowed=LETTERS_PER_EMAIL, window=DAY),
        Limit(name=f"{letter}.address", subject=address, allowed=LETTERS_PER_ADDRESS, window=HOUR),
    )


def code_limit(draft: str) -> Limit:
    """Return the limit of tries of a code."""
    return Limit(name="code.tries", subject=draft, allowed=CODE_TRIES, window=HOUR)


def proof_is_asked(*, email: str, address: str) -> int:
    """Return in how many seconds filing needs no proof any more; 0 when none is needed now."""
    limits = filing_limits(email=email, address=address)
    over = reached(limits) if limits else []
    return limit_refusal(over).retry_after if over else 0


@contextmanager
def filing_reserved(*, email: str, address: str, proves: Callable[[], bool]) -> Iterator[ExitStack]:
    """Count one filing for a block, and uncount it at its end unless the block cancels that.

    Not atomic on purpose: parallel filings must see the count. A refused filing and a repeat are
    uncounted. Raises ``ProofNeeded``.
    """
    limits = filing_limits(email=email, address=address)
    with ExitStack() as given_back:
        if limits:
            over = limits_reserve(limits)
            given_back.callback(limits_give_back, limits)
            proof_require(over, proves=proves)
        yield given_back
