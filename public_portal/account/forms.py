"""What a citizen types at the door of their account and inside it."""

import struct
import unicodedata
from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from public_portal.account.adapters import CODE_DIGITS
from public_portal.account.enums import Shown
from shared.complaints.enums import Language
from shared.kernel.references import receipt_code_parse, reference_parse
from shared.ui.fields import MAX_EMAIL_LENGTH, LineField, OneOfField
from shared.ui.messages import refusals_as_form_errors

MAX_CREDENTIAL_LENGTH = 20_000
MAX_NAME_LENGTH = 120
MAX_PASSKEY_NAME_LENGTH = 60
BAD_PASSKEY = _("This passkey could not be used. Try again, or ask for a code by e-mail.")
# What reading a credential that was made up ends with, in the libraries that read it.
UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError, struct.error)


def _email_field(label: object, help_text: object) -> forms.EmailField:
    return forms.EmailField(
        label=label,  # type: ignore[arg-type]
        help_text=help_text,  # type: ignore[arg-type]
        max_length=MAX_EMAIL_LENGTH,
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address like name@example.ma."),
            "max_length": _("This e-mail address is too long."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class EmailForm(forms.Form):
    """Where the code goes."""

    email = _email_field(
        _("E-mail address"), _("We send a code there. You need no password, now or later.")
    )

    def clean_email(self) -> str:
        """The address as it is kept: people do not remember their capitals."""
        return str(self.cleaned_data["email"]).strip().lower()


class NewEmailForm(EmailForm):
    """Another address for the account."""

    email = _email_field(
        _("New e-mail address"), _("We send a code there: only whoever reads it can type it in.")
    )


class CodeForm(forms.Form):
    """The eight digits of the letter."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Eight digits, in the e-mail that we have just sent."),
        max_length=40,
        error_messages={
            "required": _("Enter the code."),
            "max_length": _("A code has eight digits. Read it again in the e-mail."),
        },
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "dir": "ltr",
                "class": "input-code",
            }
        ),
    )

    def clean_code(self) -> str:
        """Eight digits, in whichever digits and with whatever between them."""
        typed = unicodedata.normalize("NFKC", str(self.cleaned_data["code"]))
        digits = [unicodedata.digit(one, None) for one in typed]
        code = "".join(str(digit) for digit in digits if digit is not None)
        if len(code) != CODE_DIGITS or any(one.isalpha() for one in typed):
            message = _("A code has eight digits. Read it again in the e-mail.")
            raise ValidationError(message, code="invalid")
        return code


class ProfileForm(forms.Form):
    """What we call a citizen, and the language of our letters."""

    name = LineField(
        label=_("Full name"),
        max_length=MAX_NAME_LENGTH,
        error_messages={
            "required": _("Enter your name."),
            "max_length": _("Shorten the name to 120 characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    language = OneOfField(
        label=_("Language of our e-mails"),
        choices=Language.choices,
        widget=forms.RadioSelect,
        prompt=_("Choose a language."),
    )


class WelcomeForm(ProfileForm):
    """The same for a new account, with the consent that the law asks for."""

    consent = forms.BooleanField(
        label=_("I agree that the portal keeps my name, my e-mail address and my list of requests"),
        error_messages={"required": _("Without your agreement we may not open an account.")},
    )


class AdoptForm(forms.Form):
    """An earlier request, by its reference and a proof that it is one's own."""

    reference = forms.CharField(
        label=_("Reference"),
        help_text=_("16 digits, on your receipt and in every e-mail from us."),
        max_length=200,
        error_messages={"required": _("Enter the reference.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"}
            | {"class": "input-code"}
        ),
    )
    code = forms.CharField(
        label=_("Receipt code"),
        help_text=_("Leave it empty if you gave the e-mail address of this account."),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"}
            | {"class": "input-code"}
        ),
    )
    mark_optional = True

    def clean_reference(self) -> str:
        """Sixteen digits that agree with each other; a misread digit is told at once."""
        with refusals_as_form_errors():
            return reference_parse(str(self.cleaned_data["reference"]))

    def clean_code(self) -> str:
        """Sixteen digits, or nothing."""
        typed = str(self.cleaned_data["code"])
        with refusals_as_form_errors():
            return receipt_code_parse(typed) if typed.strip() else ""


class ReferenceForm(forms.Form):
    """A request of the list, by a hidden field."""

    reference = forms.CharField(max_length=16)


class ListForm(forms.Form):
    """Which requests a list shows, and which page of them; nonsense means the first of all."""

    show = forms.ChoiceField(choices=Shown.choices, required=False)
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)

    def shown(self) -> Shown:
        """All, unless something else was asked for."""
        self.full_clean()
        return Shown(self.cleaned_data.get("show") or Shown.ALL)

    def number(self) -> int:
        """The page, from 1."""
        self.full_clean()
        return self.cleaned_data.get("page") or 1


class EraseForm(forms.Form):
    """The last question before an account is erased."""

    sure = forms.BooleanField(
        label=_("Yes, erase my account for good"),
        error_messages={"required": _("Tick the box if you are sure.")},
    )


class CredentialField(forms.JSONField):
    """What the browser says of a passkey; anything else is refused in one sentence."""

    widget = forms.HiddenInput

    def __init__(self, **options: object) -> None:
        errors = {"required": BAD_PASSKEY, "invalid": BAD_PASSKEY}
        super().__init__(error_messages=errors, **options)  # type: ignore[arg-type]

    def to_python(self, value: Any) -> Any:
        """A dictionary that is not longer than any browser makes it."""
        if len(str(value or "")) > MAX_CREDENTIAL_LENGTH:
            raise ValidationError(BAD_PASSKEY, code="invalid")
        try:
            found = super().to_python(value)
        except RecursionError:
            found = None
        if found is not None and not isinstance(found, dict):
            raise ValidationError(BAD_PASSKEY, code="invalid")
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing: what failed once is not sent again, and is not read again either."""
        return None


class PasskeySignInForm(LoginWebAuthnForm):
    """A passkey that opens the account."""

    credential = CredentialField()

    def clean_credential(self) -> object:
        """The passkey that was used."""
        try:
            return super().clean_credential()
        except (*UNREADABLE, ValidationError):
            raise ValidationError(BAD_PASSKEY, code="invalid") from None


def _passkey_name(*, required: bool) -> LineField:
    return LineField(
        label=_("Name of the passkey"),
        help_text=_("For example: my telephone."),
        max_length=MAX_PASSKEY_NAME_LENGTH,
        required=required,
        error_messages={
            "required": _("Give the passkey a name."),
            "max_length": _("Shorten the name to 60 characters."),
        },
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


class PasskeyNameForm(forms.Form):
    """What a passkey is called."""

    name = _passkey_name(required=True)


class PasskeyAddForm(AddWebAuthnForm):
    """A passkey that the browser has just made, and its name."""

    # The device has made the passkey already: it is not thrown away for want of a name.
    name = _passkey_name(required=False)
    credential = CredentialField()

    def clean_name(self) -> str:
        """The name as it was typed, or a plain one."""
        return str(self.cleaned_data["name"]) or gettext("Passkey")

    def clean(self) -> dict[str, object]:
        """The library checks challenge, host and signature."""
        try:
            cleaned: dict[str, object] = super().clean()
        except (*UNREADABLE, ValidationError):
            raise ValidationError(BAD_PASSKEY, code="invalid") from None
        return cleaned

    def to_passkey(self) -> tuple[str, dict[str, object]]:
        """The name and what the browser said."""
        return self.cleaned_data["name"], self.cleaned_data["credential"]
