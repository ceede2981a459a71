"""Form of the name of a label."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.forms.edit_conflicts import EditForm


class LabelForm(EditForm):
    """Form of the name of a label."""

    name = forms.CharField(
        label=_("Name of the label"),
        help_text=_("One or two words. Only your colleagues see labels."),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
