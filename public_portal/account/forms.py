"""Forms of the citizen's account and of the sign-in."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy as _

from public_portal.account.adapters import CODE_DIGITS
from public_portal.account.enums import Shown
from shared.complaints.enums import Language
from shared.forms.edit_conflicts import EditForm
from shared.forms.fields import (
    MailedCodeField,
    ReceiptCodeField,
    ReferenceField,
    contact_email_field,
    person_name_field,
)
from shared.ui.fields import LineField, OneOfField

MAX_CREDENTIAL_LENGTH = 20_000
MAX_PASSKEY_NAME_LENGTH = 60
BAD_PASSKEY = _("This passkey could not be used. Try again, or ask for a code by e-mail.")
# The errors that the libraries raise for a false credential.
UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError, struct.error)


class EmailForm(forms.Form):
    """The form for the e-mail address to which a code is sent."""

    email = contact_email_field(
        help_text=_("We send a code there. You need no password, now or later.")
    )

    def clean_email(self) -> str:
        """Return the e-mail address in lower case, the form in which accounts have addresses."""
        return str(self.cleaned_data["email"]).strip().lower()


class NewEmailForm(EmailForm):
    """The form for the new e-mail address of an account."""

    email = contact_email_field(
        label=_("New e-mail address"),
        help_text=_("We send a code there: only whoever reads it can type it in."),
    )


class CodeForm(forms.Form):
    """The form for the eight-digit code from an e-mail."""

    code = MailedCodeField(
        digits=CODE_DIGITS,
        help_text=_("Eight digits, in the e-mail that we have just sent."),
        invalid=_("A code has eight digits. Read it again in the e-mail."),
    )


class ProfileForm(EditForm):
    """The form for the citizen's name and the language of e-mails."""

    name = person_name_field(missing=_("Enter your name."))
    language = OneOfField(
        label=_("Language of our e-mails"),
        choices=Language.choices,
        widget=forms.RadioSelect,
        prompt=_("Choose a language."),
    )


class WelcomeForm(ProfileForm):
    """The form for a new account: name, language, and the consent that the law requires."""

    consent = forms.BooleanField(
        label=_("I agree that the portal keeps my name, my e-mail address and my list of requests"),
        error_messages={"required": _("Without your agreement we may not open an account.")},
    )


class AdoptForm(forms.Form):
    """The form to add an earlier request to an account: its reference and its receipt code."""

    mark_optional = True

    reference = ReferenceField(
        help_text=_("16 digits, on your receipt and in every e-mail from us.")
    )
    code = ReceiptCodeField(
        help_text=_("Leave it empty if you gave the e-mail address of this account."),
        required=False,
    )


class ReferenceForm(forms.Form):
    """The form for the reference of a request in the citizen's list."""

    reference = forms.CharField(max_length=16)


class ListForm(forms.Form):
    """The form for the filter and the page number of the list of requests.

    Instead of an invalid filter, all requests are shown; instead of an invalid number, page 1.
    """

    show = forms.ChoiceField(choices=Shown.choices, required=False)
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)

    def asked(self) -> tuple[Shown, int]:
        """Return the filter (by default all requests) and the page number, from 1."""
        self.full_clean()
        given = self.cleaned_data
        return Shown(given.get("show") or Shown.ALL), given.get("page") or 1


class EraseForm(forms.Form):
    """The form to confirm that an account is erased."""

    sure = forms.BooleanField(
        label=_("Yes, erase my account for good"),
        error_messages={"required": _("Tick the box if you are sure.")},
    )


@contextmanager
def _unreadable_refused() -> Iterator[None]:
    try:
        yield
    except (*UNREADABLE, ValidationError):
        raise ValidationError(BAD_PASSKEY, code="invalid") from None


class CredentialField(forms.JSONField):
    """The field for the JSON that the browser sends about a passkey."""

    widget = forms.HiddenInput

    def __init__(self, **options: object) -> None:
        errors = {"required": BAD_PASSKEY, "invalid": BAD_PASSKEY}
        super().__init__(error_messages=errors, **options)  # type: ignore[arg-type]

    def to_python(self, value: Any) -> Any:
        """Return the JSON object; ``None`` for a blank value. Raises ``ValidationError``."""
        if len(str(value or "")) > MAX_CREDENTIAL_LENGTH:
            raise ValidationError(BAD_PASSKEY, code="invalid")
        try:
            found = super().to_python(value)
        except (RecursionError, ValueError):
            # The JSON is nested too deeply, or has a number with too many digits.
            raise ValidationError(BAD_PASSKEY, code="invalid") from None
        if found is not None and not isinstance(found, dict):
            raise ValidationError(BAD_PASSKEY, code="invalid")
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return ``None``, so that a refused credential is not shown again."""
        return None


class PasskeySignInForm(LoginWebAuthnForm):
    """The form for the passkey with which a citizen signs in."""

    credential = CredentialField()

    def clean_credential(self) -> object:
        """Return the stored passkey. Raises ``ValidationError`` for a false credential."""
        with _unreadable_refused():
            return super().clean_credential()


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
    """The form for the name of a passkey."""

    name = _passkey_name(required=True)


class PasskeyAddForm(AddWebAuthnForm):
    """The form for a new passkey and its name."""

    # The device has stored the passkey already, so a missing name must not be an error.
    name = _passkey_name(required=False)
    credential = CredentialField()

    def clean_name(self) -> str:
        """Return the typed name, or a default name."""
        return str(self.cleaned_data["name"]) or gettext("Passkey")

    def clean(self) -> dict[str, object]:
        """Return the values. Raises ``ValidationError`` for a false passkey."""
        with _unreadable_refused():
            cleaned: dict[str, object] = super().clean()
        return cleaned
