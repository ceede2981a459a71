"""Rules on whether an e-mail that could not be sent is tried again."""

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
# An e-mail is normally sent within seconds; an e-mail that waits this long is late.
LATE = timedelta(minutes=30)
MAX_UNFINISHED = 5
# With these codes the server wants a sign-in or closes; the e-mail is not at fault.
SIGN_IN = frozenset({530, 534, 535, 538})
CLOSING = 421
# RFC 3463: X.7.X concerns security and policy. Mostly the recipient's server does not trust ours,
# and our administrator must act; the recipient's address is right.
POLICY = re.compile(rb"^5\.7\.\d+")


def delivery_fault(error: OSError) -> DeliveryFault:
    """Return the fault of an error raised while handing an e-mail to the mail server."""
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
    # The connection failed, for example because the server closed it.
    return DeliveryFault(name=type(error).__name__, is_server_unavailable=True)


def failure_before(
    *, expires_at: datetime | None, unfinished_attempts: int, at: datetime
) -> MailFailure | None:
    """Return why an e-mail must not be tried at all; ``None`` when it may be tried."""
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
