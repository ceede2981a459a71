"""Services that write entries of the audit log."""

from datetime import date
from functools import partial
from time import monotonic

from django.db import transaction

from shared.audit.models import AuditEntry
from shared.audit.selectors import has_entry_since
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.rows.new_rows import new_row
from shared.rows.services import rows_insert

# The largest count of entries in the cache, which then needs some megabytes.
MAX_NOTED = 20_000
# This time is short, because after a restore of an agency its log may not have a cached entry.
NOTED_SECONDS = 600.0

# Key of a cached entry (schema, actor, action, subject, day in Morocco) -> end of its caching.
_Noted = tuple[str, int | None, str, str, date]
_noted: dict[_Noted, float] = {}


def audit_record(*, actor: Actor, action: str, subject: str) -> None:
    """Add an entry in the current schema; ``subject`` must contain no personal data."""
    who = {"actor_kind": actor.kind, "actor_label": actor.label, "actor_id": actor.user_id}
    what = {"at": clock.now(), "action": action, "subject": subject}
    # Each first access of an officer to a case on a day adds an entry, and ``Model.save`` needs
    # more time for an entry than PostgreSQL.
    rows_insert(new_row(AuditEntry, who | what))


def audit_record_daily(*, actor: Actor, action: str, subject: str, schema: str) -> None:
    """Add an entry unless there is one of today (in Morocco) with the same actor, action, subject.

    ``schema`` is the current schema. The process caches for ten minutes that an entry exists.
    """
    today = clock.today()
    key = (schema, actor.user_id, action, subject, today)
    if monotonic() < _noted.get(key, 0.0):
        return
    if not has_entry_since(
        subject=subject, action=action, actor_id=actor.user_id, at=clock.midnight(today)
    ):
        audit_record(actor=actor, action=action, subject=subject)
    # After a rollback the entry does not exist, so only a commit may write into the cache.
    transaction.on_commit(partial(_remember, key))


def _remember(key: _Noted) -> None:
    if len(_noted) >= MAX_NOTED:
        _noted.clear()
    _noted[key] = monotonic() + NOTED_SECONDS
