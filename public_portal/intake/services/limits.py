"""Limits of filing; over a limit, the sender must prove that no program files in bulk."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from shared.limits.selectors import limit_refusal, reached
from shared.limits.services.attempt_counter import limits_give_back, limits_reserve
from shared.limits.services.proof import proof_require
from shared.limits.types import DAY, HOUR, Limit
from tenants.case_access.services.routes import normal_email

# Enough for a family or an association at one network address.
FILED_PER_ADDRESS = 10
# Enough for almost every citizen; a lawyer who files more is asked for a proof.
FILED_PER_EMAIL = 10
# Ten times the busiest hour of 2020, when up to 10,000 requests came in a day.
FILED_IN_ALL = 10_000
# Strangers must not fill somebody's mailbox with the portal's e-mails.
LETTERS_PER_EMAIL = 3
LETTERS_PER_ADDRESS = 10
# Five tries at a code of six digits succeed with a probability of 1 in 200,000.
CODE_TRIES = 5
LOOPBACK = ("127.0.0.1", "::/64")


def filing_limits(*, email: str, address: str) -> list[Limit]:
    """Return the limits of one filing; over a limit, a proof is asked.

    A loopback address has no limits: behind a proxy that is not trusted, all citizens have that
    address.
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
    """Return how often a code may be tried for one draft."""
    return Limit(name="code.tries", subject=draft, allowed=CODE_TRIES, window=HOUR)


def proof_is_asked(*, email: str, address: str) -> int:
    """Return for how many seconds filing needs a proof; 0 if no proof is needed."""
    limits = filing_limits(email=email, address=address)
    over = reached(limits) if limits else []
    return limit_refusal(over).retry_after if over else 0


@contextmanager
def filing_reserved(*, email: str, address: str, proves: Callable[[], bool]) -> Iterator[ExitStack]:
    """Count one filing during a block, and remove the count at the end of the block.

    To keep the count, the block calls ``pop_all()`` of the yielded stack. Not atomic, because
    parallel filings must see the count. Raises ``ProofNeeded``.
    """
    limits = filing_limits(email=email, address=address)
    with ExitStack() as given_back:
        if limits:
            over = limits_reserve(limits)
            given_back.callback(limits_give_back, limits)
            proof_require(over, proves=proves)
        yield given_back
