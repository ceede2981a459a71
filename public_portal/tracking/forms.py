"""Forms that open a request, and forms of the tracking page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from public_portal.tracking.enums import ReopenReason
from shared.complaints.types import RatingDraft
from shared.forms.fields import ReceiptCodeField, ReferenceField, contact_email_field
from shared.kernel.errors import DomainError
from shared.kernel.references import receipt_code_parse
from shared.limits.services.proof import MAX_PROOF_LENGTH
from shared.ui.fields import MAX_EMAIL_LENGTH, FilesField, OneOfField, ProseField
from shared.ui.messages import refusals_as_form_errors
from shared.ui.widgets import FACE_CHOICES, FacesRadioSelect, WriteOnlyHiddenInput
from tenants.case_access.enums import KeyKind
from tenants.case_access.services.reviews import (
    MAX_TEXT_LENGTH as MAX_REVIEW_LENGTH,
    MIN_TEXT as MIN_REVIEW,
)

MAX_REASON_LENGTH = 9_000
MAX_COMMENT_LENGTH = 2_000
HANDLED = _("Say how your request was handled.")
TOO_LONG = _("Shorten the text to 10,000 characters.")


def _yes_or_no(*, label: Any, prompt: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": prompt, "invalid_choice": prompt},
    )


class PartForm(forms.Form):
    """The form for the reference of a part, or of a merged request, to open."""

    reference = ReferenceField()


class BothMineForm(forms.Form):
    """The form for the answer to the question whether another request is the citizen's as well."""

    answer = forms.ChoiceField(choices=(("yes", "yes"), ("no", "no")))

    @property
    def is_mine(self) -> bool:
        """Return whether the answer is yes."""
        return bool(self.cleaned_data["answer"] == "yes")


class OpenForm(forms.Form):
    """The form for the reference of a request, with its e-mail address or its receipt code."""

    reference = ReferenceField(
        help_text=_("16 digits, on your receipt and in every e-mail from us.")
    )
    secret = forms.CharField(
        label=_("E-mail address or receipt code"),
        help_text=_(
            "The e-mail address you gave, or the 16 digits of the receipt code. "
            "If you gave no e-mail address, you have only the code."
        ),
        max_length=MAX_EMAIL_LENGTH,
        error_messages={
            "required": _("Enter your e-mail address or the receipt code."),
            "max_length": _("This e-mail address is too long."),
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "email", "spellcheck": "false", "dir": "ltr"}
        ),
    )

    # Typed values of this form are never saved, because they may include the receipt code.
    secret.is_secret = True  # type: ignore[attr-defined]
    # A proof of work, which is required only while many lookups fail.
    altcha = forms.CharField(
        required=False, max_length=MAX_PROOF_LENGTH, widget=WriteOnlyHiddenInput
    )

    def clean_secret(self) -> str:
        """Return a well-formed e-mail address or receipt code."""
        typed = str(self.cleaned_data["secret"]).strip()
        if "@" not in typed:
            with refusals_as_form_errors():
                return receipt_code_parse(typed)
        try:
            validate_email(typed)
        except ValidationError:
            raise ValidationError(
                _("Enter an e-mail address like name@example.ma, or the receipt code."),
                code="invalid",
            ) from None
        return typed

    @property
    def kind(self) -> KeyKind:
        """Return whether the secret is an e-mail address or a receipt code."""
        return KeyKind.EMAIL if "@" in str(self.cleaned_data["secret"]) else KeyKind.RECEIPT


class ProofForm(forms.Form):
    """The form for the receipt code, with which a person proves to be the citizen of a request."""

    refusal: DomainError | None = None

    code = ReceiptCodeField(help_text=_("16 digits, on your receipt."))


class AskLinkForm(forms.Form):
    """The form for a reference, and the e-mail address to which a link is mailed."""

    reference = OpenForm.base_fields["reference"]
    email = contact_email_field(help_text=_("The one that you gave with this request."))


class EmailForm(forms.Form):
    """The form for the new e-mail address for messages about a request."""

    email = contact_email_field(label=_("E-mail address for messages about this request"))


class PromiseForm(forms.Form):
    """The form for the answer to the question whether the promise of the reply was kept."""

    kept = _yes_or_no(
        label=_("Has been done what the answer promised?"),
        prompt=_("Say whether it has been done."),
    )


class MessageForm(forms.Form):
    """The form for a message to the administration, or for the answer to its question."""

    body = ProseField(
        label=_("Your message"),
        error_messages={"required": _("Write your message."), "max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": "5", "dir": "auto"}),
    )


class AttachmentForm(forms.Form):
    """The form for files that the citizen adds to the request."""

    uploads = FilesField(label=_("Photos, documents or recordings"))


class RatingForm(forms.Form):
    """The form for a rating: whether the matter is settled, and how the request was handled."""

    mark_optional = True
    resolved = _yes_or_no(
        label=_("Is the matter settled?"), prompt=_("Say whether the matter is settled.")
    )
    handling = forms.TypedChoiceField(
        label=_("How was your request handled?"),
        choices=FACE_CHOICES,
        coerce=int,
        widget=FacesRadioSelect,
        error_messages={"required": HANDLED, "invalid_choice": HANDLED},
    )
    comment = ProseField(
        label=_("Do you want to add something?"),
        required=False,
        max_length=MAX_COMMENT_LENGTH,
        error_messages={"max_length": _("Shorten the text to 2,000 characters.")},
        widget=forms.Textarea(attrs={"rows": "4", "dir": "auto"}),
    )

    def to_draft(self) -> RatingDraft:
        """Return the rating as a ``RatingDraft``."""
        return RatingDraft(**self.cleaned_data)


class ReviewForm(forms.Form):
    """The form for the citizen's reason for a review by national oversight."""

    reason = ProseField(
        label=_("Why should national oversight look at it?"),
        help_text=_(
            "Say what is wrong in the reply, or what you are waiting for. National oversight reads "
            "this; the administration does not. At least 20 characters."
        ),
        min_length=MIN_REVIEW,
        max_length=MAX_REVIEW_LENGTH,
        error_messages={
            "required": _("Write why national oversight should look at it."),
            "min_length": _("Explain it in at least 20 characters."),
            "max_length": _("Shorten the text to 5,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": "6", "dir": "auto"}),
    )


class ReopenForm(forms.Form):
    """The form for the reason why the citizen re-opens the request, and an explanation."""

    reason = OneOfField(
        label=_("Why do you re-open it?"),
        choices=ReopenReason.choices,
        widget=forms.RadioSelect,
        prompt=_("Choose a reason."),
    )
    body = ProseField(
        label=_("Explain"),
        help_text=_("What is missing or wrong in the reply? You can add files afterwards."),
        max_length=MAX_REASON_LENGTH,
        error_messages={
            "required": _("Explain in a few words why you re-open it."),
            "max_length": _("Shorten the text to 9,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": "6", "dir": "auto"}),
    )
