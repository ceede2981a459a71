"""Rules that decide whether an unsent e-mail is tried again."""

import re
from datetime import datetime, timedelta
from smtplib import (
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from shared.mail.enums import MailFailure
from shared.mail.types import DeliveryFault

RETRY_FOR = timedelta(days=7)
# An e-mail that has waited for this time is late.
LATE = timedelta(minutes=30)
MAX_UNFINISHED = 5
# With these codes the mail server wants a sign-in. The e-mail is not wrong and is tried again.
SIGN_IN = frozenset({530, 534, 535, 538})
CLOSING = 421
# RFC 3463: codes 5.7.X are about security and policy. Mostly the recipient's server does not trust
# our server; the address is right, so the e-mail is tried again.
POLICY = re.compile(rb"^5\.7\.\d+")


def delivery_fault(error: OSError) -> DeliveryFault:
    """Return the cause of a failed attempt from an error of the mail client."""
    match error:
        case SMTPRecipientsRefused():
            code, words = next(iter(error.recipients.values()), (0, b""))
            return _answered(error, code, words, is_about_letter=True)
        case SMTPDataError():
            return _answered(error, error.smtp_code, error.smtp_error, is_about_letter=True)
        case SMTPSenderRefused():
            return _answered(error, error.smtp_code, error.smtp_error, is_about_letter=False)
        case SMTPResponseException():
            return DeliveryFault(
                name=f"{type(error).__name__} {error.smtp_code}", is_server_unavailable=True
            )
    # All other errors mean that the connection to the server failed.
    return DeliveryFault(name=type(error).__name__, is_server_unavailable=True)


def failure_before(
    *, expires_at: datetime | None, unfinished_attempts: int, at: datetime
) -> MailFailure | None:
    """Return the reason why an e-mail must not be tried again, or ``None``."""
    if expires_at is not None and expires_at <= at:
        return MailFailure.EXPIRED
    if unfinished_attempts >= MAX_UNFINISHED:
        return MailFailure.WORKER_DIED
    return None


def _answered(
    error: Exception, code: int, words: bytes | str, *, is_about_letter: bool
) -> DeliveryFault:
    is_lasting = (
        500 <= code < 600
        and code not in SIGN_IN
        and not POLICY.match(words if isinstance(words, bytes) else words.encode())
    )
    return DeliveryFault(
        name=f"{type(error).__name__} {code}",
        is_permanent=is_about_letter and is_lasting,
        is_server_unavailable=code == CLOSING or code in SIGN_IN,
    )
