"""Proof of work against bulk attempts: the browser computes for some seconds."""

from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from json import loads

from altcha import create_challenge, verify_solution
from django.utils.crypto import get_random_string, salted_hmac

from shared.kernel import clock
from shared.limits.errors import ProofNeeded
from shared.limits.models import Attempt, Counted
from shared.limits.selectors import limit_refusal
from shared.limits.services.attempt_counter import spend_once
from shared.limits.types import Limit

PROOF_LIFE = timedelta(minutes=10)
# With these values, a cheap telephone needs some seconds for a solution.
ALGORITHM = "PBKDF2/SHA-256"
ROUNDS = 5_000
MAX_TRIES = 600
MAX_PROOF_LENGTH = 4_096


def proof_challenge() -> dict[str, object]:
    """Return a new signed challenge, which is not stored."""
    challenge = create_challenge(
        ALGORITHM,
        ROUNDS,
        counter=int(get_random_string(6, "0123456789")) % (MAX_TRIES // 2) + MAX_TRIES // 2,
        expires_at=clock.now() + PROOF_LIFE,
        hmac_secret=_secret(),
    )
    return dict(challenge.to_dict())


def proof_accept(solution: str, *, rows: type[Counted] = Attempt) -> bool:
    """Return whether a solution is right, in time and unused; record its use in ``rows``."""
    if (
        not 0 < len(solution) <= MAX_PROOF_LENGTH
        or not verify_solution(solution, _secret()).verified
    ):
        return False
    parameters: Mapping[str, object] = loads(b64decode(solution))["challenge"]["parameters"]
    return spend_once(
        name="proof",
        subject=str(parameters["nonce"]),
        until=datetime.fromtimestamp(float(str(parameters["expiresAt"])), UTC),
        rows=rows,
    )


def proof_require(over: Sequence[Limit], *, proves: Callable[[], bool]) -> None:
    """Require a proof of work if a limit is exceeded. Raises ``ProofNeeded``."""
    if over and not proves():
        raise ProofNeeded(retry_after=limit_refusal(over).retry_after)


def _secret() -> str:
    return salted_hmac("public.limits.proof", "", algorithm="sha256").hexdigest()
