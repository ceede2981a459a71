"""The shapes of what is asked and answered over REST."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from public_portal.tracking.api.clock_serializers import (
    ClockSerializer,
    LedgerDaySerializer,
    WorkingClockSerializer,
)
from public_portal.tracking.api.part_serializers import (
    HolderNameSerializer,
    HolderSerializer,
    PartSerializer,
    PartsStateSerializer,
)
from public_portal.tracking.enums import ReopenReason
from public_portal.tracking.forms import MAX_COMMENT_LENGTH, MAX_REASON_LENGTH
from public_portal.tracking.types import CustodyRow
from shared.complaints.enums import Author, Declaration
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
from shared.files.upload_storage import upload_read
from shared.kernel.references import receipt_code_parse, reference_parse
from shared.ui.api import (
    LineTextField,
    StrictBooleanField,
    StrictIntegerField,
    TextField,
    UploadField,
    fields_of,
)
from shared.ui.fields import MAX_EMAIL_LENGTH, MAX_PROSE_LENGTH
from shared.ui.messages import refusals_as_form_errors
from tenants.case_access.enums import KeyKind
from tenants.case_access.services.reviews import MAX_TEXT_LENGTH, MIN_TEXT
from tenants.case_access.types import CaseOpening, IssuedToken, ReviewSummary
from tenants.models.enums import OpenedBy, TokenScope

MAX_NUMBER_LENGTH = 200
MAX_LINK_LENGTH = 400
BY_EMAIL = "By reference and e-mail address alone, which the administration may know as well."


class PartOpenSerializer(serializers.Serializer[dict[str, str]]):
    """The reference of another part."""

    reference = LineTextField(max_length=MAX_NUMBER_LENGTH)

    def validate_reference(self, value: str) -> str:
        """Return sixteen digits that agree with each other."""
        with refusals_as_form_errors():
            return reference_parse(value)


class OpenSerializer(PartOpenSerializer):
    """A reference with its e-mail address or its receipt code; or the link of a letter."""

    reference = LineTextField(max_length=MAX_NUMBER_LENGTH, required=False)
    email = serializers.EmailField(max_length=MAX_EMAIL_LENGTH, required=False)
    receipt_code = LineTextField(max_length=MAX_NUMBER_LENGTH, required=False)
    link = LineTextField(
        max_length=MAX_LINK_LENGTH,
        required=False,
        help_text="Address or last part of the link in a letter; it works once.",
    )

    def validate_receipt_code(self, value: str) -> str:
        """Return sixteen digits."""
        with refusals_as_form_errors():
            return receipt_code_parse(value)

    def validate_link(self, value: str) -> str:
        """Return the secret part of an address, or the same alone."""
        return value.rstrip("/").rpartition("/")[2]

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        """Return a reference and one second half; with both, the code counts."""
        if "link" in attrs:
            return attrs
        required = self.fields["reference"].error_messages["required"]
        if "reference" not in attrs:
            raise ValidationError({"reference": [required]}, code="required")
        if "email" not in attrs and "receipt_code" not in attrs:
            raise ValidationError({"email": [required]}, code="required")
        return attrs

    @property
    def secret(self) -> tuple[KeyKind, str]:
        """Which second half came, and what it is."""
        values = self.validated_data
        if "receipt_code" in values:
            return KeyKind.RECEIPT, values["receipt_code"]
        return KeyKind.EMAIL, values["email"]


@fields_of(IssuedToken, "token scope expires_at")
class TokenSerializer(serializers.Serializer[IssuedToken]):
    """What opens one case for some hours."""

    scope = serializers.ChoiceField(
        TokenScope.choices,
        help_text="By e-mail address: write. By receipt code or link: full, to decide as well.",
    )


class CustodySerializer(serializers.Serializer[CustodyRow]):
    """How long one administration has had the case, in whole days."""

    agency = serializers.CharField(source="agency.code")
    name = HolderNameSerializer(source="agency")
    until = serializers.DateField(
        source="step.until", allow_null=True, help_text="Null while it has the case."
    )
    days = serializers.IntegerField(
        source="step.days", help_text="Those of all steps add up to the days of the case."
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields with ``from``, which no attribute of a class can be called."""
        fields = super().get_fields()
        return {
            "agency": fields["agency"],
            "name": fields["name"],
            "from": serializers.DateField(source="step.since"),
            "until": fields["until"],
            "days": fields["days"],
        }


@fields_of(TimelineEntry, "kind status by agency at same_officer until")
class CaseEventSerializer(serializers.Serializer[TimelineEntry]):
    """One thing that happened."""

    agency = serializers.SerializerMethodField(
        help_text="Code of the administration that had the case at that time."
    )

    by = serializers.CharField(help_text="citizen, officer, oversight or system")
    same_officer = serializers.BooleanField(
        help_text="By or for an officer who had decided before: nobody else could."
    )
    until = serializers.DateField(
        allow_null=True, help_text="The day that an interim reply announces."
    )

    def get_agency(self, entry: TimelineEntry) -> str:
        """Return the holder's, where none is said."""
        return str(self.context["agencies"].of(entry.agency_code).code)


@fields_of(PublicMessage, "id kind author agency body is_withheld is_by_email is_unproved at")
class CaseMessageSerializer(serializers.Serializer[PublicMessage]):
    """One message."""

    is_withheld = serializers.BooleanField(
        help_text="Written for several requests together: the body says how to read it."
    )
    agency = serializers.SerializerMethodField(
        help_text="Code of the administration that wrote it; blank for the citizen's."
    )

    is_by_email = serializers.BooleanField(help_text=BY_EMAIL)
    is_unproved = serializers.BooleanField(
        help_text="The national record does not confirm who wrote it."
    )

    def get_agency(self, message: PublicMessage) -> str:
        """Return the holder's, where none is said."""
        if message.author == Author.CITIZEN:
            return ""
        return str(self.context["agencies"].of(message.agency_code).code)


@fields_of(PublicAttachment, "id name content_type size author scan message_id is_by_email at")
class CaseAttachmentSerializer(serializers.Serializer[PublicAttachment]):
    """One file; ``size`` in bytes."""

    message_id = serializers.UUIDField(
        allow_null=True, help_text="The message of the administration with which it was sent."
    )
    is_by_email = serializers.BooleanField(help_text=BY_EMAIL)


@fields_of(GivenRating, "resolved handling comment at")
class GivenRatingSerializer(serializers.Serializer[GivenRating]):
    """The rating of the current reply."""


@fields_of(Promise, "kept")
class PromiseSerializer(serializers.Serializer[Promise]):
    """From the day that the reply names, or after four weeks; ``kept`` is null until told."""


@fields_of(ReviewSummary, "cause reason asked_at due_on decision text decided_at")
class ReviewSerializer(serializers.Serializer[ReviewSummary]):
    """A review by national oversight; ``decision`` is null while it waits."""

    reason = serializers.CharField(help_text="Blank for a token of the scope write.")
    due_on = serializers.DateField(help_text="A term of the portal's own.")


@fields_of(CaseOpening, "at opened_by")
class OpeningSerializer(serializers.Serializer[CaseOpening]):
    """One way by which the request was opened on a day."""

    at = serializers.DateTimeField(help_text="When first on that day.")
    opened_by = serializers.ChoiceField(OpenedBy.choices)


@fields_of(
    PublicCase,
    "reference kind status holder custody offered_to organisation category subject body remedy "
    "place happened_on declarations language privacy received_at due_on clock working_clock "
    "ledger answer_by interim_until outcome answered_at reopened timeline messages attachments "
    "rating promised_on promise may_write may_rate review may_reopen may_appeal may_withdraw "
    "is_joined merged_with parts parts_state is_part cut_by is_given_back openings",
)
class CaseSerializer(serializers.Serializer[PublicCase]):
    """The case as its citizen may see it, with what may be done now."""

    holder = serializers.SerializerMethodField()
    custody = serializers.SerializerMethodField(
        help_text="Who has had the case, the holder last; empty where it was never handed over."
    )
    offered_to = serializers.SerializerMethodField(
        help_text="The administration that is asked to take the case over; its code is `oversight` "
        "while national oversight decides which one is competent. Null mostly."
    )
    organisation = serializers.CharField(source="organisation_code")
    category = serializers.CharField(source="category_code")
    declarations = serializers.ListField(child=serializers.ChoiceField(Declaration.choices))
    clock = ClockSerializer(allow_null=True)
    working_clock = WorkingClockSerializer(source="working")
    ledger = LedgerDaySerializer(many=True)
    answer_by = serializers.DateField(
        allow_null=True, help_text="Last day for the answer to the question that waits."
    )
    interim_until = serializers.DateField(
        allow_null=True,
        help_text="By when the latest interim reply announces the reply; no clock stops for it.",
    )
    reopened = serializers.IntegerField(help_text="How many times.")
    timeline = CaseEventSerializer(many=True)
    messages = CaseMessageSerializer(many=True)
    attachments = CaseAttachmentSerializer(many=True)
    rating = GivenRatingSerializer(allow_null=True)
    promised_on = serializers.DateField(
        allow_null=True, help_text="By when the decision of the reply is carried out, as it says."
    )
    promise = PromiseSerializer(allow_null=True)
    review = serializers.SerializerMethodField()
    may_appeal = serializers.BooleanField(help_text="Ask national oversight for a review.")
    merged_with = serializers.ListField(
        child=serializers.CharField(),
        help_text="References of the citizen's other requests that are answered with this one. "
        "Each stays valid. For a token got by a link of a letter alone: empty otherwise.",
    )
    is_joined = serializers.BooleanField(
        help_text="Whether it is answered together with other requests, told or not."
    )
    parts = serializers.SerializerMethodField(
        help_text="The parts of the request, each with its own administration and clock; empty "
        "where it was not split."
    )
    parts_state = serializers.SerializerMethodField(
        help_text="How much of a request that was split has its answer; null where it was not."
    )
    is_part = serializers.BooleanField(help_text="It was cut out of another request.")
    cut_by = serializers.SerializerMethodField(
        help_text="The administration whose officer wrote the subject and the body of a part: they "
        "are not the citizen's. Null for a citizen's own words."
    )
    is_given_back = serializers.BooleanField(
        help_text="The part was given back: the whole request answers it."
    )

    openings = serializers.SerializerMethodField(
        help_text="By what the request was opened on the citizens' site, each way once a day, "
        "latest first."
    )

    @extend_schema_field(HolderSerializer)
    def get_holder(self, case: PublicCase) -> object:
        """Return the agency, which the case itself does not name."""
        return HolderSerializer(self.context["agencies"].holder).data

    @extend_schema_field(CustodySerializer(many=True))
    def get_custody(self, case: PublicCase) -> object:
        """Return the chain of custody with the names that the case itself does not know."""
        return CustodySerializer(self.context["custody"], many=True).data

    @extend_schema_field(HolderSerializer(allow_null=True))
    def get_offered_to(self, case: PublicCase) -> object:
        """Return the agency that is asked, by its names."""
        if not case.offered_to:
            return None
        return HolderSerializer(self.context["agencies"].of(case.offered_to)).data

    @extend_schema_field(PartSerializer(many=True))
    def get_parts(self, case: PublicCase) -> object:
        """Return all of them, that of the token included."""
        parts = self.context["parts"]
        return PartSerializer(parts.parts, many=True).data if parts else []

    @extend_schema_field(PartsStateSerializer(allow_null=True))
    def get_parts_state(self, case: PublicCase) -> object:
        """Return the state of all parts together."""
        parts = self.context["parts"]
        return PartsStateSerializer(parts).data if parts else None

    @extend_schema_field(HolderSerializer(allow_null=True))
    def get_cut_by(self, case: PublicCase) -> object:
        """Return the agency by its names, from the national record where it can be asked."""
        parts = self.context["parts"]
        if parts and parts.opened and parts.opened.cut_by:
            return HolderSerializer(parts.opened.cut_by).data
        if not (case.is_part and case.cut_by_code):
            return None
        return HolderSerializer(self.context["agencies"].of(case.cut_by_code)).data

    @extend_schema_field(OpeningSerializer(many=True))
    def get_openings(self, case: PublicCase) -> object:
        """Return what the national side has written down."""
        return OpeningSerializer(self.context["openings"], many=True).data

    @extend_schema_field(ReviewSerializer(allow_null=True))
    def get_review(self, case: PublicCase) -> object:
        """Return the latest review, which the national side keeps."""
        review = self.context["review"]
        return ReviewSerializer(review).data if review else None


class JoinedOpenSerializer(PartOpenSerializer):
    """The reference of another request that is answered with this one."""


class MessageSerializer(serializers.Serializer[dict[str, str]]):
    """What the citizen writes."""

    body = TextField(max_length=MAX_PROSE_LENGTH)


class AttachmentSerializer(serializers.Serializer[dict[str, UploadedContent]]):
    """One file of at most 15 MB.

    Pictures (JPEG, PNG, WebP, GIF), PDF, documents of Office and LibreOffice, text in UTF-8, and
    sound. It is examined and cleaned: what is kept is not byte for byte what was sent.
    """

    # An empty file is refused later, with an error that names the file.
    file = UploadField(allow_empty_file=True)

    def validate_file(self, value: "UploadedFile[bytes]") -> UploadedContent:
        """Return the content; a huge one is never read."""
        with refusals_as_form_errors():
            return UploadedContent(name=value.name or "", content=upload_read(value))


class RatingSerializer(serializers.Serializer[RatingDraft]):
    """Two separate facts, and words."""

    resolved = StrictBooleanField()
    handling = StrictIntegerField(min_value=1, max_value=5)
    comment = TextField(max_length=MAX_COMMENT_LENGTH, required=False, allow_blank=True, default="")


class PromiseTellSerializer(serializers.Serializer[dict[str, bool]]):
    """Whether what the reply promised has been done."""

    kept = StrictBooleanField()


class ReviewAskSerializer(serializers.Serializer[dict[str, str]]):
    """Why national oversight should look at it."""

    reason = TextField(min_length=MIN_TEXT, max_length=MAX_TEXT_LENGTH)


class ReopenSerializer(serializers.Serializer[dict[str, str]]):
    """Why the reply did not convince."""

    reason = serializers.ChoiceField(ReopenReason.choices)
    body = TextField(max_length=MAX_REASON_LENGTH)
