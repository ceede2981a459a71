"""Letters that a visitor asks for before a case exists: counted, and empty once they have left."""

from collections.abc import Mapping
from datetime import timedelta

from public_portal.intake.services.email_proof import CODE_LIFE, code_of
from public_portal.intake.services.limits import letter_limits
from shared.jobs.services.queue import task_row
from shared.kernel import clock
from shared.limits.selectors import refusal
from shared.limits.services.counting import limits_reserve
from shared.mail.services import mail_forget, mail_row
from shared.mail.tasks import deliver_mail
from shared.rows.services import rows_insert

LETTERS_LIFE = timedelta(days=1)


def draft_letter_send(*, email: str, address: str, language: str, url: str, until: str) -> None:
    """Send the address of a draft to whoever keeps it. Raises ``TooManyAttempts``."""
    context = {"resume_url": url, "until": until}
    _send("draft", email=email, address=address, language=language, context=context)


def code_letter_send(*, draft: str, email: str, address: str, language: str) -> str:
    """Send a code to an address that is not kept; returns the stamp to try the code with.

    Raises ``TooManyAttempts``.
    """
    stamp = clock.now().isoformat()
    context = {"code": code_of(draft, stamp)}
    _send("code", email=email, address=address, language=language, context=context, life=CODE_LIFE)
    return stamp


def letters_prune() -> int:
    """Forget codes and addresses of drafts a day after they left."""
    return mail_forget(letters=("draft", "code"), before=clock.now() - LETTERS_LIFE)


def _send(
    letter: str,
    *,
    email: str,
    address: str,
    language: str,
    context: Mapping[str, str],
    life: timedelta | None = None,
) -> None:
    over = limits_reserve(letter_limits(letter=letter, email=email, address=address))
    if over:
        raise refusal(over)
    mail = mail_row(
        to=email, letter=letter, language=language, reference="", context=context, life=life
    )
    rows_insert(mail, task_row(deliver_mail, mail_id=str(mail.pk)))
