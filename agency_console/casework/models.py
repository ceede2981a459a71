"""Case drafts: texts not sent yet. The table is in agency schemas only."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from agency_console.casework.enums import DECISIONS, DraftAct
from shared.rows.value_bounds import values_bounded


class CaseDraft(models.Model):
    """A text of one officer for one case, stored while the officer writes.

    ``pressed_at``: when the officer pressed "send"; the text is sent ten seconds later, unless
    the text is taken back. ``failure``: the code of the reason why the text could not be sent.
    ``approval_asked_at``: when the officer asked for a second person's approval; ``approved_by``
    agreed, or ``returned_because`` says what has to be changed. ``recipients`` are those of the
    latest submission or sending; ``text_digest`` is blank unless the text is approved. Rows of
    ``complaints_attachment`` are the draft's files.
    """

    id = models.UUIDField(primary_key=True)
    complaint = models.ForeignKey(
        "complaints.Complaint", models.CASCADE, related_name="+", db_index=False
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    act = models.CharField(max_length=12, choices=DraftAct)
    parts = models.JSONField(default=dict, help_text="What was typed, by the field of the form.")
    version = models.PositiveIntegerField(help_text="Of the case from which it was made.")
    saved_at = models.DateTimeField()
    pressed_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=40, blank=True)
    approval_asked_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    returned_because = models.TextField(blank=True)
    # Rows of the former release have neither ``recipients`` nor ``text_digest``.
    recipients = models.JSONField(
        null=True,
        help_text="Digest of the address of each request that it reaches, by reference.",
    )
    text_digest = models.CharField(
        max_length=64, blank=True, db_default="", help_text="Of the text and the files approved."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "officer", "act"], name="case_draft_once"),
            # At most one decision on a case waits to be sent.
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(pressed_at__isnull=False, act__in=DECISIONS),
                name="case_draft_one_decision_leaves",
            ),
            models.CheckConstraint(
                condition=Q(act__in=DraftAct.values), name="case_draft_act_known"
            ),
            values_bounded(
                "case_draft_values", moments=("saved_at", "pressed_at", "approval_asked_at")
            ),
        ]
        indexes = [
            models.Index(
                fields=["pressed_at"],
                condition=Q(pressed_at__isnull=False),
                name="case_draft_leaving",
            ),
            models.Index(
                fields=["approval_asked_at"],
                condition=Q(approval_asked_at__isnull=False),
                name="case_draft_to_approve",
            ),
            # Each page of the inbox selects the officer's texts that are being sent or failed.
            models.Index(fields=["officer"], name="case_draft_by_officer"),
        ]
