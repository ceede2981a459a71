"""Following a request over REST: a token for its two halves, then the case and what may be done."""

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.decorators import api_view, authentication_classes, parser_classes
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from public_portal.tracking.enums import ReopenReason
from public_portal.tracking.forms import LONGEST_COMMENT, LONGEST_REASON, uploaded_content
from public_portal.tracking.selectors import agency_of
from public_portal.tracking.services import space_open
from public_portal.tracking.workflow import reopening_text
from shared.complaints.enums import (
    Author,
    Declaration,
    EventKind,
    Kind,
    Language,
    MessageKind,
    Outcome,
    Privacy,
    ScanState,
    Status,
)
from shared.complaints.types import (
    GivenRating,
    Promise,
    PublicAttachment,
    PublicCase,
    PublicMessage,
    RatingDraft,
    TimelineEntry,
    UploadedContent,
)
from shared.kernel.clock import LegalClock
from shared.kernel.references import receipt_code_parse, reference_parse
from shared.ui.addresses import address_group, client_address
from shared.ui.api import ErrorsSerializer, LineTextField, TextField, TruthField, WholeNumberField
from shared.ui.fields import LONGEST_EMAIL, LONGEST_PROSE
from shared.ui.messages import refusals_as_form_errors
from tenants import gateway
from tenants.enums import KeyKind
from tenants.types import AgencyInfo, IssuedToken

LONGEST_NUMBER = 200
BEARER = "bearer "
REFUSALS = {400: ErrorsSerializer, 401: ErrorsSerializer, 409: ErrorsSerializer}


class TrackingAuthentication(BaseAuthentication):
    """``Authorization: Bearer`` with a token of ``POST /api/v1/tracking/``; it opens one case."""

    def authenticate(self, request: Request) -> tuple[None, str]:
        """The token as it came; the door it opens will know whether it lives."""
        header = request.headers.get("Authorization", "")
        if not header.lower().startswith(BEARER):
            raise NotAuthenticated
        return None, header[len(BEARER) :].strip()

    def authenticate_header(self, request: Request) -> str:
        """What a refusal asks for."""
        return "Bearer"


class TrackingScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The same, for the schema."""

    target_class = TrackingAuthentication
    name = "trackingToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer"}


class OpenSerializer(serializers.Serializer[dict[str, str]]):
    """A reference with its e-mail address or its receipt code."""

    reference = LineTextField(max_length=LONGEST_NUMBER)
    email = serializers.EmailField(max_length=LONGEST_EMAIL, required=False)
    receipt_code = LineTextField(max_length=LONGEST_NUMBER, required=False)

    def validate_reference(self, value: str) -> str:
        """Sixteen digits that agree with each other."""
        with refusals_as_form_errors():
            return reference_parse(value)

    def validate_receipt_code(self, value: str) -> str:
        """Sixteen digits."""
        with refusals_as_form_errors():
            return receipt_code_parse(value)

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        """One second half; with both, the code counts."""
        if "email" not in attrs and "receipt_code" not in attrs:
            required = self.fields["reference"].error_messages["required"]
            raise ValidationError({"email": [required]}, code="required")
        return attrs

    @property
    def secret(self) -> tuple[KeyKind, str]:
        """Which second half came, and what it is."""
        values = self.validated_data
        if "receipt_code" in values:
            return KeyKind.RECEIPT, values["receipt_code"]
        return KeyKind.EMAIL, values["email"]


class TokenSerializer(serializers.Serializer[IssuedToken]):
    """What opens one case for some hours."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class HolderNameSerializer(serializers.Serializer[AgencyInfo]):
    """The holder's name in the three languages."""

    ar = serializers.CharField(source="name_ar")
    fr = serializers.CharField(source="name_fr")
    en = serializers.CharField(source="name_en")


class HolderSerializer(serializers.Serializer[AgencyInfo]):
    """The administration that holds the case and its clock."""

    code = serializers.CharField()
    name = HolderNameSerializer(source="*")


class ClockSerializer(serializers.Serializer[LegalClock]):
    """The legal clock of the current round, in whole days; ``left`` is negative once late."""

    filed_on = serializers.DateField()
    due_on = serializers.DateField()
    elapsed = serializers.IntegerField()
    left = serializers.IntegerField()
    is_overdue = serializers.BooleanField()


class CaseEventSerializer(serializers.Serializer[TimelineEntry]):
    """One thing that happened."""

    kind = serializers.ChoiceField(EventKind.choices)
    status = serializers.ChoiceField(Status.choices)
    by = serializers.CharField(help_text="citizen, officer, oversight or system")
    at = serializers.DateTimeField()


class CaseMessageSerializer(serializers.Serializer[PublicMessage]):
    """One message."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(MessageKind.choices)
    author = serializers.ChoiceField(Author.choices)
    body = serializers.CharField()
    at = serializers.DateTimeField()


class CaseAttachmentSerializer(serializers.Serializer[PublicAttachment]):
    """One file; ``size`` in bytes."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    author = serializers.ChoiceField(Author.choices)
    scan = serializers.ChoiceField(ScanState.choices)
    at = serializers.DateTimeField()


class GivenRatingSerializer(serializers.Serializer[GivenRating]):
    """The rating of the current reply."""

    resolved = serializers.BooleanField()
    handling = serializers.IntegerField()
    comment = serializers.CharField()
    at = serializers.DateTimeField()


class PromiseSerializer(serializers.Serializer[Promise]):
    """Asked four weeks after a reply that promises something; ``kept`` is null until told."""

    kept = serializers.BooleanField(allow_null=True)


class CaseSerializer(serializers.Serializer[PublicCase]):
    """The case as its citizen may see it, with what may be done now."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    status = serializers.ChoiceField(Status.choices)
    holder = serializers.SerializerMethodField()
    organisation = serializers.CharField(source="organisation_code")
    category = serializers.CharField(source="category_code")
    subject = serializers.CharField()
    body = serializers.CharField()
    remedy = serializers.CharField()
    place = serializers.CharField()
    happened_on = serializers.DateField(allow_null=True)
    declarations = serializers.ListField(child=serializers.ChoiceField(Declaration.choices))
    language = serializers.ChoiceField(Language.choices)
    privacy = serializers.ChoiceField(Privacy.choices)
    received_at = serializers.DateTimeField()
    due_on = serializers.DateField(allow_null=True)
    clock = ClockSerializer(allow_null=True)
    outcome = serializers.ChoiceField(Outcome.choices, allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    reopened = serializers.IntegerField(help_text="How many times.")
    timeline = CaseEventSerializer(many=True)
    messages = CaseMessageSerializer(many=True)
    attachments = CaseAttachmentSerializer(many=True)
    rating = GivenRatingSerializer(allow_null=True)
    promise = PromiseSerializer(allow_null=True)
    may_write = serializers.BooleanField()
    may_rate = serializers.BooleanField()
    may_reopen = serializers.BooleanField()
    may_withdraw = serializers.BooleanField()

    @extend_schema_field(HolderSerializer)
    def get_holder(self, case: PublicCase) -> object:
        """The agency, which the case itself does not name."""
        return HolderSerializer(self.context["agency"]).data


class MessageSerializer(serializers.Serializer[dict[str, str]]):
    """What the citizen writes."""

    body = TextField(max_length=LONGEST_PROSE)


class AttachmentSerializer(serializers.Serializer[dict[str, UploadedContent]]):
    """One file: a PDF, a JPEG or a PNG of at most 10 MB."""

    file = serializers.FileField()

    def validate_file(self, value: "UploadedFile[bytes]") -> UploadedContent:
        """The content, its type proven."""
        return uploaded_content(value)


class RatingSerializer(serializers.Serializer[RatingDraft]):
    """Two separate facts, and words."""

    resolved = TruthField()
    handling = WholeNumberField(min_value=1, max_value=5)
    comment = TextField(max_length=LONGEST_COMMENT, required=False, allow_blank=True, default="")


class ReopenSerializer(serializers.Serializer[dict[str, str]]):
    """Why the reply did not convince."""

    reason = serializers.ChoiceField(ReopenReason.choices)
    body = TextField(max_length=LONGEST_REASON)


@extend_schema(
    operation_id="tracking_open",
    tags=["tracking"],
    auth=[],
    request=OpenSerializer,
    responses={
        200: TokenSerializer,
        400: ErrorsSerializer,
        404: ErrorsSerializer,
        429: ErrorsSerializer,
    },
)
@api_view(["POST"])
@authentication_classes([])
def tokens(request: Request) -> Response:
    """A token for the two halves; every wrong pair gets the same 404."""
    serializer = OpenSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    kind, value = serializer.secret
    issued = space_open(
        reference=serializer.validated_data["reference"],
        kind=kind,
        value=value,
        address=address_group(client_address(request)),
    )
    return Response(TokenSerializer(issued).data, headers={"Cache-Control": "no-store"})


@extend_schema(
    operation_id="tracking_case",
    tags=["tracking"],
    responses={200: CaseSerializer, 401: ErrorsSerializer},
)
@api_view(["GET"])
@authentication_classes([TrackingAuthentication])
def case(request: Request) -> Response:
    """The case that the token opens."""
    return _case(request)


@extend_schema(
    operation_id="tracking_message_add",
    tags=["tracking"],
    request=MessageSerializer,
    responses={201: CaseSerializer, **REFUSALS},
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
def add_message(request: Request) -> Response:
    """Write to the administration; answers with the case as it now stands."""
    serializer = MessageSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    gateway.message_add(token=str(request.auth), body=serializer.validated_data["body"])
    return _case(request, status=201)


@extend_schema(
    operation_id="tracking_attachment_add",
    tags=["tracking"],
    request={"multipart/form-data": AttachmentSerializer},
    responses={201: CaseSerializer, **REFUSALS},
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
@parser_classes([MultiPartParser])
def add_attachment(request: Request) -> Response:
    """Send one file; answers with the case as it now stands."""
    serializer = AttachmentSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    gateway.attachment_add(token=str(request.auth), upload=serializer.validated_data["file"])
    return _case(request, status=201)


@extend_schema(
    operation_id="tracking_rating_give",
    tags=["tracking"],
    request=RatingSerializer,
    responses={201: CaseSerializer, **REFUSALS},
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
def give_rating(request: Request) -> Response:
    """Rate the reply, once; answers with the case as it now stands."""
    serializer = RatingSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    draft = RatingDraft(**serializer.validated_data)
    gateway.rating_give(token=str(request.auth), draft=draft)
    return _case(request, status=201)


@extend_schema(
    operation_id="tracking_reopen",
    tags=["tracking"],
    request=ReopenSerializer,
    responses={200: CaseSerializer, **REFUSALS},
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
def reopen(request: Request) -> Response:
    """Use the right to re-open; answers with the case as it now stands."""
    serializer = ReopenSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    language = gateway.case_show(token=str(request.auth)).language
    gateway.case_reopen(
        token=str(request.auth), body=reopening_text(**serializer.validated_data, language=language)
    )
    return _case(request)


@extend_schema(
    operation_id="tracking_withdraw",
    tags=["tracking"],
    request=None,
    responses={200: CaseSerializer, **REFUSALS},
)
@api_view(["POST"])
@authentication_classes([TrackingAuthentication])
def withdraw(request: Request) -> Response:
    """Take the request back; answers with the case as it now stands."""
    gateway.case_withdraw(token=str(request.auth))
    return _case(request)


def _case(request: Request, *, status: int = 200) -> Response:
    token = str(request.auth)
    shown = CaseSerializer(
        gateway.case_show(token=token), context={"agency": agency_of(token=token)}
    )
    return Response(shown.data, status=status, headers={"Cache-Control": "no-store"})
