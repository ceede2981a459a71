"""What every step of filing a request has in common."""

from dataclasses import asdict

from django.utils.datastructures import MultiValueDict

from public_portal.intake.types import Answers, Typed
from shared.catalogue.forms import DETAIL
from shared.forms import wizard
from shared.kernel.text import clean_text
from shared.ui.fields import MAX_PROSE_LENGTH

# Room for a text that is too long: what has to be shortened must not be cut off unseen.
MAX_UNFINISHED_LENGTH = 4 * MAX_PROSE_LENGTH
MAX_VALUES = 50
# What is chosen where no category fits: one of the catalogue, or none where it has no such entry.
OTHER_CATEGORY = "other"


def as_typed(answers: Answers) -> dict[str, object]:
    """The answers under the names of the forms' fields.

    A story that was told without a category was told to be about none of them.
    """
    details = {f"{DETAIL}{code}": answer for code, answer in answers.details}
    other = OTHER_CATEGORY if answers.subject else ""
    return {**asdict(answers), **details, "category": answers.category or other}


class StepForm(wizard.StepForm[Answers]):
    """One step, which may be left unfinished."""

    initial_of = staticmethod(as_typed)

    def fill_from(self, typed: Typed) -> None:
        """Show the page as it was left; nothing in it has been accepted yet."""
        if not typed:
            return
        data: MultiValueDict[str, str] = MultiValueDict({n: list(values) for n, values in typed})
        for name, field in self.fields.items():
            self.initial[name] = field.widget.value_from_datadict(data, MultiValueDict(), name)

    def as_it_stands(self) -> Typed:
        """What was typed here, accepted or not, cut to what a page can hold."""
        data = self.data if isinstance(self.data, MultiValueDict) else MultiValueDict()
        # A day is in several boxes, each with a name of its own.
        names = [
            f"{name}{suffix}"
            for name, field in self.fields.items()
            for suffix in ("", *getattr(field.widget, "widgets_names", ()))
        ]
        return tuple(
            (
                name,
                tuple(
                    clean_text(str(value))[:MAX_UNFINISHED_LENGTH]
                    for value in data.getlist(name)[:MAX_VALUES]
                ),
            )
            for name in names
            if any(data.getlist(name))
        )
