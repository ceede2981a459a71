"""Parser of a day that people type in three boxes."""

import re
import unicodedata
from datetime import date

from shared.kernel.errors import InvalidInput
from shared.kernel.text import latin_digits, search_key

MAX_TYPED_LENGTH = 20
FIRST_YEAR = 1900
# A letter on paper dated by the lunar calendar has the year 1447 for 2026.
HIJRI_YEARS = range(1300, 1500)

_MONTHS = (
    "1 يناير janvier january",
    "2 فبراير février february",
    "3 مارس mars march",
    "4 أبريل إبريل avril april",
    "5 ماي مايو mai may",
    "6 يونيو juin june",
    "7 يوليوز يوليو juillet july",
    "8 غشت أغسطس août august",
    "9 شتنبر سبتمبر septembre september",
    "10 أكتوبر octobre october",
    "11 نونبر نوفمبر novembre november",
    "12 دجنبر ديسمبر décembre december",
)
_NAMES = {
    search_key(name): number
    for number, line in enumerate(_MONTHS, start=1)
    for name in line.split()[1:]
}
_HIJRI_MONTHS = re.compile(
    search_key("محرم") + "|صفر|ربيع|جمادي|رجب|شعبان|رمضان|شوال|ذو ?ال|ذي ?ال|"
    "mo?u?harram|safar|rabi|joumada|jumada|rajab|cha?a?bane|sha?a?ban|ramadan|chawal|shawwal|"
    r"do?h?u? ?al|dou al"
)
MIN_NAME_LENGTH = 3


class DayIncomplete(InvalidInput):
    """The error for a day with an empty box among the three boxes."""


class InvalidDay(InvalidInput):
    """The error for texts that do not name an existing day."""


class HijriDay(InvalidInput):
    """The error for a day of the lunar calendar, whose civil day depends on the country."""


class DayTooEarly(InvalidInput):
    """The error for a day before 1900, which is a typing error or too old to examine."""


class DayInFuture(InvalidInput):
    """The error for a future day of something that has already happened."""


def day_parse(*, day: str, month: str, year: str) -> date:
    """Return the day typed in three boxes; the digits may be of any script, the month a name.

    Raises ``DayIncomplete``, ``HijriDay``, ``InvalidDay``, ``DayTooEarly``.
    """
    boxes = [_bare(box) for box in (day, month, year)]
    if not all(boxes):
        raise DayIncomplete
    if _HIJRI_MONTHS.match(search_key(boxes[1])) or _number(boxes[2]) in HIJRI_YEARS:
        raise HijriDay
    try:
        found = date(_number(boxes[2], least=4), _month(boxes[1]), _number(boxes[0]))
    except ValueError:
        raise InvalidDay from None
    if found.year < FIRST_YEAR:
        raise DayTooEarly
    return found


def _month(text: str) -> int:
    """Return the number (1 to 12) of a typed month; 0 for another text."""
    key = search_key(text)
    if key.isdigit():
        return _number(key)
    if key in _NAMES:
        return _NAMES[key]
    # "sept" and "déc" are accepted; an abbreviation that fits two months is not.
    meant = {number for name, number in _NAMES.items() if name.startswith(key)}
    return meant.pop() if len(meant) == 1 and len(key) >= MIN_NAME_LENGTH else 0


def _number(text: str, *, least: int = 1) -> int:
    """Return the number in a text of ``least`` to four digits; 0 for another text."""
    return int(text) if re.fullmatch(rf"[0-9]{{{least},4}}", text) else 0


def _bare(text: str) -> str:
    if len(text) > MAX_TYPED_LENGTH:
        raise InvalidDay
    typed = unicodedata.normalize("NFKC", text)
    seen = "".join(char for char in typed if unicodedata.category(char) not in {"Cf", "Cc", "Cs"})
    return latin_digits(seen).strip()
