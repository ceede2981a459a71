"""Forms for readers of articles: search, suggestions and vote."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.directory.errors import OrganisationNotFound
from shared.directory.selectors.organisations import organisation_get
from shared.directory.types import OrganisationInfo
from shared.kernel.text import clean_text
from shared.knowledge_base.models import REASON_LENGTH
from shared.ui.fields import ProseField


class SearchForm(forms.Form):
    """The form to search all articles, or the articles of one body."""

    q = forms.CharField(
        label=_("Your question, in a few words"),
        help_text=_("In Arabic, French, English or darija."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    organisation = forms.SlugField(max_length=64, required=False, widget=forms.HiddenInput)

    def words(self) -> str:
        """Return the cleaned text to search for; blank without text."""
        self.full_clean()
        return clean_text(self.cleaned_data.get("q", "")).strip()

    def body(self) -> OrganisationInfo | None:
        """Return the chosen body, or ``None``. Raises ``OrganisationNotFound``."""
        self.full_clean()
        if "organisation" in self.errors:
            raise OrganisationNotFound
        code = self.cleaned_data["organisation"]
        return organisation_get(code=code) if code else None


class SuggestionForm(forms.Form):
    """The form that asks for articles that match a text typed in another form."""

    q = forms.CharField(required=False)
    organisation = forms.SlugField(max_length=64, required=False)
    tab = forms.ChoiceField(choices=[("new", "new")], required=False)

    def asked(self) -> tuple[str, str]:
        """Return the text and the body's code; an invalid value is blank."""
        self.full_clean()
        return clean_text(self.cleaned_data.get("q", "")).strip(), self.cleaned_data.get(
            "organisation", ""
        )

    def opens_tab(self) -> bool:
        """Return whether links open in a new tab, so that the reader does not leave a form."""
        self.full_clean()
        return self.cleaned_data.get("tab") == "new"


class VoteForm(forms.Form):
    """The form for a vote on an article, with an optional reason, or to withdraw the vote."""

    useful = forms.ChoiceField(choices=[("yes", _("Yes")), ("no", _("No")), ("undo", _("Undo"))])
    reason = ProseField(
        label=_("What is missing?"),
        help_text=_(
            "Write nothing about yourself: no name, no number, no address. Nobody answers here."
        ),
        max_length=REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def is_vote(self) -> bool:
        """Return whether the value is yes, no or undo."""
        self.full_clean()
        return "useful" not in self.errors
