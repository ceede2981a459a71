"""Narrow a list of cases: by officer, unit, organisation, category, label, place, dates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, CharField, Func, Q, TextField, Value
from django.db.models.functions import Cast, Lower
from django.db.models.lookups import Contains, Regex

from shared.complaints.models.full_text_search import word_forms, word_stem
from shared.kernel import clock
from shared.units.selectors import units
from shared.units.types import UnitScope, with_descendants

# Of the units: cases that belong to none of them, but to the agency as a whole.
NO_UNIT = -1
# Letters that people write in place of one another, in names of places: each with those it means.
_WRITTEN = "àâäáãéèêëíìîïóòôöõúùûüçñýأإآٱىیةھهەگڭکپڤؤئ"
_MEANT = "aaaaaeeeeiiiiooooouuuucnyااااييههههكككبفوي"
_SAME = str.maketrans(_WRITTEN, _MEANT)
# Marks between Arabic letters that few people write.
_MARKS = "ًٌٍَُِّْـء"
MAX_PLACE_WORDS = 6
# The columns that a filter compares with one value as it is, by the names of the filter's fields.
EQUAL: Mapping[str, str] = {
    "organisation_code": "organisation_code",
    "category_code": "category_code",
    "kind": "kind",
    "language": "language",
    "channel": "channel",
    "officer_id": "assignee_id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases of a list are shown; blank, zero or ``None`` for all of them.

    ``unit_id``: of that unit and the units below it, or ``NO_UNIT``. ``place``: words of the place
    that the citizen named, or their beginnings. ``received_from`` and ``received_to``: civil days,
    both included.
    """

    organisation_code: str = ""
    category_code: str = ""
    kind: str = ""
    language: str = ""
    channel: str = ""
    officer_id: int = 0
    unit_id: int = 0
    label_id: int = 0
    place: str = ""
    received_from: date | None = None
    received_to: date | None = None

    def __bool__(self) -> bool:
        return bool(self.columns)

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields in which it has a value."""
        return tuple(name for name in self.__slots__ if getattr(self, name))


EVERYTHING = CaseFilter()


def filter_condition(only: CaseFilter) -> Q:
    """Return which cases a filter lets through; a query for the tree of units where it names a
    unit.
    """
    equal = {column: getattr(only, name) for name, column in EQUAL.items() if getattr(only, name)}
    condition = Q(**equal)
    if only.unit_id:
        condition &= _of_unit(only.unit_id)
    if only.label_id:
        condition &= Q(label_ids__contains=[only.label_id])
    for word in place_words(only.place):
        condition &= _has_place_word(word)
    if only.received_from:
        condition &= Q(received_at__gte=clock.midnight(only.received_from))
    if only.received_to:
        condition &= Q(received_at__lt=clock.midnight(only.received_to + timedelta(days=1)))
    return condition


def units_condition(unit_ids: str, user_id: int) -> Q:
    """Return cases of these units (``scope_text``), and those that are assigned to the officer."""
    return Q(is_one_of("unit_id", unit_ids)) | Q(assignee_id=user_id)


def scope_text(scope: UnitScope) -> str:
    """Return the units of a scope (``array_text``); "" for the whole agency."""
    return "" if scope.unit_ids is None else array_text(scope.unit_ids)


def array_text(numbers: Iterable[int]) -> str:
    """Return the numbers as PostgreSQL writes an array: however many, a text has one place in a
    query.
    """
    return f"{{{','.join(map(str, sorted(numbers)))}}}"


def is_one_of(column: str, array: str) -> Func:
    """Return whether a column is one of these numbers (``array_text``)."""
    numbers = Cast(Value(array, CharField()), ArrayField(BigIntegerField()))
    return Func(
        column,
        numbers,
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def _of_unit(unit_id: int) -> Q:
    if unit_id == NO_UNIT:
        return Q(unit_id=None)
    parents = {unit.id: unit.parent_id for unit in units()}
    return Q(unit_id__in=sorted(with_descendants([unit_id], parents)))


def place_words(text: str) -> list[str]:
    """Return what is looked for in a place, letter by letter as people mean it, without any sign.

    An Arabic noun without its article: people write places with it and without.
    """
    bare = "".join(one for one in text.lower() if one not in _MARKS).translate(_SAME)
    words = "".join(one if one.isalnum() else " " for one in bare).split()
    return [word_stem(word) for word in words[:MAX_PLACE_WORDS]]


def _has_place_word(word: str) -> Q:
    """Return whether a word of the place begins so: as the search has it, which finds it among all
    cases.

    That the place has these letters at all is asked first: it takes a tenth of the time.
    """
    place = _folded_place(word)
    forms = "|".join(form.removesuffix(word) for form in word_forms(word))
    begins = Regex(place, rf"(^|[^[:alnum:]])({forms}){word}")
    return Q(Contains(place, word)) & Q(begins)


def _folded_place(word: str) -> Func:
    """Return the place with those letters folded that the word has: each costs time in every
    row.
    """
    pairs = [(one, meant) for one, meant in zip(_WRITTEN, _MEANT, strict=True) if meant in word]
    written, meant = (
        ("".join(letters) for letters in zip(*pairs, strict=True)) if pairs else ("", "")
    )
    # What has no counterpart at the end is left out.
    marks = "" if word.isascii() else _MARKS
    return Func(
        Lower("place"),
        Value(written + marks),
        Value(meant),
        function="translate",
        output_field=TextField(),
    )


def equal_filter(columns: tuple[str, ...], values: Mapping[str, Any]) -> CaseFilter:
    """Return the filter on these columns alone: a statement is written for each choice of them."""
    return CaseFilter(**{name: values[name] for name in columns})
