"""What is asked of the comparison."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from public_portal.oversight.types import ComparisonQuestion
from shared.directory.enums import OrganisationKind
from shared.kernel.references import reference_parse
from shared.register.forms import ScopeForm
from shared.ui.fields import OneOfField, ProseField
from shared.ui.messages import refusals_as_form_errors
from shared.ui.widgets import ExplainedRadioSelect
from tenants.case_access.services.reviews import DECISIONS, LEAST_TEXT, LONGEST_TEXT
from tenants.models.enums import ReviewDecision

DECISION_HINTS = {
    ReviewDecision.UPHELD.value: _(
        "The reply remains as it is, and the request is not re-opened any more. The citizen may "
        "turn to the Mediator."
    ),
    ReviewDecision.SENT_BACK.value: _(
        "Another officer examines the request again, within a new term. A request without a reply "
        "stays where it is, and its term is not prolonged."
    ),
}
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


class DecisionForm(forms.Form):
    """What national oversight decides of a request, and why."""

    decision = OneOfField(
        label=_("Decision"),
        choices=[(one.value, one.label) for one in DECISIONS],
        prompt=_("Choose a decision."),
        widget=ExplainedRadioSelect(hints=DECISION_HINTS),
    )
    text = ProseField(
        label=_("Reasons, and what must be done"),
        help_text=_(
            "The citizen and the administration both read this text. Say what you found, and if "
            "you send the request back, what must be examined again. At least 20 characters."
        ),
        min_length=LEAST_TEXT,
        max_length=LONGEST_TEXT,
        error_messages={
            "required": _("Write the reasons of the decision."),
            "min_length": _("Explain it in at least 20 characters."),
            "max_length": _("Shorten the text to 5,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": "8", "dir": "auto"}),
    )

    def __init__(self, *args: Any, has_reply: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_reply:
            # Without a reply there is nothing that could stand.
            back = ReviewDecision.SENT_BACK
            self.fields["decision"].choices = [(back.value, back.label)]  # type: ignore[attr-defined]

    @property
    def decided(self) -> ReviewDecision:
        """The decision, when the form is valid."""
        return ReviewDecision(self.cleaned_data["decision"])


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

    court_reference = forms.CharField(
        label=_("Reference of the court's decision"),
        help_text=_(
            "Leave it empty while the citizen's request waits for a review by national oversight. "
            "The citizen reads it."
        ),
        min_length=5,
        max_length=120,
        required=False,
        error_messages={"min_length": _("Write the whole reference of the decision.")},
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    def clean_reference(self) -> str:
        """Sixteen digits that agree with each other."""
        with refusals_as_form_errors():
            return reference_parse(str(self.cleaned_data["reference"]))
