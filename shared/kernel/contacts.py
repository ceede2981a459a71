"""How people write a telephone number and an identity number, and the one form that is stored."""

import re
import unicodedata

from shared.kernel.errors import InvalidInput
from shared.kernel.text import latin_digits

LONGEST_TYPED = 60

_FILLING = re.compile(r"[\s().\-/·•_]+")
_INTERNATIONAL = re.compile(r"\+[1-9]\d{7,14}")
_MOROCCAN = re.compile(r"\+212[5-8]\d{8}")
_NATIONAL_ID = re.compile(r"[A-Z]{1,4}\d{1,10}|\d{6,15}")

# The usual ones; a list can never be complete. What counts is that both mailboxes answer.
DISPOSABLE = frozenset(
    {
        "10minutemail.com",
        "dispostable.com",
        "emailondeck.com",
        "getnada.com",
        "guerrillamail.com",
        "maildrop.cc",
        "mailinator.com",
        "moakt.com",
        "mohmal.com",
        "sharklasers.com",
        "temp-mail.org",
        "tempmail.com",
        "throwawaymail.com",
        "trashmail.com",
        "yopmail.com",
    }
)


class InvalidPhone(InvalidInput):
    """Neither a Moroccan number nor an international one."""

    code = "invalid_phone"


class InvalidNationalId(InvalidInput):
    """Not the shape of an identity number."""

    code = "invalid_national_id"


def phone_parse(text: str) -> str:
    """The number as ``+212612345678`` (E.164): 06..., +212 ..., 00212 ..., Arabic digits, dashes.

    A number of another country needs its ``+`` or ``00``. Raises ``InvalidPhone``.
    """
    bare = _bare(text)
    number = re.sub(r"^00", "+", bare)
    if number.startswith("0"):
        number = f"+212{number[1:]}"
    # People write +212 (0)6 12 34 56 78.
    number = re.sub(r"^\+2120", "+212", number)
    shape = _MOROCCAN if number.startswith("+212") else _INTERNATIONAL
    if not shape.fullmatch(number):
        raise InvalidPhone(field="phone")
    return number


def national_id_parse(text: str) -> str:
    """The number in capitals without spaces, as on the card: ``AB123456``.

    Raises ``InvalidNationalId``.
    """
    number = _bare(text).upper()
    if not _NATIONAL_ID.fullmatch(number):
        raise InvalidNationalId(field="national_id")
    return number


def _bare(text: str) -> str:
    typed = unicodedata.normalize("NFKC", text[:LONGEST_TYPED])
    seen = "".join(char for char in typed if unicodedata.category(char) != "Cf")
    return _FILLING.sub("", latin_digits(seen))


def is_disposable(email: str) -> bool:
    """Whether an address is of a mailbox that anybody can read and that is gone tomorrow."""
    domain = email.rpartition("@")[2].strip().casefold()
    return any(domain == one or domain.endswith(f".{one}") for one in DISPOSABLE)
