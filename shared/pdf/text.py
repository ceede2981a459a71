"""Preparation of texts for PDF documents."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import fontpkg_ibm_plex_sans_arabic as package

from shared.kernel.text import clean_text

FONTS = Path(package.ROOT) / "files"
WEIGHTS = ("IBMPlexSansArabic-Regular.ttf", "IBMPlexSansArabic-Bold.ttf")

ISOLATE = "\N{FIRST STRONG ISOLATE}"
END_ISOLATE = "\N{POP DIRECTIONAL ISOLATE}"
# Control characters of the text direction, with which a name could change the order of the letters
# around the name.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_GUIDES = frozenset("\u200c\u200d\u200e\u200f\u061c\u2066\u2067\u2068\u2069")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def printable(text: str) -> str:
    """Return a text in which characters without a glyph are replaced, for example by ``[U+1F600]``.

    The PDF standard forbids characters without a glyph, so rendering would fail.
    """
    cleaned = clean_text(text).replace("\t", " ")
    return cleaned if _drawn().issuperset(cleaned) else "".join(_as_drawn(sign) for sign in cleaned)


def isolated(name: str) -> str:
    """Return a name between isolates, so that it does not change the direction of other text."""
    return f"{ISOLATE}{_TURNING.sub('', name)}{END_ISOLATE}"


def direction(text: str, *, language: str) -> str:
    """Return the direction of a text, ``rtl`` or ``ltr``.

    The first character with a direction decides; without such a character, the language decides.
    """
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in _RIGHT_TO_LEFT:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "rtl" if language == "ar" else "ltr"


def lines(text: str, *, language: str) -> list[dict[str, str | bool]]:
    """Return the lines of a text that are not blank, with the direction of each line.

    ``gap`` is true for a line after a blank line.
    """
    found: list[dict[str, str | bool]] = []
    gap = False
    for line in printable(text).split("\n"):
        if line.strip():
            way = direction(line, language=language)
            found.append({"text": line, "direction": way, "gap": gap and bool(found)})
        gap = not line.strip()
    return found


def _as_drawn(sign: str) -> str:
    if sign in _drawn():
        return sign
    category = unicodedata.category(sign)
    if category in {"Zs", "Zl", "Zp"}:
        return " "
    # Invisible characters, for example soft hyphens, are left out.
    if category == "Cf" or "\ufe00" <= sign <= "\ufe0f":
        return ""
    plain = unicodedata.normalize("NFKC", sign)
    return plain if _drawn().issuperset(plain) else f"[U+{ord(sign):04X}]"


@lru_cache(maxsize=1)
def _drawn() -> frozenset[str]:
    """Return the allowed characters: the glyphs of both fonts, line ends, and direction marks."""
    letters = (chr(number) for number in set.intersection(*map(_signs_of, WEIGHTS)))
    seen = {sign for sign in letters if unicodedata.category(sign) not in {"Cc", "Cf", "Co"}}
    return frozenset(seen | _GUIDES | {"\n"})


def _signs_of(weight: str) -> set[int]:
    # The import is here because it takes long, and most processes make no PDF.
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(FONTS / weight, lazy=True) as font:
        return set(font.getBestCmap())
