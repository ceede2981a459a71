"""Bulk actions. The table is in agency schemas only."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agency_console.bulk_actions.enums import BulkActionKind, BulkState
from shared.rows.value_bounds import values_bounded


class BulkAction(models.Model):
    """One action on many cases in order; each case is changed in a transaction of its own.

    The result is exact: ``done`` counts the changed or exported cases, and ``skipped`` has a reason
    for every other handled case. Actions of all kinds but ``LABEL`` and ``EXPORT`` skip a case
    whose version differs from ``case_versions``.
    """

    id = models.UUIDField(primary_key=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12, choices=BulkActionKind)
    query = models.CharField(
        max_length=2_000, blank=True, help_text="Address of the list, to go back to."
    )
    arguments = models.JSONField(default=dict, help_text="Empty until they are chosen.")
    case_ids = ArrayField(models.BigIntegerField())
    case_versions = ArrayField(
        models.PositiveIntegerField(), help_text="The version of each case when it was previewed."
    )
    position = models.PositiveIntegerField(default=0, help_text="How many have been handled.")
    done = models.PositiveIntegerField(default=0)
    skipped = models.JSONField(default=list, help_text="Pairs of a reference and a code.")
    undo = models.JSONField(
        default=list,
        help_text="Of each changed case: its number, its version since, and what it had before.",
    )
    state = models.CharField(max_length=12, choices=BulkState)
    path = models.CharField(max_length=80, blank=True, help_text="Of the file of an export.")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(
        null=True, help_text="The legal time of what is sent, whenever the worker comes to it."
    )
    changed_at = models.DateTimeField(help_text="When the latest case was handled.")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=BulkActionKind.values), name="bulk_action_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=BulkState.values), name="bulk_action_state_known"
            ),
            values_bounded(
                "bulk_action_values",
                moments=("created_at", "confirmed_at", "changed_at", "ended_at"),
                arrays=("case_ids", "case_versions"),
            ),
        ]
        indexes = [models.Index(fields=["officer", "created_at"], name="bulk_action_by_officer")]
