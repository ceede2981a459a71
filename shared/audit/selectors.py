"""Questions to the log."""

from django.db.models import QuerySet

from shared.audit.models import AuditEntry


def audit_entries(*, subject: str) -> QuerySet[AuditEntry]:
    """What was done to, or seen of, one subject, oldest first."""
    return AuditEntry.objects.filter(subject=subject).order_by("at", "pk")
