"""The shapes of what is asked and answered over REST."""

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from public_portal.tracking.enums import ReopenReason
from public_portal.tracking.forms import MAX_COMMENT_LENGTH, MAX_REASON_LENGTH
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
from shared.files.receiving import upload_read
from shared.kernel.clock import LegalClock
from shared.kernel.clock_ledger import DayReason, LedgerDay, WorkingClock
from shared.kernel.references import receipt_code_parse, reference_parse
from shared.kernel.text import Wording
from shared.ui.api import (
    LineTextField,
    StrictBooleanField,
    StrictIntegerField,
    TextField,
    UploadField,
)
from shared.ui.fields import MAX_EMAIL_LENGTH, MAX_PROSE_LENGTH
from shared.ui.messages import refusals_as_form_errors
from tenants.agencies.types import AgencyInfo
from tenants.case_access.enums import KeyKind
from tenants.case_access.services.reviews import MAX_TEXT_LENGTH, MIN_TEXT
from tenants.case_access.types import IssuedToken, ReviewSummary
from tenants.models.enums import ReviewCause, ReviewDecision, TokenScope

MAX_NUMBER_LENGTH = 200
MAX_LINK_LENGTH = 400
BY_EMAIL = "By reference and e-mail address alone, which the administration may know as well."


class OpenSerializer(serializers.Serializer[dict[str, str]]):
    """A reference with its e-mail address or its receipt code; or the link of a letter."""

    reference = LineTextField(max_length=MAX_NUMBER_LENGTH, required=False)
    email = serializers.EmailField(max_length=MAX_EMAIL_LENGTH, required=False)
    receipt_code = LineTextField(max_length=MAX_NUMBER_LENGTH, required=False)
    link = LineTextField(
        max_length=MAX_LINK_LENGTH,
        required=False,
        help_text="Address or last part of the link in a letter; it works once.",
    )

    def validate_reference(self, value: str) -> str:
        """Sixteen digits that agree with each other."""
        with refusals_as_form_errors():
            return reference_parse(value)

    def validate_receipt_code(self, value: str) -> str:
        """Sixteen digits."""
        with refusals_as_form_errors():
            return receipt_code_parse(value)

    def validate_link(self, value: str) -> str:
        """The secret part of an address, or the same alone."""
        return value.rstrip("/").rpartition("/")[2]

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        """A reference and one second half; with both, the code counts."""
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


class TokenSerializer(serializers.Serializer[IssuedToken]):
    """What opens one case for some hours."""

    token = serializers.CharField()
    scope = serializers.ChoiceField(
        TokenScope.choices,
        help_text="By e-mail address: write. By receipt code or link: full, to decide as well.",
    )
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


class WorkingClockSerializer(serializers.Serializer[WorkingClock]):
    """What the administration promises, in working days of the current round.

    It pauses while the citizen's answer is awaited; ``left`` is negative once late.
    """

    filed_on = serializers.DateField()
    due_on = serializers.DateField(help_text="If no more time is paused.")
    term = serializers.IntegerField()
    counted = serializers.IntegerField()
    not_counted = serializers.IntegerField()
    paused = serializers.IntegerField()
    left = serializers.IntegerField()
    paused_since = serializers.DateField(allow_null=True)
    is_overdue = serializers.BooleanField()


class HolidayNameSerializer(serializers.Serializer[Wording]):
    """A holiday in the three languages."""

    ar = serializers.CharField()
    fr = serializers.CharField()
    en = serializers.CharField()


class LedgerDaySerializer(serializers.Serializer[LedgerDay]):
    """One day of the case on both clocks."""

    day = serializers.DateField()
    round = serializers.IntegerField(help_text="From 0, one more for each re-opening.")
    legal = serializers.IntegerField(allow_null=True, help_text="Its number by law.")
    working = serializers.IntegerField(help_text="Working days counted by its end.")
    reason = serializers.ChoiceField([(one.value, one.value) for one in DayReason])
    holiday = HolidayNameSerializer(allow_null=True)


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
    is_by_email = serializers.BooleanField(help_text=BY_EMAIL)
    at = serializers.DateTimeField()


class CaseAttachmentSerializer(serializers.Serializer[PublicAttachment]):
    """One file; ``size`` in bytes."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    author = serializers.ChoiceField(Author.choices)
    scan = serializers.ChoiceField(ScanState.choices)
    is_by_email = serializers.BooleanField(help_text=BY_EMAIL)
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


class ReviewSerializer(serializers.Serializer[ReviewSummary]):
    """A review by national oversight; ``decision`` is null while it waits."""

    cause = serializers.ChoiceField(ReviewCause.choices)
    reason = serializers.CharField(help_text="Blank for a token of the scope write.")
    asked_at = serializers.DateTimeField()
    due_on = serializers.DateField(help_text="A term of the portal's own.")
    decision = serializers.ChoiceField(ReviewDecision.choices, allow_null=True)
    text = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)


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
    working_clock = WorkingClockSerializer(source="working")
    ledger = LedgerDaySerializer(many=True)
    answer_by = serializers.DateField(
        allow_null=True, help_text="Last day for the answer to the question that waits."
    )
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
    review = serializers.SerializerMethodField()
    may_reopen = serializers.BooleanField()
    may_appeal = serializers.BooleanField(help_text="Ask national oversight for a review.")
    may_withdraw = serializers.BooleanField()

    @extend_schema_field(HolderSerializer)
    def get_holder(self, case: PublicCase) -> object:
        """The agency, which the case itself does not name."""
        return HolderSerializer(self.context["agency"]).data

    @extend_schema_field(ReviewSerializer(allow_null=True))
    def get_review(self, case: PublicCase) -> object:
        """The latest review, which the national side keeps."""
        review = self.context["review"]
        return ReviewSerializer(review).data if review else None


class MessageSerializer(serializers.Serializer[dict[str, str]]):
    """What the citizen writes."""

    body = TextField(max_length=MAX_PROSE_LENGTH)


class AttachmentSerializer(serializers.Serializer[dict[str, UploadedContent]]):
    """One file of at most 15 MB.

    Pictures (JPEG, PNG, WebP, GIF), PDF, documents of Office and LibreOffice, text in UTF-8, and
    sound. It is examined and cleaned: what is kept is not byte for byte what was sent.
    """

    # An empty one is refused by its own name, like everything else that is wrong with a file.
    file = UploadField(allow_empty_file=True)

    def validate_file(self, value: "UploadedFile[bytes]") -> UploadedContent:
        """The content; a huge one is never read."""
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
