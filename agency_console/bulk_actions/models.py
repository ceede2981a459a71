"""Actions on many cases. The table is in agency schemas only."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agency_console.bulk_actions.enums import BulkActionKind, BulkState


class BulkAction(models.Model):
    """One action on many cases, done in their order, a few at a time.

    The result is exact: ``done`` cases were changed, and ``skipped`` says of each other one why it
    was not.
    """

    id = models.UUIDField(primary_key=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12, choices=BulkActionKind)
    arguments = models.JSONField(default=dict)
    case_ids = ArrayField(models.BigIntegerField())
    position = models.PositiveIntegerField(default=0, help_text="How many have been handled.")
    done = models.PositiveIntegerField(default=0)
    skipped = models.JSONField(default=list, help_text="Pairs of a reference and a code.")
    undo = models.JSONField(default=list, help_text="What each changed case had before.")
    state = models.CharField(max_length=12, choices=BulkState)
    path = models.CharField(max_length=80, blank=True, help_text="Of the file of an export.")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=BulkActionKind.values), name="bulk_action_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=BulkState.values), name="bulk_action_state_known"
            ),
        ]
        indexes = [models.Index(fields=["officer", "created_at"], name="bulk_action_by_officer")]
