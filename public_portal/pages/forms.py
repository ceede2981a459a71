"""Forms that are read from an address: a reference, a search for a body, a branch of the tree."""

from django import forms
from django.utils.translation import gettext_lazy as _

from public_portal.pages.types import BrowseQuestion
from shared.directory.enums import OrganisationKind


class TrackForm(forms.Form):
    """The reference of a request; the page Track reads it from its address."""

    reference = forms.CharField(
        label=_("Reference"),
        help_text=_("16 digits; it stands on your receipt."),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "off",
                "dir": "ltr",
                "class": "input-code",
            }
        ),
    )


class OrganisationSearchForm(forms.Form):
    """A few words for a public body, in any of the languages, darija in Latin letters included."""

    q = forms.CharField(
        label=_("Name of the organisation, or what it is about"),
        help_text=_("In Arabic, French or Latin letters; an abbreviation will do."),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class BrowseForm(OrganisationSearchForm):
    """A search, or a branch of the directory's tree; any other value is ignored."""

    kind = forms.ChoiceField(choices=OrganisationKind.choices, required=False)
    region = forms.SlugField(max_length=64, required=False)

    def to_question(self) -> BrowseQuestion:
        """Return the question to the directory, without invalid values."""
        self.full_clean()
        asked = self.cleaned_data
        return BrowseQuestion(
            words=asked.get("q", ""),
            kind=asked.get("kind", ""),
            region=asked.get("region", ""),
        )
