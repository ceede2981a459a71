"""Addresses to which a letter goes that a visitor asks for."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shared.ui.fields import MAX_EMAIL_LENGTH

ERRORS = {
    "required": _("Enter an e-mail address."),
    "invalid": _("Enter an e-mail address like name@example.ma."),
    "max_length": _("This e-mail address is too long."),
}


class LetterForm(forms.Form):
    """One address, for one letter."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=MAX_EMAIL_LENGTH,
        error_messages=ERRORS,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class LaterForm(LetterForm):
    """The same, typed twice: who mistypes it loses the answers to a stranger."""

    email_again = forms.CharField(
        label=_("The same address again"),
        max_length=MAX_EMAIL_LENGTH,
        error_messages={**ERRORS, "required": _("Enter the e-mail address a second time.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_email_again(self) -> str:
        """Both are the same, whatever the capitals."""
        first = str(self.cleaned_data.get("email", ""))
        again = str(self.cleaned_data["email_again"]).strip()
        if first and first.casefold() != again.casefold():
            raise ValidationError(_("The two addresses differ. Read them again."))
        return again
