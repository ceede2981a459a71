"""What people, scripts and attackers type: every field must take it or refuse it in words."""

from collections.abc import Iterable
from typing import Any

import pytest

LONG = "x" * 10_241
MARKS = "ا" + "\u064b" * 10_000
ARABIC_DECOMPOSED = "ال\u0627\u0653داب العامة في الإدارة المغربية"

TEXTS_TO_REFUSE = {
    "empty": "",
    "one character": "x",
    "10 kB": LONG,
    "half a megabyte": "x" * 500_000,
    "NUL": "The lamp is out\x00 since March and children fall.",
    "only zero width": "\u200b\u200d\u200e\u202e" * 10,
    "combining marks": MARKS,
    "only spaces": " \t\u00a0\u3000" * 20,
}
TEXTS_TO_TAKE = {
    "right to left override": "The lamp \u202eis out since March and children fall.",
    "decomposed Arabic": ARABIC_DECOMPOSED,
    "Tifinagh": "ⴰⵣⵓⵍ ⴼⵍⵍⴰⵡⵏ ⴰⵎⴽ ⵜⵍⵍⴰⵎ ⴰⵢⵜⵎⴰ",
    "emoji with joiners": "👨‍👩‍👧‍👦 " * 20,
    "line ends": "one line\r\nanother line\rand a third line\u2028and a fourth one",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "templates": "{{ 7*7 }} {% debug %} %s ${jndi:ldap://x} #{x}",
    "spreadsheet": '=HYPERLINK("http://x";"y")+cmd|\' /C calc\'!A0',
    "SQL": "'; DROP TABLE complaints_complaint; --  and more words",
    "log lines": "harmless\n[ERROR] admin logged in from nowhere\x1b[31m",
}
EMAILS_TO_TAKE = (
    "plus+tag@example.ma",
    "first.last@example.co.ma",
    "PERSON@EXAMPLE.MA",
    "o'hara@example.ma",
    '"quoted"@example.ma',
    "someone@مثال.إختبار",
    f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.ma",
)
EMAILS_TO_REFUSE = (
    "nobody",
    "two@@example.ma",
    "a@b@example.ma",
    "person@example.ma.",
    "person@example.ma\r\nBcc: x@example.ma",
    "person@example.ma\nx",
    "per son@example.ma",
    '"quoted local"@example.ma',
    "person@",
    "@example.ma",
    "a\x00b@example.ma",
    f"{'a' * 250}@example.ma",
)
PHONES_TO_TAKE = {
    "0612345678": "+212612345678",
    "06 12 34 56 78": "+212612345678",
    "+212 6 12-34-56-78": "+212612345678",
    "00212612345678": "+212612345678",
    "+212 (0)6 12 34 56 78": "+212612345678",
    "٠٦١٢٣٤٥٦٧٨": "+212612345678",
    "۰۶۱۲۳۴۵۶۷۸": "+212612345678",
    "0522 98 76 54": "+212522987654",
    "+33 6 12 34 56 78": "+33612345678",
}
PHONES_TO_REFUSE = ("12", "06123456789", "O612345678", "+212012345678", "abc", "+", "٣" * 39)
NATIONAL_IDS_TO_TAKE = {"ab 123456": "AB123456", "A٢٣٤٥٦٧": "A234567", "BK-99": "BK99"}
NATIONAL_IDS_TO_REFUSE = ("A", "AB12'; --", "123", "AB123456<b>", "ABCDE1")
NAMES_TO_TAKE = (
    "Moha",
    "م",
    "O'Brien-El Fassi",
    "فاطمة Zahra",
    "ن" * 120,
    "Robert'); DROP TABLE Students;--",
)
NAMES_TO_REFUSE = ("ن" * 121, "\u200b\u200b", "a\x00b")

# One text of each class: the others are tried at the fields themselves, and here by turns.
OF_EACH_CLASS = {"empty", "10 kB", "NUL", "only zero width", "decomposed Arabic", "markup"}


def by_class(*kinds: Iterable[str]) -> list[Any]:
    """Kinds of texts for ``parametrize``: all but one of each class have the mark ``slow``."""
    return [
        pytest.param(kind, marks=[] if kind in OF_EACH_CLASS else pytest.mark.slow)
        for one in kinds
        for kind in one
    ]
