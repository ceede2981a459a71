"""The step about what the law keeps from being examined here: it informs, and never blocks."""

from collections.abc import Mapping
from dataclasses import replace

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from public_portal.intake.forms.base import StepForm
from public_portal.intake.types import Answers
from shared.complaints.enums import Declaration
from shared.ui.widgets import ExplainedCheckboxes

# What decree 2.17.265 says of each, and where to turn.
DECLARATION_HINTS: Mapping[str, Promise] = {
    Declaration.BEFORE_COURTS: _(
        "An administration cannot examine what a court is examining or has decided. The clerk's "
        "office of that court tells you how the case stands and how to appeal."
    ),
    Declaration.JUDICIAL_POLICE: _(
        "Reports of the judicial police are a matter for the public prosecutor. Write to the "
        "prosecutor at the court of first instance of the place."
    ),
    Declaration.DEFENCE: _(
        "The decree leaves National Defence out. Write to its administration itself; this portal "
        "cannot pass your request on to it."
    ),
    Declaration.OTHER_BODY: _(
        "Where the law names another body, that body answers. If you have written to it already, "
        "give the number that it gave you in your text."
    ),
}
CHOOSE = _("Choose what applies, or “None of these”.")


class AdmissibilityForm(StepForm):
    """Whether a court, the police, the army or another body is concerned."""

    title = _("Does any of these apply?")
    declarations = forms.MultipleChoiceField(
        label=title,
        help_text=_(
            "Your request is sent whatever you choose. The administration must then tell you why "
            "it cannot examine it, and where to turn."
        ),
        choices=Declaration.choices,
        widget=ExplainedCheckboxes(DECLARATION_HINTS),
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE, "invalid_list": CHOOSE},
    )

    def clean_declarations(self) -> list[str]:
        """None of these and one of these cannot both be true."""
        chosen: list[str] = self.cleaned_data["declarations"]
        if Declaration.NONE in chosen and len(chosen) > 1:
            raise ValidationError(
                _("You chose “None of these” and something else. Choose one of the two.")
            )
        return chosen

    def to_answers(self) -> Answers:
        """All the answers, with what was said here."""
        return replace(self.answers, declarations=tuple(self.cleaned_data["declarations"]))
