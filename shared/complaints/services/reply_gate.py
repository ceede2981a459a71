"""Checks of the parts of a reply or a refusal: no part is too short or repeats another part."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shared.complaints.enums import PROMISES
from shared.complaints.errors import (
    ContactTooShort,
    PartRepeated,
    PartTooShort,
    PromisedDayOutside,
    PromiseWithoutText,
)
from shared.complaints.types import DirectionDraft, InterimDraft, RefusalDraft, ReplyDraft
from shared.kernel.errors import InvalidInput
from shared.kernel.text import search_key

# The parts that an officer writes, with their headings; the portal writes the recourse.
PART_LABELS: Mapping[str, Promise] = MappingProxyType(
    {
        "facts": _("What we found"),
        "rule": _("The rule that applies"),
        "decision": _("Our decision"),
        "remedy": _("What will be done"),
        "explanation": _("Explanation"),
        "way_on": _("Where the citizen can turn"),
        "done": _("What was done so far"),
        "delay": _("Why the reply takes longer"),
    }
)
# Each number is half the length of the shortest sentence that officers write in good faith.
MIN_LETTERS: Mapping[str, int] = MappingProxyType(
    {
        "facts": 20,
        "rule": 12,
        "decision": 12,
        "remedy": 12,
        "explanation": 20,
        "way_on": 8,
        "done": 20,
        "delay": 20,
    }
)
# Digits count in these parts, because a phone number or a site's address says how to reach
# somebody.
CONTACT_PARTS = frozenset({"way_on"})
OPTIONAL_PARTS = frozenset({"remedy"})
# Arabic writes no short vowels, so a sentence has three quarters of the letters of a French
# sentence.
ARABIC_SHARE = 0.75
# No citizen should wait longer than this for what a reply promises.
MAX_PROMISE = timedelta(days=730)
_ARABIC = re.compile(r"[\u0600-\u06ff]")
# A repeated group of letters counts once: "abcabcabc" counts as "abc".
_REPEATED = re.compile(r"(.{1,4}?)\1{2,}")
# A contact that says nothing: one sign, or a few letters, repeated. A repeated digit is allowed in
# a number ("0522 22 22 22"), and repeated letters in a site's address ("www").
_EMPTY_CONTACT = re.compile(r"(.)\1*|(\D{1,4}?)\2{2,}")


def part_faults(
    *, parts: Mapping[str, str], labels: Mapping[str, object] = PART_LABELS
) -> list[InvalidInput]:
    """Return the errors of a reply's parts, in their order: at most one error for each part.

    Names that are not in ``PART_LABELS`` are left out, and so is an optional part that is blank.
    ``labels``: the headings under which the officer wrote the parts.
    """
    faults: list[InvalidInput] = []
    seen: dict[str, str] = {}
    for name in PART_LABELS:
        text = parts.get(name)
        if text is None or (name in OPTIONAL_PARTS and not text.strip()):
            continue
        key, is_contact = search_key(text), name in CONTACT_PARTS
        letters = _signs_of_contact(key) if is_contact else _letters_of_prose(key)
        if (needed := _needed(name, letters)) > len(letters):
            error = ContactTooShort if is_contact else PartTooShort
            faults.append(error(field=name, part=labels[name], letters=needed))
        elif key in seen:
            faults.append(PartRepeated(field=name, part=labels[name], other=labels[seen[key]]))
        seen.setdefault(key, name)
    return faults


def promise_faults(
    *, outcome: str, remedy: str, promised_on: date | None, on: date
) -> list[InvalidInput]:
    """Return the errors of a promise, in its day or its text; ``on`` is the day of the reply.

    Returns no error if the reply names no day, or upholds the request neither fully nor partly.
    """
    if promised_on is None or outcome not in PROMISES:
        return []
    faults: list[InvalidInput] = []
    if not on <= promised_on <= on + MAX_PROMISE:
        faults.append(PromisedDayOutside(field="promised_on"))
    if not remedy.strip():
        faults.append(PromiseWithoutText(field="remedy"))
    return faults


def reply_parts_require(
    draft: ReplyDraft | RefusalDraft | DirectionDraft | InterimDraft, *, on: date
) -> None:
    """Raise the first error in the parts of a draft or in its promised day.

    ``on``: the day of the draft. Raises ``PartTooShort``, ``ContactTooShort``, ``PartRepeated``,
    ``PromisedDayOutside`` or ``PromiseWithoutText``.
    """
    faults = part_faults(parts=asdict(draft))
    if isinstance(draft, ReplyDraft):
        faults += promise_faults(
            outcome=draft.outcome, remedy=draft.remedy, promised_on=draft.promised_on, on=on
        )
    if faults:
        raise faults[0]


def _letters_of_prose(key: str) -> str:
    words = {_REPEATED.sub(r"\1", word) for word in key.split()}
    return "".join(filter(str.isalpha, "".join(words)))


def _signs_of_contact(key: str) -> str:
    signs = "".join(filter(str.isalnum, key))
    return "" if _EMPTY_CONTACT.fullmatch(signs) else signs


def _needed(name: str, letters: str) -> int:
    is_arabic = 2 * len(_ARABIC.findall(letters)) > len(letters)
    return round(MIN_LETTERS[name] * (ARABIC_SHARE if is_arabic else 1))
