"""Messages for users when the domain refuses an action, for pages and for the REST interface.

An error class may have its own sentence. The sentences of the kernel's errors are in this package,
because the kernel does not import Django.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from shared.kernel.errors import (
    DomainError,
    InvalidInput,
    NotAllowed,
    NotFound,
    TooManyAttempts,
    TryLater,
    Unidentified,
)
from shared.ui.file_messages import FILE_MESSAGES

MESSAGES: Mapping[str, Promise] = {
    **FILE_MESSAGES,
    "refused": gettext_lazy("This cannot be done."),
    "not_found": gettext_lazy("There is nothing at this address."),
    "not_allowed": gettext_lazy("You are not allowed to do this."),
    "invalid": gettext_lazy("This value cannot be understood. Check it and try again."),
    "conflict": gettext_lazy("This cannot be done as things stand now."),
    "try_later": gettext_lazy("This is not possible just now. Try again in a few minutes."),
    "too_many_attempts": gettext_lazy("There were too many attempts. Wait a while and try again."),
    "invalid_reference": gettext_lazy(
        "This is not a reference that we gave. Read the number again: it has 16 digits, "
        "and one of them is wrong or missing."
    ),
    "invalid_receipt_code": gettext_lazy(
        "A receipt code has 16 digits. Read it again on your receipt."
    ),
    "invalid_phone": gettext_lazy(
        "Write a telephone number like 0612345678, or +33612345678 from abroad."
    ),
    "contact_missing": gettext_lazy(
        "Enter an e-mail address or a telephone number: one of the two is needed."
    ),
    "invalid_national_id": gettext_lazy(
        "Write the identity number as it stands on the card, like AB123456."
    ),
    "invalid_number": gettext_lazy(
        "Write a number of zero or more in digits, like 1500 or 1500.50, without any other sign."
    ),
    "invalid_day": gettext_lazy(
        "There is no such day. Write the day and the month as on a calendar, and the year in four "
        "digits, like 7 3 2026."
    ),
    "day_incomplete": gettext_lazy("Give the day, the month and the year, or leave all three out."),
    "hijri_day": gettext_lazy(
        "This is a day of the Hijri calendar. Write it as in the civil calendar: "
        "the years 1447 and 1448 of the Hijra fall in 2026."
    ),
    "day_too_early": gettext_lazy("Write a day after the year 1900."),
    "day_in_future": gettext_lazy("This day has not come yet. Write the day on which it happened."),
}


def refusal_message(refusal: DomainError) -> str:
    """Return the sentence for a refusal, in the active language.

    The text of the exception is never shown, because it is for the logs.
    """
    if isinstance(refusal, InvalidInput) and refusal.field_sentences:
        return str(refusal.field_sentences.get(refusal.field or "", refusal.sentence))
    if isinstance(refusal, TooManyAttempts) and refusal.code == TooManyAttempts.code:
        return _("There were too many attempts. Try again in %(minutes)d min.") % {
            "minutes": -(-refusal.retry_after // 60)
        }
    if refusal.values:
        return str(refusal.sentence) % refusal.values
    return code_message(refusal.code)


def code_message(code: str) -> str:
    """Return the message of a refusal of which only the code is stored, in the active language."""
    refusal = DomainError.by_code.get(code, DomainError)
    return str(
        refusal.general_sentence or refusal.sentence or MESSAGES.get(code) or MESSAGES["refused"]
    )


def file_refusal_message(name: str, refusal: DomainError) -> str:
    """Return the message for one of several files: the name of the file, then the refusal."""
    # Without the Unicode isolates, a name in a script of the other direction would move the colon.
    return _("%(name)s: %(refusal)s") % {
        "name": f"\u2068{name}\u2069",
        "refusal": refusal_message(refusal),
    }


STATUSES: Mapping[type[DomainError], int] = {
    Unidentified: 401,
    NotFound: 404,
    NotAllowed: 403,
    InvalidInput: 400,
    TooManyAttempts: 429,
    TryLater: 503,
}


def refusal_status(refusal: DomainError) -> int:
    """Return the HTTP status for a refusal; 409 if no other status fits."""
    return next((STATUSES[kind] for kind in STATUSES if isinstance(refusal, kind)), 409)


def refusal_error(refusal: DomainError) -> ValidationError:
    """Return a domain error as the error of a form."""
    return ValidationError(refusal_message(refusal), code=refusal.code)


@contextmanager
def refusals_as_form_errors(
    *, only: tuple[type[DomainError], ...] = (InvalidInput,)
) -> Iterator[None]:
    """Convert errors of the classes in ``only`` into ``ValidationError``."""
    try:
        yield
    except only as refusal:
        raise refusal_error(refusal) from None


@contextmanager
def refusals_beside(
    form: BaseForm,
    *,
    field: str | None = None,
    only: tuple[type[DomainError], ...] = (DomainError,),
) -> Iterator[None]:
    """Add a domain error to the form: at its own field, else at ``field``, else to the whole form.

    After an error the rest of the block is skipped; ``form.errors`` has the message, and
    ``form.refusal`` is the error. Errors that are not in ``only`` are not caught: the user gets the
    error page of their HTTP status.
    """
    try:
        yield
    except only as refusal:
        form.refusal = refusal  # type: ignore[attr-defined]
        blamed = getattr(refusal, "field", None) or field
        form.add_error(blamed if blamed in form.fields else None, refusal_error(refusal))
