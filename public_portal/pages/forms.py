"""What is typed on the pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from public_portal.pages.types import BrowseQuestion
from shared.directory.enums import OrganisationKind
from shared.ui.widgets import (
    FACE_CHOICES,
    ExplainedRadioSelect,
    FacesRadioSelect,
    OwnFileInput,
)


class TrackForm(forms.Form):
    """The number of a request; the page Track reads it from its address."""

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
    """A search, or a branch of the tree; what is not a branch is left aside."""

    kind = forms.ChoiceField(choices=OrganisationKind.choices, required=False)
    region = forms.SlugField(max_length=64, required=False)

    def to_question(self) -> BrowseQuestion:
        """What is asked; an address that somebody has changed asks less."""
        self.full_clean()
        asked = self.cleaned_data
        return BrowseQuestion(
            words=asked.get("q", ""),
            kind=asked.get("kind", ""),
            region=asked.get("region", ""),
        )


class GalleryForm(forms.Form):
    """Every kind of question, for the gallery of components."""

    mark_optional = True

    name = forms.CharField(
        label=_("Full name"), max_length=120, error_messages={"required": _("Write your name.")}
    )
    phone = forms.CharField(
        label=_("Telephone"),
        help_text=_("With or without spaces."),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    body = forms.CharField(
        label=_("What happened?"),
        help_text=_("Say where and when. Do not write your identity number here."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": "5"}),
    )
    region = forms.ChoiceField(
        label=_("Region"), choices=[("", "—"), ("04", _("Rabat")), ("06", _("Casablanca"))]
    )
    kind = forms.ChoiceField(
        label=_("What do you want to send?"),
        choices=[("complaint", _("Complaint")), ("proposal", _("Proposal"))],
        widget=ExplainedRadioSelect(
            hints={
                "complaint": _("An administration has harmed you or denied you a right."),
                "proposal": _("An idea that would make a public service better."),
            }
        ),
    )
    contacted = forms.ChoiceField(
        label=_("Have you been in touch with the administration?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label=_("What is it about?"),
        choices=[("delay", _("Delay")), ("fees", _("Fees")), ("manners", _("Manners"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    handling = forms.ChoiceField(
        label=_("How was your request handled?"), choices=FACE_CHOICES, widget=FacesRadioSelect
    )
    photo = forms.FileField(
        label=_("Photo or document"),
        help_text=_("At most 15 MB."),
        required=False,
        widget=OwnFileInput,
    )
    agreed = forms.BooleanField(label=_("What I have written is true"))


def gallery_form_with_errors() -> GalleryForm:
    """The gallery's form as it comes back when half of it is missing: what was typed stays."""
    data = {
        "phone": "0612 34 56 78",
        "body": "شارع محمد الخامس",
        "kind": "complaint",
        "handling": "4",
    }
    return GalleryForm(data, auto_id="wrong_%s")
