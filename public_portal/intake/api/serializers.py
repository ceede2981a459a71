"""The shapes of a request that a programme files, and of its answer."""

from datetime import date

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from public_portal.intake.forms.request import MIN_STORY
from shared.catalogue.forms import MAX_DETAIL_LENGTH
from shared.complaints.enums import Channel, Declaration, Kind, Language, PartyKind, Privacy
from shared.complaints.types import ComplaintDraft, PartyDraft
from shared.kernel import clock
from shared.kernel.contacts import ContactMissing
from shared.kernel.day_parsing import FIRST_YEAR, DayInFuture, DayTooEarly
from shared.kernel.files import MOST
from shared.ui.api import (
    LineTextField,
    NationalIdTextField,
    PhoneTextField,
    ReusedSerializer,
    TextField,
    UploadField,
)
from shared.ui.fields import MAX_EMAIL_LENGTH, MAX_PROSE_LENGTH
from shared.ui.messages import MESSAGES, refusal_message
from tenants.case_access.enums import EmailState

# Numbers from here on are refused; no amount in a request is so large.
SMALLEST_REFUSED = 10**12


class PartySerializer(serializers.Serializer[PartyDraft]):
    """The person; kept out of an anonymous request altogether.

    Otherwise ``name`` is required, and ``email`` or ``phone``: with neither of the two the answer
    is 400 with the code ``contact_missing`` for the field ``party.email``.
    """

    name = LineTextField(max_length=120, required=False, allow_blank=True, default="")
    email = serializers.EmailField(
        max_length=MAX_EMAIL_LENGTH,
        required=False,
        allow_blank=True,
        default="",
        help_text="Needed where there is no telephone number. Letters go there once it is proved.",
    )
    phone = PhoneTextField(
        max_length=40,
        required=False,
        allow_blank=True,
        default="",
        help_text="Needed where there is no e-mail address. Nothing is sent to a telephone.",
    )
    national_id = NationalIdTextField(max_length=40, required=False, allow_blank=True, default="")
    kind = serializers.ChoiceField(PartyKind.choices, required=False, default=PartyKind.PERSON)


class PastDayField(serializers.DateField):
    """An ISO day that has come, and not before 1900."""

    def run_validation(self, data: object = serializers.empty) -> date | None:
        """Return the day. Raises ``ValidationError``."""
        found: date | None = super().run_validation(data)
        if found and found > clock.today():
            raise ValidationError([str(MESSAGES[DayInFuture.code])], code=DayInFuture.code)
        if found and found.year < FIRST_YEAR:
            raise ValidationError([str(MESSAGES[DayTooEarly.code])], code=DayTooEarly.code)
        return found


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "maxLength": MAX_DETAIL_LENGTH},
            {"type": "number"},
            {"type": "array", "items": {"type": "string"}},
        ]
    }
)
class AnswerField(LineTextField):
    """The answer to one question of a category: a text, a number, or the codes of options."""

    def run_validation(self, data: object = serializers.empty) -> str:
        """Return the answer as text, as the pages keep it. Raises ``ValidationError``."""
        if isinstance(data, int | float) and not isinstance(data, bool):
            # Python raises an error when an integer of many thousand digits becomes text.
            data = f"{data:.2f}" if abs(data) < SMALLEST_REFUSED else ""
        if isinstance(data, list) and all(isinstance(code, str) for code in data):
            data = ",".join(data)
        return super().run_validation(data)


class ComplaintSerializer(ReusedSerializer[ComplaintDraft]):
    """One request, as a programme sends it."""

    organisation = LineTextField(max_length=64)
    kind = serializers.ChoiceField(Kind.choices)
    category = LineTextField(max_length=50, required=False, allow_blank=True, default="")
    subject = LineTextField(max_length=200, least=3)
    body = TextField(max_length=MAX_PROSE_LENGTH, least=MIN_STORY)
    remedy = TextField(max_length=MAX_PROSE_LENGTH, required=False, allow_blank=True, default="")
    place = LineTextField(max_length=200, required=False, allow_blank=True, default="")
    language = serializers.ChoiceField(Language.choices)
    privacy = serializers.ChoiceField(Privacy.choices)
    party = PartySerializer(required=False)
    happened_on = PastDayField(
        required=False, allow_null=True, default=None, help_text="Not before 1900, not ahead."
    )
    declarations = serializers.ListField(
        child=serializers.ChoiceField(Declaration.choices),
        required=False,
        default=list,
        max_length=len(Declaration),
        help_text="What the citizen says of the admissibility; it never blocks.",
    )
    answers = serializers.DictField(
        child=AnswerField(max_length=MAX_DETAIL_LENGTH),
        required=False,
        help_text=(
            "Code of a question of the category, and its answer: words for a text, a number, a day "
            "as 2026-03-07, an option's code for a choice, a list of codes for many. A question of "
            "the kind file is answered by a file: see multipart/form-data."
        ),
    )

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """Whoever is not anonymous says their name and one way to reach them."""
        party = attrs.get("party")
        if attrs["privacy"] == Privacy.ANONYMOUS:
            attrs["party"] = {}
            return attrs
        given = party if isinstance(party, dict) else {}
        wrong: dict[str, list[ErrorDetail]] = {}
        if not given.get("name"):
            message = _("This is required unless the request is anonymous.")
            wrong["name"] = [ErrorDetail(message, "required")]
        if not (given.get("email") or given.get("phone")):
            refusal = ContactMissing()
            wrong["email"] = [ErrorDetail(refusal_message(refusal), refusal.code)]
        if wrong:
            raise ValidationError({"party": wrong})
        return attrs

    def to_draft(self) -> ComplaintDraft:
        """Return the complaint as the domain takes it."""
        values = self.validated_data
        party = values["party"]
        return ComplaintDraft(
            organisation_code=values["organisation"],
            kind=Kind(values["kind"]),
            category_code=values["category"],
            subject=values["subject"],
            body=values["body"],
            remedy=values["remedy"],
            place=values["place"],
            happened_on=values["happened_on"],
            declarations=tuple(Declaration(one) for one in dict.fromkeys(values["declarations"])),
            language=Language(values["language"]),
            privacy=Privacy(values["privacy"]),
            channel=Channel.API,
            party=PartyDraft(**{**party, "kind": PartyKind(party.get("kind", PartyKind.PERSON))}),
        )


class WholeSerializer(serializers.Serializer[dict[str, object]]):
    """A request with its files, for the schema; the parts of each name may come several times.

    A file that answers a question of the category comes in a part ``file.CODE`` with the code of
    that question. Each has at most 15 MB, and ten may come; the installation's own proxy takes 46
    MB in one request, and what is more goes to ``tracking/case/attachments/`` afterwards.
    """

    complaint = ComplaintSerializer(help_text="The same JSON as without files.")
    file = serializers.ListField(
        child=UploadField(), max_length=MOST, required=False, help_text="Files."
    )


class ReceiptSerializer(serializers.Serializer[dict[str, object]]):
    """The receipt, for the schema."""

    reference = serializers.CharField(help_text="Sixteen digits.")
    receipt_code = serializers.CharField(help_text="Sixteen digits; keep them secret.")
    status = serializers.CharField()
    received_at = serializers.DateTimeField()
    due_on = serializers.DateField(allow_null=True)
    tracking_url = serializers.URLField()
    receipt_url = serializers.URLField(help_text="Opens the receipt to whoever has it.")
    email_state = serializers.ChoiceField(
        EmailState.choices,
        help_text=(
            "`unproved`: one e-mail went to the address and asks whether it is the person's; no "
            "other goes there before it was confirmed. `none`: nothing is sent to the person."
        ),
    )
