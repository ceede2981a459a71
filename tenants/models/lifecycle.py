"""What an agency uses, and what is done with it: taken over, moved to a host, destroyed."""

from django.db import models
from django.db.models import Q

from tenants.models.agencies import Agency
from tenants.models.enums import ApprovalKind


class AgencyUsage(models.Model):
    """What an agency uses, as measured last; the health page asks no two thousand schemas."""

    agency = models.OneToOneField(Agency, models.CASCADE, primary_key=True, related_name="+")
    staff = models.PositiveIntegerField(help_text="People who may sign in: seats that are taken.")
    open_cases = models.PositiveIntegerField()
    late_cases = models.PositiveIntegerField()
    file_bytes = models.BigIntegerField(help_text="Files of requests and replies, in bytes.")
    mails_waiting = models.PositiveIntegerField()
    mails_failing = models.PositiveIntegerField()
    mails_failed = models.PositiveIntegerField(
        db_default=0, help_text="Letters that are tried no more and may be sent again."
    )
    files_missing = models.PositiveIntegerField(
        db_default=0, help_text="Files whose bytes were asked for and are not in the storage."
    )
    measured_at = models.DateTimeField()


class TakeOver(models.Model):
    """National oversight answers in an agency's place, through caretakers with accounts there."""

    id = models.UUIDField(primary_key=True)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    reason = models.TextField()
    user_id = models.BigIntegerField()
    label = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    closed_users = models.JSONField(help_text="Numbers of the staff whose doors it closed.")
    caretakers = models.JSONField(help_text="Numbers of the accounts it made.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency"], condition=Q(ended_at=None), name="taken_over_once"
            )
        ]


class DestroyOrder(models.Model):
    """One person asks that an archived agency be destroyed; another one must agree."""

    id = models.UUIDField(primary_key=True)
    agency_code = models.SlugField(max_length=50)
    reason = models.TextField()
    is_waived = models.BooleanField(
        db_default=False, help_text="Whether the reason says why no bundle is needed."
    )
    asked_by_id = models.BigIntegerField()
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_by_id = models.BigIntegerField(null=True)
    confirmed_by = models.CharField(max_length=120, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    job_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by_id=None) | ~Q(confirmed_by_id=models.F("asked_by_id")),
                name="destroy_takes_two",
            ),
            models.UniqueConstraint(
                fields=["agency_code"],
                condition=Q(confirmed_at=None, withdrawn_at=None),
                name="destroy_asked_once",
            ),
        ]


class ApprovalRequest(models.Model):
    """One person of the national side asks for something; another one must agree.

    ``arguments`` are what the act needs: addresses of people among them, so they are emptied when
    the request is answered, withdrawn or void. Nothing else of what was asked for ever changes (a
    trigger refuses it): whoever has read a row by its number knows what it asks for.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=16, choices=ApprovalKind)
    subject = models.CharField(max_length=64, help_text="An agency's code, or a reference.")
    arguments = models.JSONField(default=dict)
    reason = models.TextField()
    asked_by_id = models.BigIntegerField()
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_by_id = models.BigIntegerField(null=True)
    confirmed_by = models.CharField(max_length=120, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True, help_text="When the asker did what was agreed to.")
    job_id = models.UUIDField(null=True, help_text="The long work that was agreed to.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by_id=None) | ~Q(confirmed_by_id=models.F("asked_by_id")),
                name="approval_takes_two",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(confirmed_at=None, withdrawn_at=None),
                name="approval_asked_once",
            ),
        ]


class HostClaim(models.Model):
    """A host name of its own that an agency wants; it becomes a ``Domain`` once it leads here."""

    host = models.CharField(max_length=253, primary_key=True)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True)


class LeakTest(models.Model):
    """A run of the test that no agency's role reads another agency's tables."""

    at = models.DateTimeField(primary_key=True)
    agencies = models.PositiveIntegerField()
    attempts = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    leaked = models.JSONField(help_text="What was read and should not have been: reader, owner.")
