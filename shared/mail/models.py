"""Letters waiting to leave, in the schema of the agency that writes them."""

from django.db import models


class Mail(models.Model):
    """One letter: queued in the transaction of what it tells, sent later by the worker."""

    id = models.UUIDField(primary_key=True)
    # Blank where only the national side knows: it is asked when the letter leaves.
    to = models.EmailField()
    letter = models.CharField(max_length=40, help_text="The folder under templates/emails.")
    language = models.CharField(max_length=2)
    reference = models.CharField(max_length=16, blank=True)
    context = models.JSONField(default=dict, help_text="Strings only; what the letter fills in.")
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.letter} {self.pk}"
