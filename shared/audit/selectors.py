"""Queries for entries of the audit log."""

from datetime import datetime

from django.db.models import Q, QuerySet

from shared.audit.models import AuditEntry
from shared.rows.compiled_queries import compiled_query


def audit_entries(*, subject: str) -> QuerySet[AuditEntry]:
    """Return the entries about a subject, the oldest first."""
    return AuditEntry.objects.filter(subject=subject).order_by("at", "pk")


def audit_entries_about(*, subject: str) -> QuerySet[AuditEntry]:
    """Return the entries about a subject or a part of the subject.

    For example, ``agency roads F-1`` is a part of ``agency roads``.
    """
    return AuditEntry.objects.filter(
        Q(subject=subject) | Q(subject__startswith=f"{subject} ")
    ).order_by("at", "pk")


def has_entry_since(*, subject: str, action: str, actor_id: int | None, at: datetime) -> bool:
    """Return whether an actor did an action on a subject since ``at``; ``False`` without an id."""
    if actor_id is None:
        return False
    return bool(_entries_since(subject=subject, action=action, actor_id=actor_id, at=at))


@compiled_query()
def _entries_since(
    *, subject: str, action: str, actor_id: int, at: datetime
) -> QuerySet[AuditEntry, int]:
    return AuditEntry.objects.filter(
        subject=subject, action=action, actor_id=actor_id, at__gte=at
    ).values_list("pk", flat=True)[:1]
