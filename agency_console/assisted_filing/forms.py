"""Forms in which an officer files a request for a person."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from shared.catalogue.enums import QuestionKind
from shared.catalogue.forms import DETAIL, answers_kept, question_fields
from shared.catalogue.types import CategoryInfo, Details, QuestionInfo
from shared.complaints.enums import Channel, Consent, Kind, Language, PartyKind, Privacy
from shared.complaints.types import Assistance, ComplaintDraft, PartyDraft
from shared.forms.fields import contact_email_field, contact_phone_field, person_name_field
from shared.ui.fields import DayField, LineField, OneOfField, ProseField
from shared.ui.links import OWN_NAMES


class BodyForm(forms.Form):
    """Form of search words for the body that the request is about."""

    q = forms.CharField(
        label=_("Name of the organisation, or what the request is about"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "dir": "auto"}),
    )


class DetailsForm(forms.Form):
    """Form of the category's questions, with the form fields of the citizens' site."""

    mark_optional = True
    # A saved copy of the sent form must not contain this value.
    unkept = ("national_id",)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        files: "MultiValueDict[str, UploadedFile[bytes]] | None" = None,
        *,
        questions: Sequence[QuestionInfo],
        language: str,
    ) -> None:
        super().__init__(data=data, files=files)
        self.questions = questions
        self.fields |= question_fields(questions, language)

    def to_details(self) -> Details:
        """Return the details that were answered."""
        return answers_kept(self.questions, self.cleaned_data)

    def chosen(self) -> Iterator[tuple[str, str, "UploadedFile[bytes]"]]:
        """Yield the field name, question code and file of each chosen file."""
        # A field may be missing, because ``add_error`` removes a field from the cleaned data.
        for question in [one for one in self.questions if one.kind == QuestionKind.FILE]:
            name = f"{DETAIL}{question.code}"
            for upload in self.cleaned_data.get(name, []):
                yield name, question.code, upload


class RequestForm(forms.Form):
    """Form of a person's request at the counter or by telephone; ``key``: idempotency key."""

    mark_optional = True
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    channel = OneOfField(
        label=_("How does the person contact you?"),
        choices=[(one.value, one.label) for one in (Channel.COUNTER, Channel.PHONE)],
        widget=forms.RadioSelect,
        prompt=_("Say whether the person is at the counter or on the telephone."),
    )
    kind = OneOfField(
        label=_("Kind of request"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        prompt=_("Choose what the person wants to send."),
    )
    subject = LineField(
        label=_("Subject"),
        max_length=200,
        least=3,
        error_messages={
            "required": _("Give the request a subject, in a few words."),
            "max_length": _("Shorten the subject to 200 characters."),
        },
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    body = ProseField(
        label=_("What happened?"),
        help_text=_(
            "Write it in the person's own words. Read the text aloud to the person before you "
            "continue."
        ),
        least=20,
        error_messages={
            "required": _("Write what happened, in at least 20 characters."),
            "max_length": _("Shorten the text to 10,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": "7", "dir": "auto"}),
    )
    happened_on = DayField(label=_("When did it happen?"), required=False)
    place = LineField(
        label=_("Place"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Shorten the place to 200 characters.")},
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    remedy = ProseField(
        label=_("What would settle the matter?"),
        required=False,
        error_messages={"max_length": _("Shorten the text to 10,000 characters.")},
        widget=forms.Textarea(attrs={"rows": "3", "dir": "auto"}),
    )
    name = person_name_field(
        label=_("Full name of the person"),
        missing=_("Write the person's name: it is required at the counter and on the telephone."),
        autocomplete="off",
    )
    phone = contact_phone_field(
        help_text=_("A telephone number or an e-mail address is needed, or both."),
        autocomplete="off",
    )
    email = contact_email_field(
        help_text=_(
            "One e-mail asks the person to confirm the address; the others come after that. "
            "Without an address, the person follows the request with the code on the receipt."
        ),
        required=False,
        autocomplete="off",
    )
    language = OneOfField(
        label=_("In which language do we write to the person?"),
        choices=[(code, OWN_NAMES[code]) for code in Language.values],
        widget=forms.RadioSelect,
        prompt=_("Choose a language."),
    )
    consent = OneOfField(
        label=_("How did the person agree?"),
        choices=Consent.choices,
        widget=forms.RadioSelect,
        prompt=_("Choose how the person agreed. Without agreement nothing may be filed."),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        categories: Sequence[CategoryInfo],
        language: str,
    ) -> None:
        super().__init__(
            data=data, initial={"key": secrets.token_urlsafe(16), "language": language}
        )
        self.kinds = {one.code: one.kinds for one in categories}
        self.fields["category"] = forms.ChoiceField(
            label=_("What is it about?"),
            required=False,
            choices=[
                ("", _("Something else")),
                *((one.code, one.name(language)) for one in categories),
            ],
            error_messages={"invalid_choice": _("Choose an entry of the list.")},
        )
        self.order_fields(["key", "channel", "kind", "category"])

    def clean(self) -> None:
        """Require a phone or e-mail; refuse a category of another kind and a signature by phone."""
        super().clean()
        given = self.cleaned_data
        kind, category = given.get("kind"), given.get("category")
        if kind and category and kind not in self.kinds[category]:
            self.add_error(
                "category",
                _(
                    "This entry does not fit the kind of request that you chose. "
                    "Choose another one."
                ),
            )
        # A missing value already has an error of its own.
        if given.get("phone") == given.get("email") == "":
            self.add_error("phone", _("Write a telephone number or an e-mail address."))
        if given.get("channel") == Channel.PHONE and given.get("consent") == Consent.SIGNED:
            self.add_error("consent", _("Nobody signs on the telephone: choose “spoken”."))

    def to_draft(self, *, organisation_code: str, officer_id: int) -> ComplaintDraft:
        """Return the complaint content; the request is always named."""
        given = self.cleaned_data
        return ComplaintDraft(
            organisation_code=organisation_code,
            kind=Kind(given["kind"]),
            category_code=given["category"],
            subject=given["subject"],
            body=given["body"],
            happened_on=given["happened_on"],
            place=given["place"],
            remedy=given["remedy"],
            language=Language(given["language"]),
            privacy=Privacy.NAMED,
            channel=Channel(given["channel"]),
            party=PartyDraft(
                name=given["name"],
                phone=given["phone"],
                email=given["email"],
                kind=PartyKind.PERSON,
            ),
            assistance=Assistance(officer_id=officer_id, consent=Consent(given["consent"])),
        )


def typed_values(form: forms.Form) -> list[tuple[str, str]]:
    """Return names and unparsed values sent for a form's fields, without files."""
    data = cast(QueryDict, form.data)
    # A day is sent as three values, whose names are the field's name with "_" and a suffix.
    return [
        (name, value)
        for name in data
        if any(name == field or name.startswith(f"{field}_") for field in form.fields)
        for value in data.getlist(name)
    ]
