"""What is written when a case is offered or refused."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agency_console.casework.forms import CompetentBodyForm, WrittenField
from shared.ui.fields import ProseField, require_visible
from shared.ui.messages import refusal_message
from shared.ui.widgets import ExplainedRadioSelect
from tenants.custody.errors import NobodyToReceive
from tenants.custody.services.offers import MAX_TEXT_LENGTH, MIN_TEXT
from tenants.custody.types import OfferDraft
from tenants.models.enums import TransferReason

REASON_HINTS = {
    TransferReason.COMPETENCE.value: _("A law or a decree gives this matter to that body."),
    TransferReason.PLACE.value: _("That body answers for the place where it happened."),
    TransferReason.ORIENTATION.value: _("The request came here to be passed on."),
    TransferReason.REORGANISED.value: _("Your administration handled such matters before."),
}


class OfferForm(CompetentBodyForm):
    """Which body is competent, why, and what its administration reads before it answers."""

    reason = forms.TypedChoiceField(
        label=_("Reason"),
        choices=TransferReason,
        coerce=TransferReason,
        widget=ExplainedRadioSelect(REASON_HINTS),
    )
    note = WrittenField(
        label=_("Why that body is competent"),
        help_text=_(
            "The other administration reads this before it answers, and the request only after. Do "
            "not write the person's name or their story here."
        ),
        max_length=MAX_TEXT_LENGTH,
        rows=6,
    )

    def clean_organisation_code(self) -> str:
        """A body for which another administration answers on the portal."""
        code = super().clean_organisation_code()
        if code not in self.bodies.answered:
            refusal = NobodyToReceive(code, field="organisation_code")
            raise forms.ValidationError(refusal_message(refusal), code=refusal.code)
        return code

    def clean_note(self) -> str:
        """Long enough to say why."""
        text = str(self.cleaned_data["note"]).strip()
        require_visible(text, least=MIN_TEXT)
        return text

    def to_command(self) -> dict[str, Any]:
        """The frozen draft of the offer, and the version of the case that the officer saw."""
        given = self.cleaned_data
        names = ("organisation_code", "reason", "note")
        draft = OfferDraft(**{name: given[name] for name in names})
        return {"draft": draft, "version": given["version"]}


class RefuseOfferForm(forms.Form):
    """Why an administration does not take a case over."""

    reason = ProseField(
        label=_("Why you do not take it over"),
        help_text=_(
            "The administration that offered it reads this. After two refusals national oversight "
            "decides which administration is competent, and reads it too."
        ),
        max_length=MAX_TEXT_LENGTH,
        least=MIN_TEXT,
        widget=forms.Textarea(attrs={"rows": "5", "dir": "auto"}),
    )
