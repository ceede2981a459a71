"""What every step of the journey has in common."""

from collections.abc import Mapping
from dataclasses import asdict, replace

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise

from public_portal.intake.types import Answers, Typed
from shared.catalogue.forms import DETAIL
from shared.kernel.text import clean_text
from shared.ui.fields import MAX_PROSE_LENGTH

# Room for a text that is too long: what has to be shortened must not be cut off unseen.
LONGEST_UNFINISHED = 4 * MAX_PROSE_LENGTH
MAX_VALUES = 50


def as_typed(answers: Answers) -> dict[str, object]:
    """The answers under the names of the forms' fields."""
    details = {f"{DETAIL}{code}": answer for code, answer in answers.details}
    return {**asdict(answers), **details}


class StepForm(forms.Form):
    """One step: filled from the answers, or from what was just typed."""

    mark_optional = True
    title: str | Promise = ""

    def __init__(
        self, data: Mapping[str, object] | None = None, *, answers: Answers, language: str
    ) -> None:
        super().__init__(data=data, initial=as_typed(answers))
        self.answers = answers
        self.page_language = language

    def fill_from(self, typed: Typed) -> None:
        """Show the page as it was left; nothing in it has been accepted yet."""
        if not typed:
            return
        data: MultiValueDict[str, str] = MultiValueDict(
            {name: list(values) for name, values in typed}
        )
        for name, field in self.fields.items():
            self.initial[name] = field.widget.value_from_datadict(data, MultiValueDict(), name)

    def as_it_stands(self) -> Typed:
        """What was typed here, accepted or not, cut to what a page can hold."""
        data = self.data if isinstance(self.data, MultiValueDict) else MultiValueDict()
        names = [name for field in self.fields for name in (field, *_boxes(self, field))]
        return tuple(
            (name, tuple(_storable(value) for value in data.getlist(name)[:MAX_VALUES]))
            for name in names
            if any(data.getlist(name))
        )

    def to_answers(self) -> Answers:
        """All the answers, with those of this step in place."""
        return replace(self.answers, **self.cleaned_data)


def _boxes(form: forms.Form, name: str) -> list[str]:
    widget = form.fields[name].widget
    suffixes: list[str] = getattr(widget, "widgets_names", [])
    return [f"{name}{suffix}" for suffix in suffixes]


def _storable(value: object) -> str:
    return clean_text(str(value))[:LONGEST_UNFINISHED]
