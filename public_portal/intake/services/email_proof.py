"""A code out of a letter, for those whose browser runs no script: it proves what a sum does."""

import hashlib
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from public_portal.intake.services.limits import code_limit
from shared.kernel import clock
from shared.kernel.text import latin_digits
from shared.limits.services.counting import limits_reserve, spend_once

CODE_LIFE = timedelta(minutes=10)


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
