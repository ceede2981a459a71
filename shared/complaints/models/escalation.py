"""Table of an agency's escalation steps for late replies."""

from django.db import models
from django.db.models import Q

from shared.complaints.enums import ESCALATION_EVENTS, Audience
from shared.rows.value_bounds import values_bounded


class EscalationRule(models.Model):
    """An escalation step that this agency set; without a row, the national default applies.

    Each change is recorded in the audit log and applies to the open cases from that moment on.
    """

    step = models.CharField(max_length=24, help_text="The kind of its event.")
    days = models.SmallIntegerField(help_text="After the last day of the legal term; -5: before.")
    is_active = models.BooleanField(default=True)
    audience = models.CharField(max_length=8, choices=Audience)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step"], name="escalation_rule_once"),
            models.CheckConstraint(
                condition=Q(step__in=ESCALATION_EVENTS), name="escalation_rule_step_known"
            ),
            # The national bounds of all steps together; ``BOUNDS`` has the bounds of each step.
            models.CheckConstraint(
                condition=Q(days__gte=-30, days__lte=15), name="escalation_rule_days"
            ),
            values_bounded("escalation_rule_values", choices={"audience": Audience.values}),
        ]
