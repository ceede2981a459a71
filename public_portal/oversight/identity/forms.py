"""The form that asks for the identity of a citizen."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared.forms.fields import ReferenceField
from shared.ui.fields import ProseField

MIN_REASON = 20
MAX_REASON_LENGTH = 1_000


class IdentityForm(forms.Form):
    """The form for the request whose encrypted party is to be decrypted, and for the reason."""

    reference = ReferenceField()
    reason = ProseField(
        label=_("Why must the identity be known?"),
        help_text=_("The citizen reads this text. At least 20 characters."),
        min_length=MIN_REASON,
        max_length=MAX_REASON_LENGTH,
        error_messages={
            "required": _("Write the reason: the citizen has a right to it."),
            "min_length": _("Explain it in at least 20 characters."),
            "max_length": _("Shorten the text to 1,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": "4", "dir": "auto"}),
    )

    court_reference = forms.CharField(
        label=_("Reference of the court's decision"),
        help_text=_(
            "Leave it empty while the citizen's request waits for a review by national oversight. "
            "The citizen reads it."
        ),
        min_length=5,
        max_length=120,
        required=False,
        error_messages={"min_length": _("Write the whole reference of the decision.")},
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
