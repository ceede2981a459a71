"""Forms of the citizens' account and of its sign-in."""

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
# What the libraries raise when they read a credential that somebody made up.
UNREADABLE = (AttributeError, IndexError, KeyError, TypeError, ValueError, struct.error)


class EmailForm(forms.Form):
    """The address to which a code is mailed."""

    email = contact_email_field(
        help_text=_("We send a code there. You need no password, now or later.")
    )

    def clean_email(self) -> str:
        """Return the address in lower case: people do not remember their capitals."""
        return str(self.cleaned_data["email"]).strip().lower()


class NewEmailForm(EmailForm):
    """The new e-mail address of an account."""

    email = contact_email_field(
        label=_("New e-mail address"),
        help_text=_("We send a code there: only whoever reads it can type it in."),
    )


class CodeForm(forms.Form):
    """The eight-digit code of the e-mail."""

    code = MailedCodeField(
        digits=CODE_DIGITS,
        help_text=_("Eight digits, in the e-mail that we have just sent."),
        invalid=_("A code has eight digits. Read it again in the e-mail."),
    )


class ProfileForm(EditForm):
    """The citizen's name, and the language of our e-mails."""

    name = person_name_field(missing=_("Enter your name."))
    language = OneOfField(
        label=_("Language of our e-mails"),
        choices=Language.choices,
        widget=forms.RadioSelect,
        prompt=_("Choose a language."),
    )


class WelcomeForm(ProfileForm):
    """The name and language of a new account, with the consent that the law asks for."""

    consent = forms.BooleanField(
        label=_("I agree that the portal keeps my name, my e-mail address and my list of requests"),
        error_messages={"required": _("Without your agreement we may not open an account.")},
    )


class AdoptForm(forms.Form):
    """The reference of an earlier request, and a proof that it is the citizen's own."""

    mark_optional = True

    reference = ReferenceField(
        help_text=_("16 digits, on your receipt and in every e-mail from us.")
    )
    code = ReceiptCodeField(
        help_text=_("Leave it empty if you gave the e-mail address of this account."),
        required=False,
    )


class ReferenceForm(forms.Form):
    """The reference of a listed request, in a hidden field."""

    reference = forms.CharField(max_length=16)


class ListForm(forms.Form):
    """Filter and page number of a list; invalid values mean the first page of all requests."""

    show = forms.ChoiceField(choices=Shown.choices, required=False)
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)

    def asked(self) -> tuple[Shown, int]:
        """Return the filter (all by default) and the page number, from 1."""
        self.full_clean()
        given = self.cleaned_data
        return Shown(given.get("show") or Shown.ALL), given.get("page") or 1


class EraseForm(forms.Form):
    """The confirmation before an account is erased."""

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
    """The browser's JSON about a passkey; anything else is refused in one sentence."""

    widget = forms.HiddenInput

    def __init__(self, **options: object) -> None:
        errors = {"required": BAD_PASSKEY, "invalid": BAD_PASSKEY}
        super().__init__(error_messages=errors, **options)  # type: ignore[arg-type]

    def to_python(self, value: Any) -> Any:
        """Return the JSON object. Raises ``ValidationError`` if it is too long or no object."""
        if len(str(value or "")) > MAX_CREDENTIAL_LENGTH:
            raise ValidationError(BAD_PASSKEY, code="invalid")
        try:
            found = super().to_python(value)
        except (RecursionError, ValueError):
            # Too deep, or a number too long, for Python's parser.
            raise ValidationError(BAD_PASSKEY, code="invalid") from None
        if found is not None and not isinstance(found, dict):
            raise ValidationError(BAD_PASSKEY, code="invalid")
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return nothing: a refused credential is neither shown nor read again."""
        return None


class PasskeySignInForm(LoginWebAuthnForm):
    """The passkey with which a citizen signs in."""

    credential = CredentialField()

    def clean_credential(self) -> object:
        """Return the passkey that was used."""
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
    """The name of a passkey."""

    name = _passkey_name(required=True)


class PasskeyAddForm(AddWebAuthnForm):
    """A passkey that the browser has just made, and its name."""

    # The device has made the passkey already: it is not thrown away for want of a name.
    name = _passkey_name(required=False)
    credential = CredentialField()

    def clean_name(self) -> str:
        """Return the typed name, or a default one."""
        return str(self.cleaned_data["name"]) or gettext("Passkey")

    def clean(self) -> dict[str, object]:
        """Return the values after the library has checked challenge, host and signature."""
        with _unreadable_refused():
            cleaned: dict[str, object] = super().clean()
        return cleaned
