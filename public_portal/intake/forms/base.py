"""The base form of the wizard's steps, and conversions of what was typed."""

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
# The choice where no category fits; stored as no category where the catalogue lacks this code.
OTHER_CATEGORY = "other"
LEFT_OUT = _(
    "Characters that cannot be kept were taken out of what you wrote. Read it again, then continue."
)


def as_typed(answers: Answers) -> dict[str, object]:
    """Return the answers under the names of the forms' fields.

    Answers with a subject and without a category get the category "other".
    """
    details = {f"{DETAIL}{code}": answer for code, answer in answers.details}
    other = OTHER_CATEGORY if answers.subject else ""
    # Not as a deep copy: all of it is immutable, and each page asks twice.
    given = {one.name: getattr(answers, one.name) for one in fields(answers)}
    return {**given, **details, "category": answers.category or other}


def typed_in(data: "MultiValueDict[str, str]", names: Iterable[str]) -> Typed:
    """Return the values sent under these names, uncut: a text too long gets an error instead."""
    return tuple(
        (name, tuple(clean_text(str(value)) for value in data.getlist(name)[:MAX_VALUES]))
        for name in names
        if name in data
    )


def typed_data(typed: Typed) -> "MultiValueDict[str, str]":
    """Return typed values in the form in which a browser sends them."""
    return MultiValueDict({name: list(values) for name, values in typed})


class StepForm(wizard.StepForm[Answers]):
    """The form of one step, which may be left unfinished."""

    # Whether a page that is left before it is accepted shows the typed values again.
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
        """Return the values typed into the form, accepted or not."""
        data = self.data if isinstance(self.data, MultiValueDict) else MultiValueDict()
        # A day is in several boxes, each with a name of its own.
        names = [
            f"{name}{suffix}"
            for name, field in self.fields.items()
            for suffix in ("", *getattr(field.widget, "widgets_names", ()))
        ]
        return typed_in(data, names)

    def refusals(self) -> Typed:
        """Return what to store of a refused form, so that ``refuse_again`` can refuse it."""
        return self.as_it_stands()

    def refuse_again(self, refused: Typed) -> None:
        """Validate ``refused`` anew; if it is valid now, say that characters were removed."""
        if self.is_valid() and refused:
            self.add_error(None, LEFT_OUT)

    def in_words(self) -> list[tuple[str, str]]:
        """Return the label of each field with its shown value as text."""
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
