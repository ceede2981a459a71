"""Parser of numbers as people type them."""

import re
import unicodedata
from decimal import Decimal

from shared.kernel.errors import InvalidInput
from shared.kernel.text import latin_digits

MAX_TYPED_LENGTH = 40
LARGEST = Decimal(999_999_999_999)

_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_CURRENCY = re.compile(r"(dirhams?|dhs?|mad|درهما?|دراهم)\.?$", re.IGNORECASE)
# Digits in groups of three, or digits without groups, then at most two decimals.
_GROUPED = re.compile(r"(\d{1,3}(?:[.,٬'’]\d{3})+)(?:[.,٫](\d{1,2}))?")
_PLAIN = re.compile(r"(\d+)(?:[.,٫](\d{1,2}))?")


class InvalidNumber(InvalidInput):
    """The error for a text that is no number of at most two decimals, or is too large."""


def number_parse(text: str) -> Decimal:
    """Return the number in ``1 500,50``, ``1.500``, ``١٥٠٠٫٥`` or ``1500 DH``, never negative.

    A number has at most two decimals; three digits after a comma or a point are thousands. Raises
    ``InvalidNumber``.
    """
    typed = unicodedata.normalize("NFKC", text[: MAX_TYPED_LENGTH + 1])
    seen = "".join(char for char in typed if unicodedata.category(char) != "Cf")
    bare = _CURRENCY.sub("", _SPACES.sub("", latin_digits(seen)))
    found = _GROUPED.fullmatch(bare) or _PLAIN.fullmatch(bare)
    if found is None or len(text) > MAX_TYPED_LENGTH:
        raise InvalidNumber
    whole, decimals = re.sub(r"\D", "", found[1]), found[2] or "0"
    number = Decimal(f"{whole}.{decimals}")
    if number > LARGEST:
        raise InvalidNumber
    return number


def number_kept(number: Decimal) -> str:
    """Return a number as the database stores numbers: ``1500.5``, ``200``."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
