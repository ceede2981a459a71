"""Models of an agency's usage, acting administration, host claims, destruction and approvals."""

from django.db import models
from django.db.models import Q

from tenants.models.agencies import Agency
from tenants.models.enums import ApprovalKind


class AgencyUsage(models.Model):
    """The last measured usage of an agency."""

    agency = models.OneToOneField(Agency, models.CASCADE, primary_key=True, related_name="+")
    staff = models.PositiveIntegerField(help_text="People who may sign in: seats that are taken.")
    administrators = models.PositiveIntegerField(
        null=True, help_text="Of these, the administrators; None until it is measured again."
    )
    open_cases = models.PositiveIntegerField()
    late_cases = models.PositiveIntegerField()
    file_bytes = models.BigIntegerField(help_text="Files of requests and replies, in bytes.")
    mails_waiting = models.PositiveIntegerField()
    mails_failing = models.PositiveIntegerField()
    mails_failed = models.PositiveIntegerField(
        db_default=0,
        help_text="E-mails that are not retried any more; they can be sent again by hand.",
    )
    files_missing = models.PositiveIntegerField(
        db_default=0, help_text="Files whose bytes were asked for and are not in the storage."
    )
    same_officer_decisions = models.PositiveIntegerField(
        db_default=0,
        help_text="Decisions by an officer who had decided before: nobody else could.",
    )
    measured_at = models.DateTimeField()


class TakeOver(models.Model):
    """An acting administration of an agency; ``ended_at`` is ``None`` until its end."""

    id = models.UUIDField(primary_key=True)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    reason = models.TextField()
    user_id = models.BigIntegerField()
    label = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    closed_users = models.JSONField(help_text="IDs of the staff whose accounts it deactivated.")
    caretakers = models.JSONField(help_text="IDs of the acting officers' accounts that it created.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency"], condition=Q(ended_at=None), name="taken_over_once"
            )
        ]


class TwoPersonRequest(models.Model):
    """A request of one person that a second person must approve before it expires."""

    id = models.UUIDField(primary_key=True)
    reason = models.TextField()
    asked_by_id = models.BigIntegerField()
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_by_id = models.BigIntegerField(null=True)
    confirmed_by = models.CharField(max_length=120, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class DestroyOrder(TwoPersonRequest):
    """An order to destroy an archived agency; a second person must approve the order."""

    agency_code = models.SlugField(max_length=50)
    is_waived = models.BooleanField(
        db_default=False,
        help_text="Whether it may be destroyed without an export; the reason says why.",
    )
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


class ApprovalRequest(TwoPersonRequest):
    """The request of a person of national oversight that a second person approve an action.

    ``arguments`` are the parameters of the action. They may contain e-mail addresses, so they are
    deleted when the request is over. A trigger refuses other changes of ``arguments``, so that the
    action is the one that the second person has read.
    """

    kind = models.CharField(max_length=16, choices=ApprovalKind)
    subject = models.CharField(max_length=64, help_text="An agency's code, or a reference.")
    arguments = models.JSONField(default=dict)
    used_at = models.DateTimeField(
        null=True, help_text="When the first person did what was approved."
    )
    job_id = models.UUIDField(null=True, help_text="The job that was approved.")

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
    """A host name that an agency asks for, before the DNS check makes the name a ``Domain``."""

    host = models.CharField(max_length=253, primary_key=True)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True)


class LeakTest(models.Model):
    """The result of a leak test."""

    at = models.DateTimeField(primary_key=True)
    agencies = models.PositiveIntegerField()
    attempts = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    leaked = models.JSONField(
        help_text="Pairs: the agency that could read, the agency whose table it was."
    )
