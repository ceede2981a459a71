"""Forms of the check page, and forms by which a visitor asks for an e-mail."""

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from public_portal.intake.errors import AnswersChanged
from shared.forms.fields import contact_email_field
from shared.limits.services.proof import MAX_PROOF_LENGTH
from shared.ui.fields import MAX_EMAIL_LENGTH


class MailForm(forms.Form):
    """The form for an e-mail address to which the portal sends one e-mail."""

    email = contact_email_field(missing=_("Enter an e-mail address."))


class LaterForm(MailForm):
    """The form for an e-mail address, typed twice so that no stranger gets the answers."""

    email_again = forms.CharField(
        label=_("The same address again"),
        max_length=MAX_EMAIL_LENGTH,
        error_messages={
            "required": _("Enter the e-mail address a second time."),
            "max_length": _("This e-mail address is too long."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_email_again(self) -> str:
        """Require that both addresses are equal, apart from upper and lower case."""
        first = str(self.cleaned_data.get("email", ""))
        again = str(self.cleaned_data["email_again"]).strip()
        if first and first.casefold() != again.casefold():
            raise ValidationError(_("The two addresses differ. Read them again."))
        return again


class CheckForm(forms.Form):
    """The form that sends the answers; ``seal`` is the fingerprint of the shown answers."""

    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    seal = forms.CharField(required=False, widget=forms.HiddenInput)
    # A proof of work; over the limits of filing, the proof or the code is required.
    altcha = forms.CharField(required=False, max_length=MAX_PROOF_LENGTH, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code of the e-mail"),
        required=False,
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "dir": "ltr",
                "class": "input-short",
            }
        ),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, seal: str) -> None:
        super().__init__(data=data)
        self.expected = seal

    def clean_website(self) -> str:
        """Require a blank value, because only programs fill in this hidden field."""
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave the hidden field empty, then send again."))
        return ""

    def clean(self) -> None:
        """Require that the answers have not changed since the page was shown."""
        if self.cleaned_data.get("seal") != self.expected:
            raise ValidationError(AnswersChanged.sentence, code=AnswersChanged.code)
