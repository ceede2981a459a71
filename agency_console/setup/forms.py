"""What an officer chooses for themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.ui.links import OWN_NAMES


class SettingsForm(forms.Form):
    """Language and keyboard shortcuts."""

    language = forms.ChoiceField(
        label=_("Language"), choices=list(OWN_NAMES.items()), widget=forms.RadioSelect
    )
    shortcuts = forms.BooleanField(
        label=_("Single-key keyboard shortcuts"),
        help_text=_("In the inbox and in cases. The key ? shows them all."),
        required=False,
    )
