"""The letter that names the competent body, where nobody answers for it on the portal."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from agency_console.casework.forms.bodies import CompetentBodyForm
from agency_console.casework.forms.decisions import DecisionForm
from agency_console.casework.forms.fields import LONG_PART, PART, WrittenField
from shared.complaints.presenters import direction_text
from shared.complaints.types import DirectionDraft
from shared.directory.selectors.organisations import organisation_names


class DirectionForm(CompetentBodyForm, DecisionForm):
    """The letter that names the competent body: searched by words, then chosen in the list."""

    draft_type = DirectionDraft
    text_of = staticmethod(direction_text)
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

    def typed(self) -> dict[str, str]:
        """What stands in the fields, and the agency that sends it."""
        return {**super().typed(), "agency_code": self.agency_code}

    def to_command(self) -> Mapping[str, Any]:
        """Return the frozen draft with the names of the body, the agency, and the version."""
        parts = dict(self.cleaned_data)
        version = parts.pop("version")
        del parts["words"], parts["template"]
        names = organisation_names(codes=[parts["organisation_code"]])
        draft = DirectionDraft(organisation=names[parts["organisation_code"]], **parts)
        return {"draft": draft, "agency_code": self.agency_code, "version": version}
