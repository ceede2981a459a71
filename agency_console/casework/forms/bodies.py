"""Form to choose the competent body: searched by words, then chosen in a list."""

from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agency_console.casework.forms.fields import CaseForm
from agency_console.casework.selectors.competent_bodies import competent_bodies
from agency_console.casework.types import CompetentBodies
from shared.complaints.errors import OwnBody
from shared.directory.forms import CODE, MAX_QUERY_LENGTH
from shared.forms.fields import choose_among
from shared.ui.messages import refusal_error
from shared.ui.widgets import SearchInput

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from shared.complaints.models import Complaint

# The value of ``step`` that the search button sends.
SEARCH = "search"
SEARCH_FIRST = _("Type the name of the competent body, then choose it in the list.")
NOTHING_FOUND = _("Nothing was found by these words. Try another spelling or fewer words.")
OWN_LEFT_OUT = _("Bodies for which your own administration answers are not in this list.")
ONLY_OWN_FOUND = _(
    "Only bodies for which your own administration answers were found. Examine the request, or "
    "search for another body."
)


class CompetentBodyForm(CaseForm):
    """Form in which the competent body is searched by words, then chosen in the list."""

    words = forms.CharField(
        label=_("Search for the competent body"),
        help_text=_("Type its name or what it handles, and press the button: a list appears."),
        max_length=MAX_QUERY_LENGTH,
        required=False,
        widget=SearchInput,
    )
    # Without this, the label would say "optional", but no body can be chosen without a search.
    words.is_alternative = True  # type: ignore[attr-defined]
    organisation_code = forms.CharField(
        label=_("Competent body"),
        max_length=64,
        error_messages={"required": _("Choose the competent body in the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency_code = ""
        self.bodies = CompetentBodies()

    def offer_bodies(self, case: "Complaint", *, agency_code: str) -> None:
        """Offer the chosen body and the bodies that the search finds. Call before validation."""
        self.offer_again = partial(self.offer_bodies, case, agency_code=agency_code)
        words, chosen = (self._given(name) for name in ("words", "organisation_code"))
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

    def _given(self, name: str) -> str:
        """Return the sent value of a field, or its initial value if nothing was sent."""
        return str((self.data if self.is_bound else self.initial).get(name, ""))

    def clean(self) -> dict[str, Any]:
        """Require a body; if no body was found, the field of the search gets the error.

        If the officer pressed "search", other errors are left out, because the officer may not
        have written the text yet.
        """
        cleaned = super().clean() or self.cleaned_data
        if self.data.get("step") == SEARCH:
            self.errors.clear()
        if not self.bodies.choices and "organisation_code" not in cleaned:
            self.errors.pop("organisation_code", None)
            self.add_error("words", self._nothing_to_choose())
        return cleaned

    def _nothing_to_choose(self) -> "_StrOrPromise":
        if self.bodies.own:
            return ONLY_OWN_FOUND
        return NOTHING_FOUND if self.data.get("words") else SEARCH_FIRST

    def clean_organisation_code(self) -> str:
        """Return the chosen body's code; refuse bodies of this agency or not in the list."""
        code = str(self.cleaned_data["organisation_code"])
        if code in self.bodies.own:
            raise refusal_error(OwnBody(code, field="organisation_code"))
        if code not in {body.code for body in self.bodies.choices}:
            raise forms.ValidationError(self.fields["organisation_code"].error_messages["required"])
        return code

    def is_answered(self) -> bool:
        """Return whether an agency on the portal answers for the chosen body."""
        return self._given("organisation_code") in self.bodies.answered
