"""The base form of the wizard's steps, and conversions of typed values."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from django.forms import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from public_portal.intake.types import Answers, Typed
from shared.catalogue.forms import DETAIL
from shared.forms import wizard
from shared.kernel.text import clean_text
from shared.ui.dates import day_text

MAX_VALUES = 50
# The choice for "no category fits"; stored as blank if the body has no category with this code.
OTHER_CATEGORY = "other"
LEFT_OUT = _(
    "Characters that cannot be kept were taken out of what you wrote. Read it again, then continue."
)


def as_typed(answers: Answers) -> dict[str, object]:
    """Return the answers as a dict with the values of all form fields, keyed by the field's name.

    Answers with a subject and without a category get the category "other".
    """
    details = {f"{DETAIL}{code}": answer for code, answer in answers.details}
    other = OTHER_CATEGORY if answers.subject else ""
    # ``asdict`` would make a deep copy, which immutable values do not need.
    given = {one.name: getattr(answers, one.name) for one in fields(answers)}
    return {**given, **details, "category": answers.category or other}


def typed_in(data: "MultiValueDict[str, str]", names: Iterable[str]) -> Typed:
    """Return the values sent under these names, at most fifty a name; long texts are not cut."""
    return tuple(
        (name, tuple(clean_text(str(value)) for value in data.getlist(name)[:MAX_VALUES]))
        for name in names
        if name in data
    )


def typed_data(typed: Typed) -> "MultiValueDict[str, str]":
    """Return typed values in the form in which a browser sends them."""
    return MultiValueDict({name: list(values) for name, values in typed})


class StepForm(wizard.StepForm[Answers]):
    """The base form of one step."""

    # True: a page that was left before it was accepted shows its typed values again.
    keeps_unfinished = True
    initial_of = staticmethod(as_typed)

    def fill_from(self, typed: Typed) -> None:
        """Fill the form with typed values that have not been accepted yet."""
        if not typed:
            return
        data = typed_data(typed)
        for name, field in self.fields.items():
            self.initial[name] = field.widget.value_from_datadict(data, MultiValueDict(), name)

    def as_it_stands(self) -> Typed:
        """Return the values typed into the form, valid or not."""
        data = self.data if isinstance(self.data, MultiValueDict) else MultiValueDict()
        # A field for a day has several inputs with different names.
        names = [
            f"{name}{suffix}"
            for name, field in self.fields.items()
            for suffix in ("", *getattr(field.widget, "widgets_names", ()))
        ]
        return typed_in(data, names)

    def refusals(self) -> Typed:
        """Return what to store of a refused form; ``refuse_again`` takes the stored values."""
        return self.as_it_stands()

    def refuse_again(self, refused: Typed) -> None:
        """Validate the form again; if stored values are valid, say that characters were removed."""
        if self.is_valid() and refused:
            self.add_error(None, LEFT_OUT)

    def in_words(self) -> list[tuple[str, str]]:
        """Return pairs of a field's label and its initial value as text."""
        return [(str(bound.label), _words(bound)) for bound in self]


def _words(bound: BoundField) -> str:
    value = bound.initial
    if isinstance(value, date):
        return day_text(value)
    choices: Mapping[str, Any] = {
        str(code): name for code, name in getattr(bound.field, "choices", ())
    }
    values = value if isinstance(value, list | tuple) else [value]
    return " ".join(str(choices.get(str(one), one)) for one in values if one)
