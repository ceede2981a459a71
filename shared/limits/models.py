"""Tables of counted attempts [public schema]."""

from django.db import models


class Counted(models.Model):
    """The count of attempts for one limit and one subject in one time window.

    ``bucket`` is a keyed digest, so the table reveals no address and no reference.
    """

    bucket = models.BinaryField(max_length=32)
    began_at = models.DateTimeField(help_text="When the window began.")
    count = models.PositiveIntegerField()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["bucket", "began_at"], name="%(app_label)s_once_a_window"
            )
        ]
        indexes = [models.Index(fields=["began_at"], name="%(app_label)s_by_window")]


class TriedAddress(models.Model):
    """An e-mail address that somebody tried with a reference; the row is deleted after a day.

    Address and reference are stored as keyed digests. No agency's role may read the table.
    """

    digest = models.BinaryField(
        primary_key=True, max_length=32, help_text="Of the reference and the address."
    )
    reference_digest = models.BinaryField(max_length=32)
    tried_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["reference_digest", "tried_at"], name="limits_tried_at_one"),
            models.Index(fields=["tried_at"], name="limits_tried_by_time"),
        ]


class Attempt(Counted):
    """The counts of attempts on the citizens' site; no agency's role may use the table."""
