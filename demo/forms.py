"""The form of the gallery of components."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.ui.widgets import (
    FACE_CHOICES,
    ExplainedRadioSelect,
    FacesRadioSelect,
    OwnFileInput,
)


class GalleryForm(forms.Form):
    """A form with a field of every kind."""

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
    """Return the gallery's form with invalid data, so that the form shows errors."""
    data = {
        "phone": "0612 34 56 78",
        "body": "شارع محمد الخامس",
        "kind": "complaint",
        "handling": "4",
    }
    return GalleryForm(data, auto_id="wrong_%s")
