"""Filters of a list of cases: officer, unit, organisation, category, label, place, dates."""

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

# Value of ``unit_id`` for cases that belong to the agency as a whole.
NO_UNIT = -1
# Letters that people confuse in names of places, and the letters to use instead.
_WRITTEN = "àâäáãéèêëíìîïóòôöõúùûüçñýأإآٱىیةھهەگڭکپڤؤئ"
_MEANT = "aaaaaeeeeiiiiooooouuuucnyااااييههههكككبفوي"
_SAME = str.maketrans(_WRITTEN, _MEANT)
# Marks between Arabic letters; people usually leave out the marks.
_MARKS = "ًٌٍَُِّْـء"
MAX_PLACE_WORDS = 6
# Names of the fields of a filter that must equal a column, with the name of the column.
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
    """A filter of a list of cases; a blank, zero or ``None`` field does not filter.

    ``unit_id``: cases of that unit and its subunits, or ``NO_UNIT``. ``place``: words, or
    beginnings of words, of the place that the citizen named. ``received_from`` and ``received_to``:
    civil days, both included.
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
        """Return the names of the fields that have a value."""
        return tuple(name for name in self.__slots__ if getattr(self, name))


EVERYTHING = CaseFilter()


def filter_condition(only: CaseFilter) -> Q:
    """Return the condition of a filter; one query if the filter has a unit."""
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
    """Return the condition for cases of these units (``scope_text``) or assigned to the officer."""
    return Q(is_one_of("unit_id", unit_ids)) | Q(assignee_id=user_id)


def scope_text(scope: UnitScope) -> str:
    """Return the units of a scope as ``array_text`` writes ids; "" for the whole agency."""
    return "" if scope.unit_ids is None else array_text(scope.unit_ids)


def array_text(numbers: Iterable[int]) -> str:
    """Return numbers as the text of a PostgreSQL array, which is one parameter of a query."""
    return f"{{{','.join(map(str, sorted(numbers)))}}}"


def is_one_of(column: str, array: str) -> Func:
    """Return the SQL that tests whether a column is one of the ids in an ``array_text``."""
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
    """Return the words to search for in a place, with folded letters and without signs.

    The article of an Arabic noun is removed, because people write places with and without the
    article.
    """
    bare = "".join(one for one in text.lower() if one not in _MARKS).translate(_SAME)
    words = "".join(one if one.isalnum() else " " for one in bare).split()
    return [word_stem(word) for word in words[:MAX_PLACE_WORDS]]


def _has_place_word(word: str) -> Q:
    """Return the condition that a word of the place begins with ``word``, as in full-text search.

    The cheaper test whether the place contains these letters comes first, because it takes a tenth
    of the time.
    """
    place = _folded_place(word)
    forms = "|".join(form.removesuffix(word) for form in word_forms(word))
    begins = Regex(place, rf"(^|[^[:alnum:]])({forms}){word}")
    return Q(Contains(place, word)) & Q(begins)


def _folded_place(word: str) -> Func:
    """Return the SQL of the place with the letters of ``word`` folded; folding all letters is
    slower.
    """
    pairs = [(one, meant) for one, meant in zip(_WRITTEN, _MEANT, strict=True) if meant in word]
    written, meant = (
        ("".join(letters) for letters in zip(*pairs, strict=True)) if pairs else ("", "")
    )
    # translate() deletes the characters at the end, which have no replacement.
    marks = "" if word.isascii() else _MARKS
    return Func(
        Lower("place"),
        Value(written + marks),
        Value(meant),
        function="translate",
        output_field=TextField(),
    )


def equal_filter(columns: tuple[str, ...], values: Mapping[str, Any]) -> CaseFilter:
    """Return the filter on these columns, with their values from ``values``."""
    return CaseFilter(**{name: values[name] for name in columns})
