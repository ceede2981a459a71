"""Limits on staff's tries to sign in, counted in the schema of the host.

Tries are counted for every typed address, so that responses do not reveal which addresses have an
account.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from shared.accounts.models import SignInTry
from shared.limits.services.attempt_counter import (
    attempts_prune,
    limit_count,
    limits_give_back,
    limits_reserve,
    use_count,
)
from shared.limits.services.proof import proof_require
from shared.limits.types import HOUR, Limit

# allauth's error code for too many tries.
TOO_MANY = "too_many_login_attempts"
# The most wrong tries for one account in an hour, counted for all unknown browsers together and for
# each known browser. Without this limit, an attacker would have five tries in five minutes from
# each IP address.
MAX_WRONG = 20


def code_tried(*, state: Mapping[str, object], lives: int) -> int:
    """Count one try of an e-mailed code before the comparison; return the count of tries.

    ``state`` is the session's data about the e-mail. Tries are counted per e-mail, not per session.
    """
    began = float(str(state["at"]))
    letter = " ".join(str(state.get(part, "")) for part in ("email", "at", "code"))
    return use_count(
        name="staff.code",
        subject=letter,
        until=datetime.fromtimestamp(began + lives, UTC),
        rows=SignInTry,
    )


def secret_try(
    *, kind: str, account: str, place: str, proves: Callable[[], bool] = lambda: False
) -> list[Limit]:
    """Count one try of a password or code before its comparison; return the used limit.

    ``account`` is an id, or an e-mail address that is stripped and in lower case. A known browser
    or session (``place``) first uses a limit of its own, which strangers cannot use up. Over the
    account's limit a try needs a proof of work. Raises ``ProofNeeded``.
    """
    if place:
        own = _limit(f"staff.{kind}.place", place)
        if not limits_reserve([own], rows=SignInTry):
            return [own]
    everywhere = _limit(f"staff.{kind}.account", account)
    proof_require(limits_reserve([everywhere], rows=SignInTry), proves=proves)
    return [everywhere]


def secret_was_right(counted: list[Limit]) -> None:
    """Subtract a right try from the counts, because only wrong tries count."""
    limits_give_back(counted, rows=SignInTry)


def is_first_refusal(*, subject: str) -> bool:
    """Count a refusal of ``subject``; return whether the refusal is the first of this hour."""
    return limit_count(_limit("staff.refused", subject), rows=SignInTry) == 1


def tries_prune() -> None:
    """Delete the counts of tries that are older than a day."""
    attempts_prune(rows=SignInTry)


def _limit(name: str, subject: str) -> Limit:
    return Limit(name=name, subject=subject, allowed=MAX_WRONG, window=HOUR)
