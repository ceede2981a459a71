"""Form fields for a person's name and contacts, for references and for codes."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shared.kernel.contacts import ContactMissing
from shared.kernel.references import receipt_code_parse, reference_parse
from shared.ui.fields import MAX_EMAIL_LENGTH, LineField, PhoneField
from shared.ui.messages import refusal_message, refusals_as_form_errors
from shared.ui.widgets import ExplainedRadioSelect

MISSING_EMAIL = _("Enter your e-mail address.")
DIGITS = {"inputmode": "numeric", "autocomplete": "off", "dir": "ltr", "class": "input-code"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An option of a list, with a name and a hint."""

    code: str
    name: str
    hint: str


def choose_among(form: forms.Form, name: str, choices: Sequence[Choice]) -> None:
    """Turn a field of a form into radio buttons with these choices and their hints."""
    widget = ExplainedRadioSelect({choice.code: choice.hint for choice in choices})
    widget.choices = [(choice.code, choice.name) for choice in choices]
    form.fields[name].widget = widget


def person_name_field(*, missing: Any, autocomplete: str = "name", **options: Any) -> LineField:
    """Return the field for a person's full name; ``missing`` is the error for a blank name."""
    return LineField(
        max_length=120,
        error_messages={
            "required": missing,
            "max_length": _("Shorten the name to 120 characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": autocomplete, "dir": "auto"}),
        **{"label": _("Full name"), **options},
    )


def contact_email_field(
    *,
    missing: Any = MISSING_EMAIL,
    autocomplete: str = "email",
    is_alternative: bool = False,
    **options: Any,
) -> forms.EmailField:
    """Return the field for an e-mail address; ``missing`` is the error for a blank address.

    ``is_alternative``: the form needs this address or a telephone number (``contact_require``).
    """
    field = forms.EmailField(
        max_length=MAX_EMAIL_LENGTH,
        error_messages={
            "required": missing,
            "invalid": _("Enter an e-mail address like name@example.ma."),
            "max_length": _("This e-mail address is too long."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": autocomplete, "spellcheck": "false"}),
        **{"label": _("E-mail address"), "required": not is_alternative, **options},
    )
    field.is_alternative = is_alternative  # type: ignore[attr-defined]
    return field


def contact_phone_field(
    *, missing: Any = "", autocomplete: str = "tel", is_alternative: bool = False, **options: Any
) -> PhoneField:
    """Return the field for a telephone number; it is optional if ``missing`` is blank.

    ``is_alternative``: the form needs this number or an e-mail address (``contact_require``).
    """
    attrs = {"type": "tel", "inputmode": "tel", "autocomplete": autocomplete}
    field = PhoneField(
        label=_("Telephone"),
        required=bool(missing),
        max_length=40,
        error_messages={"required": missing},
        widget=forms.TextInput(attrs={**attrs, "class": "input-short"}),
        **options,
    )
    field.is_alternative = is_alternative  # type: ignore[attr-defined]
    return field


def contact_require(form: forms.Form) -> None:
    """Add errors if a form has neither an e-mail address nor a telephone number."""
    given = form.cleaned_data
    if given.get("email") == given.get("phone") == "":
        for name in ("email", "phone"):
            form.add_error(name, refusal_message(ContactMissing()))


class ReferenceField(forms.CharField):
    """The field for the reference of a request: sixteen digits with valid check digits."""

    def __init__(self, *, help_text: Any = "") -> None:
        super().__init__(
            label=_("Reference"),
            help_text=help_text,
            max_length=200,
            error_messages={"required": _("Enter the reference.")},
            widget=forms.TextInput(attrs=DIGITS),
        )

    def clean(self, value: object) -> str:
        """Return the digits of the reference. Raises ``ValidationError`` for a wrong reference."""
        typed = super().clean(value)
        with refusals_as_form_errors():
            return reference_parse(str(typed))


class ReceiptCodeField(forms.CharField):
    """The field for the receipt code of a request: sixteen digits."""

    is_secret = True

    def __init__(self, *, help_text: Any, required: bool = True) -> None:
        super().__init__(
            label=_("Receipt code"),
            help_text=help_text,
            required=required,
            max_length=200,
            error_messages={"required": _("Enter the receipt code.")},
            widget=forms.TextInput(attrs=DIGITS),
        )

    def clean(self, value: object) -> str:
        """Return the digits of the receipt code, or "". Raises ``ValidationError``."""
        typed = str(super().clean(value))
        with refusals_as_form_errors():
            return receipt_code_parse(typed) if typed else ""


class MailedCodeField(forms.CharField):
    """The field for a code of digits from an e-mail; Arabic digits are accepted too."""

    is_secret = True

    def __init__(self, *, digits: int, help_text: Any, invalid: Any) -> None:
        super().__init__(
            label=_("Code"),
            help_text=help_text,
            max_length=40,
            error_messages={
                "required": _("Enter the code."),
                "invalid": invalid,
                "max_length": invalid,
            },
            widget=forms.TextInput(attrs=DIGITS | {"autocomplete": "one-time-code"}),
        )
        self.digits = digits

    def clean(self, value: object) -> str:
        """Return the digits of the code. Raises ``ValidationError``."""
        typed = unicodedata.normalize("NFKC", str(super().clean(value)))
        code = "".join(
            str(digit)
            for digit in (unicodedata.digit(one, None) for one in typed)
            if digit is not None
        )
        if len(code) != self.digits or any(one.isalpha() for one in typed):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return code
