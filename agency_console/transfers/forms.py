"""Forms that offer a case or a part of it, or refuse an offer."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from agency_console.casework.forms.bodies import CompetentBodyForm
from agency_console.reply_templates.forms import WrittenField
from agency_console.transfers.types import CitizenFile
from shared.complaints.types.custody import PartDraft
from shared.ui.fields import MAX_PROSE_LENGTH, LineField, ProseField, require_visible
from shared.ui.messages import refusal_error
from shared.ui.widgets import ExplainedRadioSelect
from tenants.custody.errors import NobodyToReceive
from tenants.custody.services.offers import MAX_TEXT_LENGTH, MIN_TEXT
from tenants.custody.services.splits import MIN_TEXT as MIN_PART
from tenants.custody.types import OfferDraft
from tenants.models.enums import TransferReason

MAX_SUBJECT_LENGTH = 200
REASON_HINTS = {
    TransferReason.COMPETENCE.value: _("A law or a decree gives this matter to that body."),
    TransferReason.PLACE.value: _("That body answers for the place where it happened."),
    TransferReason.ORIENTATION.value: _("The request came here to be passed on."),
    TransferReason.REORGANISED.value: _("Your administration handled such matters before."),
}


class OfferForm(CompetentBodyForm):
    """Form of the competent body, the reason, and a note to the agency of this body."""

    reason = forms.TypedChoiceField(
        label=_("Reason"),
        choices=TransferReason,
        coerce=TransferReason,
        widget=ExplainedRadioSelect(REASON_HINTS),
    )
    note = WrittenField(
        label=_("Why that body is competent"),
        help_text=_(
            "The other administration reads this before it answers, and the request only after. Do "
            "not write the person's name or their story here."
        ),
        max_length=MAX_TEXT_LENGTH,
        rows=6,
    )

    def clean_organisation_code(self) -> str:
        """Return the body's code; refuse a body for which no other agency answers."""
        code = super().clean_organisation_code()
        if code not in self.bodies.answered:
            raise refusal_error(NobodyToReceive(code, field="organisation_code"))
        return code

    def clean_note(self) -> str:
        """Require a note of at least ``MIN_TEXT`` visible characters."""
        text = str(self.cleaned_data["note"]).strip()
        require_visible(text, least=MIN_TEXT)
        return text

    def to_command(self) -> dict[str, Any]:
        """Return the draft of the offer, and the version of the case that the officer saw."""
        given = self.cleaned_data
        draft = OfferDraft(
            **{name: given[name] for name in ("organisation_code", "reason", "note")}
        )
        return {"draft": draft, "version": given["version"]}


class SplitForm(OfferForm):
    """Form of the part that is cut out of a case, and of its offer."""

    field_order = ("subject", "body", "attachments", "words", "organisation_code", "reason", "note")
    subject = LineField(
        label=_("Subject of the part"),
        max_length=MAX_SUBJECT_LENGTH,
        error_messages={"required": _("Write a subject of at most 200 characters.")},
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    body = WrittenField(
        label=_("Text of the part"),
        help_text=_(
            "The other administration reads this as the citizen's request. Copy from the citizen's "
            "text only what concerns it."
        ),
        max_length=MAX_PROSE_LENGTH,
        rows=10,
    )
    attachments = forms.TypedMultipleChoiceField(
        label=_("Files of the citizen to copy along"),
        help_text=_("The files stay in this case as well."),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose among the files that are shown.")},
    )

    def offer_files(self, files: Sequence[CitizenFile]) -> None:
        """Offer the files to be copied; without files, remove the field."""
        if not files:
            del self.fields["attachments"]
            return
        # Unicode isolates keep the place of a name in Latin letters on an Arabic page.
        choices = [(str(one.id), f"\u2068{one.name}\u2069") for one in files]
        self.fields["attachments"].choices = choices  # type: ignore[attr-defined]

    def clean_body(self) -> str:
        """Require a text of at least ``MIN_PART`` visible characters."""
        text = str(self.cleaned_data["body"]).strip()
        require_visible(text, least=MIN_PART)
        return text

    def to_command(self) -> dict[str, Any]:
        """Return the part, the draft of its offer, and the version of the case that was shown."""
        given, offered = self.cleaned_data, super().to_command()
        files = tuple(given.get("attachments", ()))
        part = PartDraft(subject=given["subject"], body=given["body"], file_ids=files)
        return {"part": part, "offer": offered["draft"], "version": offered["version"]}


class RefuseOfferForm(forms.Form):
    """Form of the reason why an administration does not take a case over."""

    reason = ProseField(
        label=_("Why you do not take it over"),
        help_text=_(
            "The administration that offered it reads this. After two refusals national oversight "
            "decides which administration is competent, and reads it too."
        ),
        max_length=MAX_TEXT_LENGTH,
        least=MIN_TEXT,
        widget=forms.Textarea(attrs={"rows": "5", "dir": "auto"}),
    )
