"""Tables of the messages, internal notes, files and ratings of a case."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from shared.complaints.enums import Author, MessageKind, ScanState
from shared.complaints.models.complaint import Complaint
from shared.rows.value_bounds import MAX_COUNT, values_bounded


class Message(models.Model):
    """A message that the citizen and the agency can read."""

    id = models.UUIDField(primary_key=True)
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=12, choices=MessageKind)
    author = models.CharField(max_length=8, choices=Author)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    body = models.TextField()
    organisation_code = models.SlugField(
        max_length=64,
        blank=True,
        db_default="",
        db_index=False,
        help_text="The competent body that a refusal names.",
    )
    is_by_email = models.BooleanField(
        db_default=False,
        help_text="Its writer gave the reference and the e-mail address, which the agency knows.",
    )
    near_copy = models.PositiveSmallIntegerField(
        null=True,
        help_text="Of a reply: percentage of it that an earlier reply of the agency has too.",
    )
    agency_code = models.SlugField(
        max_length=50,
        blank=True,
        db_default="",
        db_index=False,
        help_text="The agency whose officer wrote it, where that is not this one.",
    )
    writer_number = models.BigIntegerField(
        null=True, help_text="The number of that officer there: known again if the case returns."
    )
    is_unproved = models.BooleanField(
        db_default=False,
        help_text="Who wrote it stands in no public record: a former agency says so alone.",
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(author=Author.CITIZEN, officer=None)
                | (Q(author=Author.AGENCY) & (Q(officer__isnull=False) | ~Q(agency_code=""))),
                name="message_has_its_officer",
            ),
            values_bounded(
                "message_values",
                moments=["at"],
                choices={"kind": MessageKind.values, "author": Author.values},
            ),
        ]


class Note(models.Model):
    """An officer's internal note, in a table apart from messages so that it cannot be sent."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="notes")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    body = models.TextField()
    agency_code = models.SlugField(
        max_length=50,
        blank=True,
        db_default="",
        db_index=False,
        help_text="The agency whose officer wrote it, where that is not this one.",
    )
    writer_number = models.BigIntegerField(
        null=True, help_text="The number of that officer there: known again if the case returns."
    )
    is_unproved = models.BooleanField(
        db_default=False,
        help_text="Who wrote it stands in no public record: a former agency says so alone.",
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(officer__isnull=False) | ~Q(agency_code=""),
                name="note_has_its_officer",
            ),
            values_bounded("note_values", moments=["at"]),
        ]


class SentAttachments(models.Manager["Attachment"]):
    """The manager of sent files; only officers may see a file of an unsent draft."""

    def get_queryset(self) -> models.QuerySet["Attachment"]:
        """Return the files that belong to no draft."""
        return super().get_queryset().filter(draft_id=None)


class Attachment(models.Model):
    """A file of a case. Its path in the storage is random and stored in the row.

    ``objects`` has the sent files only, so that no page shows a citizen a file of a draft.
    """

    id = models.UUIDField(primary_key=True)
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="attachments")
    author = models.CharField(max_length=8, choices=Author)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.BinaryField(max_length=32)
    path = models.CharField(max_length=80)
    scan = models.CharField(max_length=12, choices=ScanState, default=ScanState.NOT_SCANNED)
    question = models.CharField(
        max_length=40,
        blank=True,
        db_default="",
        help_text="Code of the category's question that it answers.",
    )
    is_by_email = models.BooleanField(
        db_default=False,
        help_text="Its sender gave the reference and the e-mail address, which the agency knows.",
    )
    at = models.DateTimeField()
    missing_since = models.DateTimeField(
        null=True, help_text="When its bytes were first found missing from the storage."
    )
    message = models.ForeignKey(
        Message,
        models.CASCADE,
        null=True,
        related_name="attachments",
        db_index=False,
        help_text="The message of the agency with which it was sent.",
    )
    draft_id = models.UUIDField(
        null=True, help_text="The officer's draft with which it will be sent."
    )

    objects: ClassVar[SentAttachments] = SentAttachments()
    everything: ClassVar[models.Manager["Attachment"]] = models.Manager()

    class Meta:
        default_manager_name = "objects"
        constraints = [
            values_bounded(
                "attachment_values",
                moments=("at", "missing_since"),
                choices={"author": Author.values, "scan": ScanState.values},
            )
        ]
        indexes = [
            models.Index(
                fields=["draft_id"], condition=Q(draft_id__isnull=False), name="file_of_a_draft"
            ),
        ]


class Rating(models.Model):
    """The citizen's rating of one reply; a reply after a re-opening can be rated too."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="ratings", db_index=False)
    round = models.PositiveSmallIntegerField(help_text="0 for the first reply, then 1, 2...")
    resolved = models.BooleanField()
    handling = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "round"], name="rating_once_a_round"),
            models.CheckConstraint(
                condition=Q(handling__gte=1, handling__lte=5), name="rating_handling_1_to_5"
            ),
            values_bounded("rating_values", moments=["at"], numbers={"round": MAX_COUNT}),
        ]
