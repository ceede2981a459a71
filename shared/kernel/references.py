"""The complaint's public number and its secret half.

A reference is 14 random digits and 2 check digits (ISO 7064, MOD 97-10): every single wrong digit,
every swap of neighbours and every jump swap is caught before the database is asked. It says nothing
of the year, the agency or how many complaints there are.
"""

import secrets
import unicodedata

from shared.kernel.errors import InvalidInput

BODY_DIGITS = 14
LENGTH = BODY_DIGITS + 2
GROUP = 4
OFFER_DIGITS = 10
CODE_GROUP = 2
# For PostgreSQL: whoever may write a row may not write it about no request, or another spelling.
PATTERN = rf"^[0-9]{{{LENGTH}}}$"
# Categories of what people put between the groups of digits.
_SPACES = frozenset({"Zs", "Cf", "Pd", "Cc"})


class InvalidReference(InvalidInput):
    """Not a number that this portal can have given: too short, too long, or a digit is wrong."""


class InvalidReceiptCode(InvalidInput):
    """Not sixteen digits."""


def reference_make() -> str:
    """Return sixteen digits, from the system's random source; 10^14 are possible."""
    body = f"{secrets.randbelow(10**BODY_DIGITS):0{BODY_DIGITS}d}"
    return body + check_digits(body)


def check_digits(body: str) -> str:
    """Return the two digits that make the whole number leave 1 when divided by 97 (ISO 7064 MOD
    97-10).
    """
    return f"{98 - int(body) * 100 % 97:02d}"


def reference_parse(text: str) -> str:
    """Return the sixteen digits in what a person typed: spaces, dashes, Arabic-Indic digits are
    welcome.

    Raises ``InvalidReference``.
    """
    digits = _digits(text)
    if len(digits) != LENGTH or int(digits) % 97 != 1:
        raise InvalidReference(field="reference")
    return digits


def receipt_code_parse(text: str) -> str:
    """Return the sixteen digits of a receipt code as typed. Raises ``InvalidReceiptCode``."""
    digits = _digits(text)
    if len(digits) != LENGTH:
        raise InvalidReceiptCode(field="receipt_code")
    return digits


def offer_number_make() -> str:
    """``T`` and twelve digits, which nobody takes for a reference; 10^10 are possible."""
    body = f"{secrets.randbelow(10**OFFER_DIGITS):0{OFFER_DIGITS}d}"
    return f"T{body}{check_digits(body)}"


def offer_number_group(number: str) -> str:
    """``T 1234 5678 9012``: for pages only, inside an isolated left-to-right run."""
    return " ".join([number[:1], *_groups(number[1:], GROUP)])


def digits_of(text: str) -> str:
    """Return every digit in a text, however it is written, one after the other."""
    values = (unicodedata.digit(one, None) for one in unicodedata.normalize("NFKC", text))
    return "".join(str(value) for value in values if value is not None)


def reference_group(reference: str) -> str:
    """``1234 5678 9012 3456``: for pages only, inside an isolated left-to-right run."""
    return " ".join(_groups(reference, GROUP))


def receipt_code_group(code: str) -> str:
    """``12-34-56-78-90-12-34-56``: another shape than a reference, so that nobody mixes them up."""
    return "-".join(_groups(code, CODE_GROUP))


def _groups(digits: str, size: int) -> list[str]:
    return [digits[i : i + size] for i in range(0, len(digits), size)]


def _digits(text: str) -> str:
    # int() alone would accept Arabic-Indic digits but the stored form must be ASCII, or the
    # same number would have several spellings. A long text is cut: nobody types 200 characters.
    kept = []
    for character in unicodedata.normalize("NFKC", text[:200]):
        value = unicodedata.digit(character, None)
        if value is not None:
            kept.append(str(value))
        elif character not in "-._/" and unicodedata.category(character) not in _SPACES:
            return ""
    return "".join(kept)
