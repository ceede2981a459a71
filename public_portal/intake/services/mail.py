"""E-mails to visitors before a case exists, which are deleted after a day."""

import hashlib
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from public_portal.intake.services.limits import code_limit, letter_limits
from shared.kernel import clock
from shared.kernel.text import latin_digits
from shared.limits.services.attempt_counter import limits_require, limits_reserve, spend_once
from shared.mail.services import mail_forget
from shared.mail.tasks import mail_queue
from shared.ui.dates import day_text

LETTERS_LIFE = timedelta(days=1)


def form_draft_mail_send(*, email: str, address: str, language: str, url: str, until: str) -> None:
    """Mail the link to a draft. Raises ``TooManyAttempts``."""
    limits_require(letter_limits(letter="draft", email=email, address=address))
    mail_queue(
        to=email, letter="draft", language=language, context={"resume_url": url, "until": until}
    )


def code_letter_send(*, draft: str, email: str, address: str, language: str) -> str:
    """Mail a code, and return the present time as the ``stamp`` that ``code_accept`` needs.

    Raises ``TooManyAttempts``.
    """
    stamp = clock.now().isoformat()
    limits_require(letter_limits(letter="code", email=email, address=address))
    mail_queue(
        to=email,
        letter="code",
        language=language,
        context={"code": code_of(draft, stamp)},
        life=CODE_LIFE,
    )
    return stamp


def refusal_letter_send(*, email: str, language: str, url: str, pressed_at: datetime) -> None:
    """Mail the sender of a held request that it could not be filed.

    The address may be a stranger's, so the e-mail gives only the day of the request, and no link
    to the request.
    """
    mail_queue(
        to=email,
        letter="not_filed",
        language=language,
        context={"start_url": url, "day": day_text(pressed_at, language=language)},
    )


def intake_mail_prune() -> int:
    """Delete e-mails with codes, links to drafts or refusals a day after sending."""
    return mail_forget(letters=("draft", "code", "not_filed"), before=clock.now() - LETTERS_LIFE)


CODE_LIFE = timedelta(minutes=10)


def code_accept(*, draft: str, stamp: str, typed: str) -> bool:
    """Return whether ``typed`` is the code of this draft, not expired and not used before.

    After five tries in an hour, the result is false.
    """
    digest = hashlib.sha256(draft.encode()).hexdigest()
    if not (typed and stamp) or limits_reserve([code_limit(digest)]):
        return False
    until = datetime.fromisoformat(stamp) + CODE_LIFE
    digits = "".join(latin_digits(typed).split())
    if clock.now() > until or not constant_time_compare(code_of(draft, stamp), digits):
        return False
    return spend_once(name="code", subject=f"{digest}{stamp}", until=until)


def code_of(draft: str, stamp: str) -> str:
    """Return the code of six digits for one draft and stamp; the code is never stored."""
    digest = salted_hmac("public.intake.code", f"{draft} {stamp}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06}"
