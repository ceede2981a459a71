"""Form of the text that names the competent body, if nobody on the portal answers for it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agency_console.casework.forms.bodies import CompetentBodyForm
from agency_console.casework.forms.decisions import DecisionForm
from agency_console.reply_templates.forms import LONG_PART, PART, WrittenField
from shared.complaints.enums import BODY_GROUNDS, Ground
from shared.complaints.presenters import direction_text
from shared.complaints.types import DirectionDraft
from shared.directory.selectors.organisations import organisation_names
from shared.kernel.text import Wording
from shared.ui.fields import LineField
from shared.ui.widgets import ExplainedRadioSelect


class DirectionForm(CompetentBodyForm, DecisionForm):
    """Form that names the competent body: a body chosen in a list, or a typed name."""

    draft_type = DirectionDraft
    text_of = staticmethod(direction_text)
    body_name = LineField(
        label=_("Its name, if it is not in the list"),
        help_text=_("In the language of the citizen. A body of the list is better: choose it."),
        max_length=120,
        required=False,
    )
    ground = forms.TypedChoiceField(
        label=_("Ground"),
        choices=[(one.value, one.label) for one in BODY_GROUNDS],
        coerce=Ground,
        widget=ExplainedRadioSelect({one.value: one.legal_basis for one in BODY_GROUNDS}),
        # Drafts without a ground were saved when this ground was the only possible ground.
        required=False,
        empty_value=Ground.NOT_COMPETENT,
        initial=Ground.NOT_COMPETENT.value,
    )
    explanation = WrittenField(
        label=_("Explanation"),
        help_text=_("Why that body is competent for this request."),
        max_length=LONG_PART,
        rows=6,
    )
    way_on = WrittenField(
        label=_("How to reach it"),
        help_text=_("Its address, telephone or site, also for those who do not use this portal."),
        max_length=2 * PART,
    )

    def clean(self) -> dict[str, Any]:
        """Accept a typed name instead of a chosen body, for a body that is in no list."""
        cleaned = super().clean()
        if cleaned.get("body_name") and not self.data.get("organisation_code"):
            for name in ("organisation_code", "words"):
                self.errors.pop(name, None)
            cleaned["organisation_code"] = ""
        return cleaned

    def typed(self) -> dict[str, str]:
        """Return the typed values and the code of the agency that sends the text."""
        return {**super().typed(), "agency_code": self.agency_code}

    def to_command(self) -> Mapping[str, Any]:
        """Return the frozen draft with the names of the body, the agency code, and the version."""
        parts = dict(self.cleaned_data)
        version = parts.pop("version")
        parts.pop("words", None)
        del parts["template"]
        name = parts.pop("body_name")
        if code := parts["organisation_code"]:
            body = organisation_names(codes=[code])[code]
        else:
            body = Wording(ar=name, fr=name, en=name)
        draft = DirectionDraft(organisation=body, **parts)
        return {"draft": draft, "agency_code": self.agency_code, "version": version}
