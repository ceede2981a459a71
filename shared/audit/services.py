"""Writing to the log."""

from shared.audit.models import AuditEntry
from shared.kernel import clock
from shared.kernel.actors import Actor


def audit_record(*, actor: Actor, action: str, subject: str) -> None:
    """Add one line in the schema where the code runs; ``subject`` holds no personal data."""
    AuditEntry.objects.create(
        at=clock.now(),
        actor_kind=actor.kind,
        actor_label=actor.label,
        actor_id=actor.user_id,
        action=action,
        subject=subject,
    )
