"""Services that write entries of the audit log."""

from datetime import date
from functools import partial
from time import monotonic

from django.db import transaction

from shared.audit.models import AuditEntry
from shared.audit.selectors import has_entry_since
from shared.kernel import clock
from shared.kernel.actors import Actor

# Entries in this process's cache: some MB at most.
MAX_NOTED = 20_000
# Short: an agency may be restored, under the same name, to a state without the entry.
NOTED_SECONDS = 600.0

# Schema, actor, action, subject and national day; until when an entry is in the cache.
_Noted = tuple[str, int | None, str, str, date]
_noted: dict[_Noted, float] = {}


def audit_record(*, actor: Actor, action: str, subject: str) -> None:
    """Add an entry in the entered schema; ``subject`` holds no personal data."""
    AuditEntry.objects.create(
        at=clock.now(),
        actor_kind=actor.kind,
        actor_label=actor.label,
        actor_id=actor.user_id,
        action=action,
        subject=subject,
    )


def audit_record_daily(*, actor: Actor, action: str, subject: str, schema: str) -> None:
    """Add an entry unless the log has it of this national day; ``schema`` is the entered one.

    A process caches for minutes which entries exist: a reader who goes on costs one query.
    """
    today = clock.today()
    key = (schema, actor.user_id, action, subject, today)
    if monotonic() < _noted.get(key, 0.0):
        return
    if not has_entry_since(
        subject=subject, action=action, actor_id=actor.user_id, at=clock.midnight(today)
    ):
        audit_record(actor=actor, action=action, subject=subject)
    # Not before: an entry that is rolled back must be written by the next access.
    transaction.on_commit(partial(_remember, key))


def _remember(key: _Noted) -> None:
    if len(_noted) >= MAX_NOTED:
        _noted.clear()
    _noted[key] = monotonic() + NOTED_SECONDS
