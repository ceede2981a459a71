"""Reply templates. The table is in agency schemas only."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from agency_console.reply_templates.enums import TemplateAct
from shared.complaints.enums import Language, Outcome
from shared.rows.value_bounds import values_bounded


class ReplyTemplate(models.Model):
    """A text in one language with which an officer begins a reply, a question or a message.

    A word in double braces (``{{reference}}``) is a variable. A reply has several parts; a question
    or a message has only the text ``body``.
    """

    name = models.CharField(max_length=80)
    act = models.CharField(max_length=12, choices=TemplateAct)
    language = models.CharField(max_length=2, choices=Language)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    facts = models.TextField(blank=True)
    rule = models.TextField(blank=True)
    decision = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    body = models.TextField(blank=True)
    promised_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Days from the reply to the day that it names; 0: it is done already.",
    )
    is_active = models.BooleanField(default=True)
    uses = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["act", "language", "name"], name="reply_template_name_once"
            ),
            models.CheckConstraint(
                condition=Q(act__in=TemplateAct.values), name="reply_template_act_known"
            ),
            values_bounded(
                "reply_template_values",
                moments=["changed_at"],
                choices={"language": Language.values, "outcome": ("", *Outcome.values)},
            ),
        ]
