"""Service that stores an officer's own settings."""

from django.db import transaction

from shared.accounts.models import User
from shared.audit.services import audit_record
from shared.kernel.actors import Actor


@transaction.atomic
def settings_change(
    *, user: User, language: str, shortcuts: bool, opens_next_case: bool, actor: Actor
) -> None:
    """Store a person's language, whether shortcuts are on, and which page opens after sending."""
    user.language, user.shortcuts, user.opens_next_case = language, shortcuts, opens_next_case
    user.save(update_fields=["language", "shortcuts", "opens_next_case"])
    audit_record(actor=actor, action="user.settings_changed", subject=f"user {user.pk}")
