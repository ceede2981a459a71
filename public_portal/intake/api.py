"""``POST /api/v1/complaints/``: the journey in one request, for programmes."""

from datetime import date
from functools import lru_cache
from typing import TypedDict

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from public_portal.intake.errors import ProofNeeded
from public_portal.intake.forms import LEAST_STORY, LONGEST_DETAIL
from public_portal.intake.selectors import receipt_token
from public_portal.intake.services import (
    complaint_send,
    filed_within_limits,
    proof_accept,
    proof_challenge,
)
from public_portal.intake.services.proof import LONGEST_PROOF
from public_portal.intake.types import Details
from shared.complaints.enums import Channel, Declaration, Kind, Language, PartyKind, Privacy
from shared.complaints.types import ComplaintDraft, PartyDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.kernel.days import FIRST_YEAR, DayInFuture, DayTooEarly
from shared.ui.addresses import address_group, client_address
from shared.ui.api import (
    ErrorsSerializer,
    LineTextField,
    NationalIdTextField,
    PhoneTextField,
    ReusedSerializer,
    TextField,
)
from shared.ui.fields import LONGEST_EMAIL, LONGEST_PROSE
from shared.ui.messages import MESSAGES
from tenants.types import Receipt

LONGEST_KEY = 255
PROOF_HEADER = "Altcha"
# Far over any amount that a citizen may have to do with.
SMALLEST_REFUSED = 10**12
# Stands in an address for a receipt's token.
PLACE = "PLACE"


class ReceiptBody(TypedDict):
    """What a filed complaint answers with; dates are ISO 8601."""

    reference: str
    receipt_code: str
    status: str
    received_at: str
    due_on: str | None
    tracking_url: str
    receipt_url: str


class PartySerializer(serializers.Serializer[PartyDraft]):
    """The person; kept out of an anonymous request altogether."""

    name = LineTextField(max_length=120, required=False, allow_blank=True, default="")
    email = serializers.EmailField(
        max_length=LONGEST_EMAIL, required=False, allow_blank=True, default=""
    )
    phone = PhoneTextField(max_length=40, required=False, allow_blank=True, default="")
    national_id = NationalIdTextField(max_length=40, required=False, allow_blank=True, default="")
    kind = serializers.ChoiceField(PartyKind.choices, required=False, default=PartyKind.PERSON)


class PastDayField(serializers.DateField):
    """An ISO day that has come, and not before 1900."""

    def run_validation(self, data: object = serializers.empty) -> date | None:
        """The day. Raises ``ValidationError``."""
        found: date | None = super().run_validation(data)
        if found and found > clock.today():
            raise ValidationError([str(MESSAGES[DayInFuture.code])], code=DayInFuture.code)
        if found and found.year < FIRST_YEAR:
            raise ValidationError([str(MESSAGES[DayTooEarly.code])], code=DayTooEarly.code)
        return found


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "maxLength": LONGEST_DETAIL},
            {"type": "number"},
            {"type": "array", "items": {"type": "string"}},
        ]
    }
)
class AnswerField(LineTextField):
    """The answer to one question of a category: a text, a number, or the codes of options."""

    def run_validation(self, data: object = serializers.empty) -> str:
        """The answer as text, as the pages keep it. Raises ``ValidationError``."""
        if isinstance(data, int | float) and not isinstance(data, bool):
            # Python refuses to write out an integer of many thousand digits.
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
    body = TextField(max_length=LONGEST_PROSE, least=LEAST_STORY)
    remedy = TextField(max_length=LONGEST_PROSE, required=False, allow_blank=True, default="")
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
        child=AnswerField(max_length=LONGEST_DETAIL),
        required=False,
        help_text=(
            "Code of a question of the category, and its answer: words for a text, a number, a day "
            "as 2026-03-07, an option's code for a choice, a list of codes for many. A question of "
            "the kind file cannot be answered here."
        ),
    )

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        """Whoever is not anonymous says their name and where the answer goes."""
        party = attrs.get("party")
        if attrs["privacy"] == Privacy.ANONYMOUS:
            attrs["party"] = {}
            return attrs
        given = party if isinstance(party, dict) else {}
        missing = [name for name in ("name", "email") if not given.get(name)]
        if missing:
            message = _("This is required unless the request is anonymous.")
            errors = {name: [serializers.ErrorDetail(message, "required")] for name in missing}
            raise ValidationError({"party": errors})
        return attrs

    def to_draft(self) -> ComplaintDraft:
        """The complaint as the domain takes it."""
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


class ProofAskedSerializer(ErrorsSerializer):
    """A refusal over the limits, with the challenge whose solution lifts it; see Retry-After."""

    altcha = serializers.DictField(help_text="A challenge of ALTCHA 2: parameters and signature.")


class ReceiptSerializer(serializers.Serializer[ReceiptBody]):
    """The receipt, for the schema."""

    reference = serializers.CharField(help_text="Sixteen digits.")
    receipt_code = serializers.CharField(help_text="Sixteen digits; keep them secret.")
    status = serializers.CharField()
    received_at = serializers.DateTimeField()
    due_on = serializers.DateField(allow_null=True)
    tracking_url = serializers.URLField()
    receipt_url = serializers.URLField(help_text="Opens the receipt to whoever has it.")


@extend_schema(
    operation_id="complaint_submit",
    tags=["complaints"],
    auth=[],
    parameters=[
        OpenApiParameter(
            name="Idempotency-Key",
            location=OpenApiParameter.HEADER,
            type={"type": "string", "maxLength": LONGEST_KEY},
            description="The same key with the same content brings the same receipt for 24 hours.",
        ),
        OpenApiParameter(
            name=PROOF_HEADER,
            location=OpenApiParameter.HEADER,
            type={"type": "string", "maxLength": LONGEST_PROOF},
            description=(
                "Only after a 429 with the code proof_needed: the solution of its challenge, as "
                "base64 of the JSON {challenge, solution: {counter, derivedKey}} of ALTCHA 2."
            ),
        ),
    ],
    request=ComplaintSerializer,
    responses={
        201: ReceiptSerializer,
        400: ErrorsSerializer,
        409: ErrorsSerializer,
        429: ProofAskedSerializer,
    },
)
@api_view(["POST"])
def complaints(request: Request) -> Response:
    """File one complaint, observation or proposal."""
    serializer = ComplaintSerializer.checking(request.data)
    serializer.is_valid(raise_exception=True)
    draft = serializer.to_draft()
    try:
        receipt = _filed(
            request, draft, tuple(serializer.validated_data.get("answers", {}).items())
        )
    except ProofNeeded as refusal:
        return _proof_asked(refusal)
    body = _receipt_body(request, receipt, language=draft.language)
    return Response(body, status=201, headers={"Cache-Control": "no-store"})


def _filed(request: Request, draft: ComplaintDraft, details: Details) -> Receipt:
    key = _key(request)

    def file() -> tuple[Receipt, bool]:
        filed = complaint_send(draft=draft, details=details, idempotency_key=key, actor=CITIZEN)
        return filed, True

    return filed_within_limits(
        email=draft.party.email,
        address=address_group(client_address(request)),
        proves=lambda: proof_accept(request.headers.get(PROOF_HEADER, "")),
        file=file,
    )


def _proof_asked(refusal: ProofNeeded) -> Response:
    message = _(
        "Many requests have come from your address. Send this one again with the solution of the "
        "challenge in the header Altcha, or later."
    )
    return Response(
        {
            "errors": [{"code": refusal.code, "message": message}],
            "altcha": proof_challenge(),
        },
        status=429,
        headers={"Retry-After": str(refusal.retry_after), "Cache-Control": "no-store"},
    )


def _key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY:
        message = _("An idempotency key has at most 255 characters.")
        raise ValidationError({"Idempotency-Key": [message]}, code="max_length")
    return f"api:{key}" if key else ""


def _receipt_body(
    request: HttpRequest | Request, receipt: Receipt, *, language: str
) -> ReceiptBody:
    tracking, page = _addresses(language)
    token = receipt_token(receipt.reference)
    return ReceiptBody(
        reference=receipt.reference,
        receipt_code=receipt.receipt_code,
        status=receipt.status,
        received_at=receipt.received_at.isoformat(),
        due_on=receipt.due_on.isoformat() if receipt.due_on else None,
        tracking_url=request.build_absolute_uri(tracking),
        receipt_url=request.build_absolute_uri(page.replace(PLACE, token)),
    )


@lru_cache(maxsize=len(Language.values))
def _addresses(language: str) -> tuple[str, str]:
    """The pages of tracking and of a receipt in one language: the same for every complaint."""
    with override(language):
        return reverse("tracking:start"), reverse("intake:show-receipt", args=[PLACE])
