"""The form of a decision on competence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from public_portal.oversight.competence.selectors import competent_body_choices
from shared.directory.forms import CODE, MAX_QUERY_LENGTH
from shared.forms.fields import Choice, choose_among
from shared.ui.fields import OneOfField, ProseField
from shared.ui.widgets import SearchInput
from tenants.case_access.services.reviews import MAX_TEXT_LENGTH, MIN_TEXT
from tenants.custody.types import ArbitrationFile

# The value of the button that searches for a body.
SEARCH = "search"


class CompetenceForm(forms.Form):
    """The form for the competent body for a case, and for the reasons of the decision."""

    words = forms.CharField(
        label=_("Search for another body"),
        help_text=_("Type its name or what it handles, and press the button: the list grows."),
        max_length=MAX_QUERY_LENGTH,
        required=False,
        widget=SearchInput,
    )
    words.is_alternative = True  # type: ignore[attr-defined]
    organisation_code = OneOfField(
        label=_("Competent body"), prompt=_("Choose the competent body in the list.")
    )
    text = ProseField(
        label=_("Reasons of the decision"),
        help_text=_(
            "The administrations concerned read this text; the citizen does not. Name the rule "
            "that makes the body competent. At least 20 characters."
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

    def __init__(self, *args: Any, found: ArbitrationFile, **options: Any) -> None:
        super().__init__(*args, **options)
        self._found = found
        self.offer_again()

    def offer_again(self) -> None:
        """Set the choices again, with the bodies found by the typed words."""
        words, chosen = (str(self.data.get(name, "")) for name in ("words", "organisation_code"))
        self.bodies = competent_body_choices(
            found=self._found,
            words=words[:MAX_QUERY_LENGTH],
            chosen=chosen if CODE.fullmatch(chosen) else "",
        )
        field = self.fields["organisation_code"]
        choices = self.bodies.choices
        field.choices = [(one.code, one.name) for one in choices]  # type: ignore[attr-defined]
        choose_among(self, "organisation_code", choices)

    @property
    def body(self) -> "Choice":
        """Return the chosen body; the form must be valid."""
        code = self.cleaned_data["organisation_code"]
        return next(one for one in self.bodies.choices if one.code == code)

    def clean(self) -> dict[str, Any]:
        """Return the values; at a search, errors such as missing reasons are removed."""
        cleaned = super().clean() or self.cleaned_data
        if self.data.get("step") == SEARCH:
            self.errors.clear()
            if not self.bodies.is_found:
                self.add_error(
                    "words",
                    _("Nothing was found by these words. Try another spelling or fewer words."),
                )
        return cleaned
