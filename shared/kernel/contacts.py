"""Parsers of typed telephone numbers and identity numbers, and lists of mailbox providers."""

import re
import unicodedata

import phonenumbers

from shared.kernel.errors import InvalidInput
from shared.kernel.text import latin_digits

MAX_TYPED_LENGTH = 60

_FILLING = re.compile(r"[\s().\-/·•_]+")
_DIALLED = re.compile(r"[+0]\d+")
_MOROCCAN = re.compile(r"[5-8]\d{8}")
_MOROCCO = 212
_NATIONAL_ID = re.compile(r"[A-Z]{1,4}\d{1,10}|\d{6,15}")

# A part of the addresses that Django's ``EmailValidator`` accepts: no quotes, only ASCII letters.
_PLAIN_EMAIL = re.compile(
    r"[0-9A-Za-z_+-]{1,64}(?:\.[0-9A-Za-z_+-]{1,64}){0,9}"
    r"@(?:[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?\.){1,9}[A-Za-z]{2,63}"
)

# Only the usual domains, because no list is complete. An address is proved when its mailbox
# answers.
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

# Domains at which anybody can open a mailbox in a minute, so that an address proves a person, but
# no institution.
_FREE_NAMES = re.compile(
    r"(gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|rocketmail|aol|gmx|icloud|yandex"
    r"|protonmail|zoho|tutanota|tuta)\.(com|fr|ma|net|org|de|es|it|be|ch|ca|ru|me|io|eu|co\.uk|at)"
)
FREE_MAILBOXES = frozenset(
    {
        *("mail.com", "email.com", "me.com", "mac.com", "proton.me", "pm.me", "fastmail.com"),
        *("mail.ru", "inbox.ru", "list.ru", "bk.ru", "ya.ru", "qq.com", "163.com", "126.com"),
        *("laposte.net", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "neuf.fr", "bbox.fr"),
        *("menara.ma", "iam.net.ma", "wanadoo.net.ma", "inwi.ma", "web.de", "t-online.de"),
        *("maktoob.com", "hushmail.com", "inbox.com", "usa.com", "hotmail.fr", "libero.it"),
    }
)


class InvalidPhone(InvalidInput):
    """The error for a text that is neither a Moroccan nor an international number."""


class ContactMissing(InvalidInput):
    """The error for a person with neither an e-mail address nor a telephone number."""


class InvalidNationalId(InvalidInput):
    """The error for a text without the form of an identity number."""


def phone_parse(text: str) -> str:
    """Return a number as ``+212612345678`` (E.164) from 06..., +212 ..., 00212 ..., Arabic digits.

    A number of another country needs its ``+`` or ``00``. Ranges of numbers are not checked,
    because owners of new ranges would be refused. Raises ``InvalidPhone``.
    """
    bare = _bare(text)
    # The library would read letters as telephone keys, and a foreign number without its prefix as a
    # Moroccan number.
    if not _DIALLED.fullmatch(bare):
        raise InvalidPhone(field="phone")
    try:
        number = phonenumbers.parse(bare, "MA")
    except phonenumbers.NumberParseException:
        raise InvalidPhone(field="phone") from None
    is_known = number.country_code != _MOROCCO or _MOROCCAN.fullmatch(str(number.national_number))
    if not is_known or not phonenumbers.is_possible_number(number):
        raise InvalidPhone(field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national_id_parse(text: str) -> str:
    """Return an identity number in capitals without spaces, as on the card: ``AB123456``.

    Raises ``InvalidNationalId``.
    """
    number = _bare(text).upper()
    if not _NATIONAL_ID.fullmatch(number):
        raise InvalidNationalId(field="national_id")
    return number


def _bare(text: str) -> str:
    typed = unicodedata.normalize("NFKC", text[:MAX_TYPED_LENGTH])
    seen = "".join(char for char in typed if unicodedata.category(char) != "Cf")
    return _FILLING.sub("", latin_digits(seen))


def is_plain_email(text: str) -> bool:
    """Return whether a text is an e-mail address of a usual form, which needs no other check."""
    return _PLAIN_EMAIL.fullmatch(text) is not None


def is_disposable(email: str) -> bool:
    """Return whether an address is of a disposable mailbox, which anybody can read."""
    domain = email.rpartition("@")[2].strip().casefold()
    return any(domain == one or domain.endswith(f".{one}") for one in DISPOSABLE)


def is_free_mailbox(email: str) -> bool:
    """Return whether anybody may open a mailbox at the domain of an address."""
    domain = email.rpartition("@")[2].strip().casefold()
    return domain in FREE_MAILBOXES or _FREE_NAMES.fullmatch(domain) is not None
