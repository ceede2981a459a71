"""Table of what each officer has read, has put aside and is writing in a case."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from shared.complaints.models.complaint import Complaint
from shared.rows.value_bounds import values_bounded


class OfficerCaseState(models.Model):
    """The state of one case for one officer: the version read, the day until which the officer has
    put the case aside, and what the officer writes.

    ``read_version``: the version of the case when the officer last opened it. ``writing_at`` is
    refreshed every few seconds while the officer writes.
    """

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    read_version = models.PositiveIntegerField(default=0, db_default=0)
    snoozed_until = models.DateField(null=True, blank=True)
    writing = models.CharField(max_length=12, blank=True, db_default="")
    writing_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "user"], name="officer_case_state_once"),
            values_bounded(
                "officer_case_state_values", moments=["writing_at"], days=["snoozed_until"]
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "snoozed_until"],
                condition=Q(snoozed_until__isnull=False),
                name="officer_case_state_snoozed",
            ),
        ]
