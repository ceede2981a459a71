"""Queue mail of the national side."""

from datetime import timedelta

from shared.mail.services import mail_row
from tenants.agencies.services import mails_insert


def mail_queue(
    *, letter: str, language: str, reference: str, sealed: str = "", life: timedelta | None = None
) -> None:
    """A letter of the national side, with the task that sends it; its row names no address.

    ``life`` is how long somebody waits for the link in it.
    """
    mails_insert(
        mail_row(
            to="",
            letter=letter,
            language=language,
            reference=reference,
            context={"sealed": sealed} if sealed else {},
            life=life,
        )
    )
