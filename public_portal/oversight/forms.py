"""What is asked of the comparison."""

from django import forms
from django.utils.translation import gettext_lazy as _

from public_portal.oversight.types import ComparisonQuestion
from shared.directory.enums import OrganisationKind
from shared.kernel.references import reference_parse
from shared.register.forms import ScopeForm
from shared.ui.fields import ProseField
from shared.ui.messages import refusals_as_form_errors

LEAST_REASON = 20
LONGEST_REASON = 1_000


class ComparisonForm(ScopeForm):
    """Period, kind of request and kind of body: only bodies with like work are fairly compared."""

    body = forms.ChoiceField(
        label=_("Kind of body"),
        choices=[("", _("Every kind of body")), *OrganisationKind.choices],
        required=False,
    )

    def to_question(self) -> ComparisonQuestion:
        """The question, when the form is valid."""
        return ComparisonQuestion(scope=self.to_scope(), body=self.cleaned_data["body"] or None)


class IdentityForm(forms.Form):
    """Whose identity, and why it must be known."""

    reference = forms.CharField(
        label=_("Reference"),
        max_length=200,
        error_messages={"required": _("Enter the reference.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"}
            | {"class": "input-code"}
        ),
    )
    reason = ProseField(
        label=_("Why must the identity be known?"),
        help_text=_("The citizen reads this text. At least 20 characters."),
        min_length=LEAST_REASON,
        max_length=LONGEST_REASON,
        error_messages={
            "required": _("Write the reason: the citizen has a right to it."),
            "min_length": _("Explain it in at least 20 characters."),
            "max_length": _("Shorten the text to 1,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": "4", "dir": "auto"}),
    )

    def clean_reference(self) -> str:
        """Sixteen digits that agree with each other."""
        with refusals_as_form_errors():
            return reference_parse(str(self.cleaned_data["reference"]))
