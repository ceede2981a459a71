"""Questions about letters."""

from datetime import datetime

from django.db.models import Count, Q

from shared.mail.models import Mail


def letters_waiting(*, late_before: datetime) -> tuple[int, int]:
    """How many letters have not left, and how many of them since before that moment; one query."""
    found = Mail.objects.filter(sent_at=None).aggregate(
        waiting=Count("pk"), failing=Count("pk", filter=Q(queued_at__lt=late_before))
    )
    return found["waiting"], found["failing"]
