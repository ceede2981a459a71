"""The complaint, and the person apart from it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from shared.complaints.enums import (
    ANSWERS,
    OPEN,
    Channel,
    Kind,
    Language,
    Outcome,
    PartyKind,
    Privacy,
    Status,
)


class Complaint(models.Model):
    """One person's request to one agency, from receipt to decision."""

    reference = models.CharField(max_length=16)
    kind = models.CharField(max_length=12, choices=Kind)
    organisation_code = models.SlugField(max_length=64, db_index=False)
    category_code = models.SlugField(max_length=50, blank=True, db_index=False)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    remedy = models.TextField(blank=True)
    place = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, choices=Language)
    privacy = models.CharField(max_length=12, choices=Privacy)
    channel = models.CharField(max_length=8, choices=Channel)
    status = models.CharField(max_length=16, choices=Status, default=Status.RECEIVED)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    received_at = models.DateTimeField()
    due_on = models.DateField(
        null=True,
        blank=True,
        help_text="Last day of the reply in the current round; complaints only.",
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    answered_at = models.DateTimeField(
        null=True, blank=True, help_text="When the latest reply left; kept through a re-opening."
    )
    awaiting_until = models.DateField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    reopened_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(
        default=0, help_text="Number of events so far: also what an officer's form was made from."
    )

    class Meta:
        # A unique field would get a second index, for LIKE; each index is a file in every agency.
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="complaint_reference_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="complaint_kind"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="complaint_status"),
            models.CheckConstraint(
                condition=Q(kind=Kind.COMPLAINT) ^ Q(due_on=None),
                name="complaint_due_only_for_complaints",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=ANSWERS) | Q(answered_at__isnull=False),
                name="complaint_answered_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.AWAITING_CITIZEN) ^ Q(awaiting_until=None),
                name="complaint_waiting_has_a_date",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"], condition=Q(status__in=OPEN), name="complaint_open_by_due"
            ),
            models.Index(fields=["-id"], include=["status"], name="complaint_latest"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Whether the agency still owes a reply."""
        return self.status in OPEN


class Party(models.Model):
    """The person behind a complaint: personal data apart, so that it can be erased alone.

    Law 09-08: the national identity number is optional and shown to nobody who does not need it.
    """

    complaint = models.OneToOneField(
        Complaint, models.CASCADE, primary_key=True, related_name="party"
    )
    kind = models.CharField(max_length=12, choices=PartyKind)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    national_id = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return f"party of {self.complaint_id}"
