"""Change one's own settings."""

from django.db import transaction

from shared.accounts.models import User
from shared.audit.services import audit_record
from shared.kernel.actors import Actor


@transaction.atomic
def settings_change(*, user: User, language: str, shortcuts: bool, actor: Actor) -> User:
    """Store one person's language (ar, fr or en) and shortcuts."""
    user.language, user.shortcuts = language, shortcuts
    user.save(update_fields=["language", "shortcuts"])
    audit_record(actor=actor, action="user.settings_changed", subject=f"user {user.pk}")
    return user
