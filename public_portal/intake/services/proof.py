"""Proofs that no machine files in bulk: a sum that costs seconds, or a code out of a letter."""

import hashlib
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from json import loads

from altcha import create_challenge, verify_solution
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from public_portal.intake.services.limiting import code_limit
from shared.kernel import clock
from shared.kernel.text import latin_digits
from shared.limits.services import limits_reserve, spend_once

PROOF_LIFE = timedelta(minutes=10)
CODE_LIFE = timedelta(minutes=10)
# Some seconds on a cheap telephone, and a fraction of one to check.
ALGORITHM = "PBKDF2/SHA-256"
ROUNDS = 5_000
MOST_TRIES = 600
LONGEST_PROOF = 4_096


def proof_challenge() -> dict[str, object]:
    """A sum to be done, signed; nothing of it is stored."""
    number = int(get_random_string(6, "0123456789")) % (MOST_TRIES // 2) + MOST_TRIES // 2
    challenge = create_challenge(
        ALGORITHM,
        ROUNDS,
        counter=number,
        expires_at=clock.now() + PROOF_LIFE,
        hmac_secret=_secret(),
    )
    found: dict[str, object] = challenge.to_dict()
    return found


def proof_accept(solution: str) -> bool:
    """Whether the sum was done, in time, and for the first time."""
    if not 0 < len(solution) <= LONGEST_PROOF or not verify_solution(solution, _secret()).verified:
        return False
    parameters: Mapping[str, object] = loads(b64decode(solution))["challenge"]["parameters"]
    until = datetime.fromtimestamp(float(str(parameters["expiresAt"])), UTC)
    return spend_once(name="proof", subject=str(parameters["nonce"]), until=until)


def code_accept(*, draft: str, stamp: str, typed: str) -> bool:
    """Whether this is the code that was sent for this draft, in time, and for the first time."""
    digest = hashlib.sha256(draft.encode()).hexdigest()
    if not (typed and stamp) or limits_reserve([code_limit(digest)]):
        return False
    until = datetime.fromisoformat(stamp) + CODE_LIFE
    digits = "".join(latin_digits(typed).split())
    if clock.now() > until or not constant_time_compare(code_of(draft, stamp), digits):
        return False
    return spend_once(name="code", subject=f"{digest}{stamp}", until=until)


def code_of(draft: str, stamp: str) -> str:
    """The six digits for one draft and moment, worked out again when tried: stored nowhere."""
    digest = salted_hmac("public.intake.code", f"{draft} {stamp}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06}"


def _secret() -> str:
    return salted_hmac("public.intake.proof", "", algorithm="sha256").hexdigest()
