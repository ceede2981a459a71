"""The letter that names the competent body: searched by words, then chosen in the list."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agency_console.casework.forms.decisions import DecisionForm
from agency_console.casework.forms.fields import LONG_PART, PART, WrittenField
from agency_console.casework.selectors import competent_bodies
from agency_console.casework.types import CompetentBodies
from shared.complaints.enums import BODY_GROUNDS, Ground
from shared.complaints.errors import OwnBody
from shared.complaints.presenters import direction_text
from shared.complaints.types import DirectionDraft
from shared.directory.forms import CODE, MAX_QUERY_LENGTH
from shared.directory.selectors.organisations import organisation_names
from shared.forms.fields import choose_among
from shared.kernel.text import Wording
from shared.ui.fields import LineField
from shared.ui.messages import refusal_message
from shared.ui.widgets import ExplainedRadioSelect, SearchInput

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from shared.complaints.models import Complaint

# The step of the button beside the words for a body.
SEARCH = "search"
SEARCH_FIRST = _("Type the name of the competent body, then choose it in the list.")
NOTHING_FOUND = _("Nothing was found by these words. Try another spelling or fewer words.")
OWN_LEFT_OUT = _("Bodies for which your own administration answers are not in this list.")
ONLY_OWN_FOUND = _(
    "Only bodies for which your own administration answers were found. Examine the request, or "
    "search for another body."
)


class DirectionForm(DecisionForm):
    """The letter that names the competent body: searched by words, then chosen in the list."""

    draft_type = DirectionDraft
    text_of = staticmethod(direction_text)
    words = forms.CharField(
        label=_("Search for the competent body"),
        help_text=_("Type its name or what it handles, and press the button: a list appears."),
        max_length=MAX_QUERY_LENGTH,
        required=False,
        widget=SearchInput,
    )
    # It helps to fill in the next field and is no part of the letter: "optional" would mislead.
    words.is_alternative = True  # type: ignore[attr-defined]
    organisation_code = forms.CharField(
        label=_("Competent body"),
        max_length=64,
        error_messages={"required": _("Choose the competent body in the list.")},
    )
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
        # What was written before there were two is about powers.
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency_code = ""
        self.bodies = CompetentBodies()

    def offer_bodies(self, case: "Complaint", *, agency_code: str) -> None:
        """Offer what the words find, and what was chosen before; before the form is validated."""
        words, chosen = (str(self.data.get(name, "")) for name in ("words", "organisation_code"))
        self.agency_code = agency_code
        self.bodies = competent_bodies(
            case,
            words=words[:MAX_QUERY_LENGTH],
            chosen=chosen if CODE.fullmatch(chosen) else "",
            agency_code=agency_code,
        )
        field = self.fields["organisation_code"]
        if not self.bodies.choices:
            field.widget = forms.HiddenInput()
            return
        choose_among(self, "organisation_code", self.bodies.choices)
        field.help_text = OWN_LEFT_OUT if self.bodies.own else ""

    def clean(self) -> dict[str, Any]:
        """Say beside the search what is missing where there is no list to choose from.

        A search complains of nothing else: the officer may not have written the letter yet.
        """
        cleaned = super().clean() or self.cleaned_data
        if self.data.get("step") == SEARCH:
            self.errors.clear()
        if cleaned.get("body_name") and not self.data.get("organisation_code"):
            self.errors.pop("organisation_code", None)
            cleaned["organisation_code"] = ""
        if not self.bodies.choices and "organisation_code" not in cleaned:
            self.errors.pop("organisation_code", None)
            self.add_error("words", self._nothing_to_choose())
        return cleaned

    def _nothing_to_choose(self) -> "_StrOrPromise":
        if self.bodies.own:
            return ONLY_OWN_FOUND
        return NOTHING_FOUND if self.data.get("words") else SEARCH_FIRST

    def clean_organisation_code(self) -> str:
        """A body of the directory for which another agency answers, or none."""
        code = str(self.cleaned_data["organisation_code"])
        if code in self.bodies.own:
            refusal = OwnBody(code, field="organisation_code")
            raise forms.ValidationError(refusal_message(refusal), code=refusal.code)
        if code not in {body.code for body in self.bodies.choices}:
            raise forms.ValidationError(self.fields["organisation_code"].error_messages["required"])
        return code

    def typed(self) -> dict[str, str]:
        """What stands in the fields, and the agency that sends it."""
        return {**super().typed(), "agency_code": self.agency_code}

    def to_command(self) -> Mapping[str, Any]:
        """Return the frozen draft with the names of the body, the agency, and the version."""
        parts = dict(self.cleaned_data)
        version = parts.pop("version")
        del parts["words"], parts["template"]
        name = parts.pop("body_name")
        if code := parts["organisation_code"]:
            body = organisation_names(codes=[code])[code]
        else:
            body = Wording(ar=name, fr=name, en=name)
        draft = DirectionDraft(organisation=body, **parts)
        return {"draft": draft, "agency_code": self.agency_code, "version": version}
