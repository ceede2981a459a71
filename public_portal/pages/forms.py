"""Forms that are read from the query of an address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from public_portal.pages.types import BrowseQuestion
from shared.directory.enums import OrganisationKind


class TrackForm(forms.Form):
    """The form for the reference of a request, which leads to the tracking page."""

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
    """The form to search for an organisation, in any language, also darija in Latin letters."""

    q = forms.CharField(
        label=_("Name of the organisation, or what it is about"),
        help_text=_("In Arabic, French or Latin letters; an abbreviation will do."),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class BrowseForm(OrganisationSearchForm):
    """The form to search the directory, or to list the organisations of a kind or a region."""

    kind = forms.ChoiceField(choices=OrganisationKind.choices, required=False)
    region = forms.SlugField(max_length=64, required=False)

    def to_question(self) -> BrowseQuestion:
        """Return the search words, the kind and the region; invalid values are left out."""
        self.full_clean()
        asked = self.cleaned_data
        return BrowseQuestion(
            words=asked.get("q", ""),
            kind=asked.get("kind", ""),
            region=asked.get("region", ""),
        )
