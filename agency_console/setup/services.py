"""What a person changes about their own way of working."""

from django.db import transaction

from agency_console.setup.types import OwnSettings
from shared.accounts.models import User
from shared.audit.services import audit_record
from shared.kernel.actors import Actor


@transaction.atomic
def settings_change(*, user: User, draft: OwnSettings, actor: Actor) -> User:
    """Keep one person's language and shortcuts."""
    user.language, user.shortcuts = draft.language, draft.shortcuts
    user.save(update_fields=["language", "shortcuts"])
    audit_record(actor=actor, action="user.settings_changed", subject=f"user {user.pk}")
    return user
