"""Questions to the log."""

from django.db.models import Q, QuerySet

from shared.audit.models import AuditEntry


def audit_entries(*, subject: str) -> QuerySet[AuditEntry]:
    """What was done to, or seen of, one subject, oldest first."""
    return AuditEntry.objects.filter(subject=subject).order_by("at", "pk")


def audit_entries_about(*, subject: str) -> QuerySet[AuditEntry]:
    """The same with what is told of a part of it: ``agency roads`` and ``agency roads F-1 900``."""
    rows = AuditEntry.objects.filter(Q(subject=subject) | Q(subject__startswith=f"{subject} "))
    return rows.order_by("at", "pk")
