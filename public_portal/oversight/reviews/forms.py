"""The form of a review's decision."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.ui.fields import OneOfField, ProseField
from shared.ui.widgets import ExplainedRadioSelect
from tenants.case_access.services.reviews import DECISIONS, MAX_TEXT_LENGTH, MIN_TEXT
from tenants.models.enums import ReviewDecision

DECISION_HINTS = {
    ReviewDecision.UPHELD.value: _(
        "The reply remains as it is, and the request is not re-opened any more. The citizen may "
        "turn to the Mediator."
    ),
    ReviewDecision.SENT_BACK.value: _(
        "The request is examined again, by another officer if there is one, with a new deadline. "
        "A request without a reply stays open as it is, and its deadline is not moved."
    ),
}


class DecisionForm(forms.Form):
    """The form for the decision of national oversight on a review, and its reasons."""

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
        min_length=MIN_TEXT,
        max_length=MAX_TEXT_LENGTH,
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
            # Without a reply, national oversight can only send the request back.
            back = ReviewDecision.SENT_BACK
            self.fields["decision"].choices = [(back.value, back.label)]  # type: ignore[attr-defined]

    @property
    def decided(self) -> ReviewDecision:
        """Return the decision; the form must be valid."""
        return ReviewDecision(self.cleaned_data["decision"])
