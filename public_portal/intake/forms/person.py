"""The steps about the person: privacy, name and contact."""

from collections.abc import Mapping
from dataclasses import replace

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from public_portal.intake.enums import Step
from public_portal.intake.forms.base import StepForm
from public_portal.intake.types import Answers
from shared.complaints.enums import PartyKind, Privacy
from shared.forms.fields import (
    contact_email_field,
    contact_phone_field,
    contact_require,
    person_name_field,
)
from shared.ui.fields import NationalIdField, OneOfField
from shared.ui.widgets import ExplainedRadioSelect

PRIVACY_LABELS: Mapping[str, Promise] = {
    Privacy.NAMED: _("With my name"),
    Privacy.CONFIDENTIAL: _("Confidential: keep my name from the administration"),
    Privacy.ANONYMOUS: _("Anonymous: do not ask who I am"),
}
PRIVACY_HINTS: Mapping[str, Promise] = {
    Privacy.NAMED: _(
        "The administration sees your name and how to reach you. Choose this when it must find "
        "your file to answer."
    ),
    Privacy.CONFIDENTIAL: _(
        "The administration sees your request without your name or address. They are sealed, and "
        "serve to write to you; only national oversight can open them, with a written reason, and "
        "you are told."
    ),
    Privacy.ANONYMOUS: _(
        "We keep no name and no address, and send no e-mail. A secret code, shown once you have "
        "sent the request, is the only way to follow it and to read the answer."
    ),
}

# The portal sends no text messages (SMS), so no hint may promise them.
PHONE_HINTS: Mapping[str, Promise] = {
    Privacy.NAMED: _(
        "The administration may call you. Nothing is sent to a telephone: with a number alone you "
        "follow your request with the receipt code. For example 0612345678, or +33612345678 from "
        "abroad."
    ),
    Privacy.CONFIDENTIAL: _(
        "Kept with your name: the administration does not see it and does not call. Nothing is "
        "sent to a telephone: with a number alone you follow your request with the receipt code. "
        "For example 0612345678, or +33612345678 from abroad."
    ),
}


class PrivacyForm(StepForm):
    """The form for the choice of privacy: named, confidential or anonymous."""

    title = _("How should we treat your identity?")
    privacy = OneOfField(
        label=title,
        choices=list(PRIVACY_LABELS.items()),
        widget=ExplainedRadioSelect(PRIVACY_HINTS),
        prompt=_("Choose how we should treat your identity."),
    )

    def to_answers(self) -> Answers:
        """Return the answers; the data of the person is removed from an anonymous request."""
        answers = super().to_answers()
        if answers.privacy == Privacy.ANONYMOUS:
            nobody = replace(answers, party_kind="", name="", email="", phone="", national_id="")
            return nobody.without_typed(Step.PERSON)
        return answers


class PersonForm(StepForm):
    """The form for the citizen's name and contact; an anonymous request skips this step."""

    title = _("How do we reach you?")
    lead = _("Give an e-mail address or a telephone number, or both. One of the two is enough.")
    party_kind = OneOfField(
        label=_("Who are you?"),
        choices=PartyKind.choices,
        widget=forms.RadioSelect,
        prompt=_("Say who you are."),
    )
    name = person_name_field(missing=_("Enter your name, or go back and choose to stay anonymous."))
    email = contact_email_field(
        help_text=_(
            "We write to you there: first one e-mail in which you confirm that the address is "
            "yours, then all that happens to your request."
        ),
        is_alternative=True,
    )
    phone = contact_phone_field(help_text=PHONE_HINTS[Privacy.NAMED], is_alternative=True)
    national_id = NationalIdField(
        label=_("National identity number (CIN)"),
        help_text=_("Only if your file cannot be found without it."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr", "class": "input-short"}),
    )

    def prepare(self) -> None:
        """Preselect the stored choice or a natural person; set the hint of the telephone number."""
        self.initial["party_kind"] = self.answers.party_kind or PartyKind.PERSON
        if self.answers.privacy in PHONE_HINTS:
            self.fields["phone"].help_text = str(PHONE_HINTS[self.answers.privacy])

    def clean(self) -> None:
        """Require an e-mail address or a telephone number."""
        super().clean()
        contact_require(self)
