"""What every step of filing a request has in common."""

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
# What is chosen where no category fits: one of the catalogue, or none where it has no such entry.
OTHER_CATEGORY = "other"
LEFT_OUT = _(
    "Characters that cannot be kept were taken out of what you wrote. Read it again, then continue."
)


def as_typed(answers: Answers) -> dict[str, object]:
    """Return the answers under the names of the forms' fields.

    A story that was told without a category was told to be about none of them.
    """
    details = {f"{DETAIL}{code}": answer for code, answer in answers.details}
    other = OTHER_CATEGORY if answers.subject else ""
    # Not as a deep copy: all of it is immutable, and each page asks twice.
    given = {one.name: getattr(answers, one.name) for one in fields(answers)}
    return {**given, **details, "category": answers.category or other}


def typed_in(data: "MultiValueDict[str, str]", names: Iterable[str]) -> Typed:
    """Return what came under these names, whole: a limit for each text is told, never applied."""
    return tuple(
        (name, tuple(clean_text(str(value)) for value in data.getlist(name)[:MAX_VALUES]))
        for name in names
        if name in data
    )


def typed_data(typed: Typed) -> "MultiValueDict[str, str]":
    """Return what was typed as a form is sent it."""
    return MultiValueDict({name: list(values) for name, values in typed})


class StepForm(wizard.StepForm[Answers]):
    """One step, which may be left unfinished."""

    # Whether a page that is left before it is accepted is shown again as it was left.
    keeps_unfinished = True
    initial_of = staticmethod(as_typed)

    def fill_from(self, typed: Typed) -> None:
        """Show the page as it was left; nothing in it has been accepted yet."""
        if not typed:
            return
        data = typed_data(typed)
        for name, field in self.fields.items():
            self.initial[name] = field.widget.value_from_datadict(data, MultiValueDict(), name)

    def as_it_stands(self) -> Typed:
        """Return what was typed here, accepted or not."""
        data = self.data if isinstance(self.data, MultiValueDict) else MultiValueDict()
        # A day is in several boxes, each with a name of its own.
        names = [
            f"{name}{suffix}"
            for name, field in self.fields.items()
            for suffix in ("", *getattr(field.widget, "widgets_names", ()))
        ]
        return typed_in(data, names)

    def refusals(self) -> Typed:
        """Return what is kept of a page that was refused, by which it is refused once more."""
        return self.as_it_stands()

    def refuse_again(self, refused: Typed) -> None:
        """Say what was wrong when ``refused`` was sent, with which this form is filled."""
        if self.is_valid() and refused:
            self.add_error(None, LEFT_OUT)

    def in_words(self) -> list[tuple[str, str]]:
        """Return each question with the answer that the page shows, as words."""
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
