"""Table of queued e-mails [public schema and every agency's schema]."""

from django.db import models
from django.db.models import Q

from shared.mail.enums import MailFailure
from shared.rows.value_bounds import MAX_COUNT, values_bounded


class Mail(models.Model):
    """An e-mail that was queued in the transaction of an action, and that a worker sends later.

    The state of the delivery is in this row and not in the task, because a task may be lost.
    """

    id = models.UUIDField(primary_key=True)
    # Blank if only the public schema has the address; it is then looked up when the e-mail is sent.
    to = models.EmailField()
    letter = models.CharField(max_length=40, help_text="The folder under templates/emails.")
    language = models.CharField(max_length=2)
    reference = models.CharField(max_length=16, blank=True)
    context = models.JSONField(default=dict, help_text="Strings only; what the letter fills in.")
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True, help_text="When the code or link in it ends.")
    attempts = models.PositiveSmallIntegerField(db_default=0)
    # The count of attempts without a result, because the worker died or is still sending.
    unfinished_attempts = models.PositiveSmallIntegerField(db_default=0)
    next_attempt_at = models.DateTimeField(null=True, help_text="Empty: at once.")
    retry_until = models.DateTimeField(
        null=True, help_text="Empty: seven days after it was queued; set when it is sent again."
    )
    last_error = models.CharField(
        max_length=64, db_default="", blank=True, help_text="A class and a code alone."
    )
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=12, choices=MailFailure, db_default="", blank=True)

    class Meta:
        constraints = [
            values_bounded(
                "mail_values",
                moments=(
                    "queued_at",
                    "sent_at",
                    "expires_at",
                    "next_attempt_at",
                    "retry_until",
                    "failed_at",
                ),
                numbers={"attempts": MAX_COUNT, "unfinished_attempts": MAX_COUNT},
                choices={"failure": ("", *MailFailure.values)},
            )
        ]
        indexes = [
            # The index has only failed e-mails, so that a new e-mail does not change the index.
            models.Index(
                fields=["reference"], condition=Q(failed_at__isnull=False), name="mail_failed"
            ),
        ]
