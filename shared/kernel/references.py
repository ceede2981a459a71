"""The public reference of a request, and its secret receipt code.

A reference is 14 random digits and 2 check digits (ISO 7064, MOD 97-10), which detect every wrong
digit, every swap of neighbours and every swap of two digits around a third digit. A reference
contains no year, agency or count of complaints.
"""

import secrets
import unicodedata

from shared.kernel.errors import InvalidInput

BODY_DIGITS = 14
LENGTH = BODY_DIGITS + 2
GROUP = 4
OFFER_DIGITS = 10
CODE_GROUP = 2
# The pattern that the database requires of a stored reference: digits without spaces.
PATTERN = rf"^[0-9]{{{LENGTH}}}$"
# Unicode categories of characters that people put between groups of digits.
_SPACES = frozenset({"Zs", "Cf", "Pd", "Cc"})


class InvalidReference(InvalidInput):
    """The error for a text that is no reference: too short, too long, or with a wrong digit."""


class InvalidReceiptCode(InvalidInput):
    """The error for a text that is not sixteen digits."""


def reference_make() -> str:
    """Return a new random reference; 10^14 references are possible."""
    body = f"{secrets.randbelow(10**BODY_DIGITS):0{BODY_DIGITS}d}"
    return body + check_digits(body)


def check_digits(body: str) -> str:
    """Return the two check digits for the digits in ``body`` (ISO 7064 MOD 97-10)."""
    return f"{98 - int(body) * 100 % 97:02d}"


def reference_parse(text: str) -> str:
    """Return the digits of a typed reference; spaces, dashes and Arabic-Indic digits are accepted.

    Raises ``InvalidReference``.
    """
    digits = _digits(text)
    if len(digits) != LENGTH or int(digits) % 97 != 1:
        raise InvalidReference(field="reference")
    return digits


def receipt_code_parse(text: str) -> str:
    """Return the sixteen digits of a typed receipt code. Raises ``InvalidReceiptCode``."""
    digits = _digits(text)
    if len(digits) != LENGTH:
        raise InvalidReceiptCode(field="receipt_code")
    return digits


def offer_number_make() -> str:
    """Return a new number of an offer: ``T`` and twelve digits; 10^10 numbers are possible."""
    body = f"{secrets.randbelow(10**OFFER_DIGITS):0{OFFER_DIGITS}d}"
    return f"T{body}{check_digits(body)}"


def offer_number_group(number: str) -> str:
    """Return an offer's number as ``T 1234 5678 9012``, for pages, in a left-to-right element."""
    return " ".join([number[:1], *_groups(number[1:], GROUP)])


def digits_of(text: str) -> str:
    """Return all digits of a text, of any script, as one string of ASCII digits."""
    values = (unicodedata.digit(one, None) for one in unicodedata.normalize("NFKC", text))
    return "".join(str(value) for value in values if value is not None)


def reference_group(reference: str) -> str:
    """Return a reference as ``1234 5678 9012 3456``, only for pages, in a left-to-right element."""
    return " ".join(_groups(reference, GROUP))


def receipt_code_group(code: str) -> str:
    """Return a receipt code as ``12-34-56-78-90-12-34-56``, a form that is unlike a reference."""
    return "-".join(_groups(code, CODE_GROUP))


def _groups(digits: str, size: int) -> list[str]:
    return [digits[i : i + size] for i in range(0, len(digits), size)]


def _digits(text: str) -> str:
    # ``int()`` alone would accept Arabic-Indic digits, but only ASCII digits are stored. A long
    # text is cut, because nobody types 200 characters.
    kept = []
    for character in unicodedata.normalize("NFKC", text[:200]):
        value = unicodedata.digit(character, None)
        if value is not None:
            kept.append(str(value))
        elif character not in "-._/" and unicodedata.category(character) not in _SPACES:
            return ""
    return "".join(kept)
