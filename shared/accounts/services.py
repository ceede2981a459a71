"""Every write about people who sign in."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from shared.accounts.enums import Role
from shared.accounts.errors import EmailTaken, LastAdministrator
from shared.accounts.models import User
from shared.audit.services import audit_record
from shared.kernel.actors import Actor


@transaction.atomic
def user_create(
    *, email: str, name: str, role: Role, password: str | None, actor: Actor, language: str = "ar"
) -> User:
    """Add a person to this schema, their address taken as proved by whoever adds them.

    Raises ``EmailTaken``.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(email=email, password=password, name=name, role=role)
    except IntegrityError:
        raise EmailTaken(email) from None
    user.language = language
    user.save(update_fields=["language"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    audit_record(actor=actor, action="user.created", subject=f"user {user.pk}")
    return user


@transaction.atomic
def user_change(*, user: User, role: Role, is_active: bool, actor: Actor) -> User:
    """Change what a person may do, at once: their next request already obeys.

    Raises ``LastAdministrator`` when nobody would be left to administer the agency.
    """
    administrators = User.objects.select_for_update().filter(
        role=Role.ADMINISTRATOR, is_active=True
    )
    others = [row for row in administrators.order_by("pk") if row.pk != user.pk]
    loses_one = user.role == Role.ADMINISTRATOR and user.is_active
    if loses_one and not others and (role != Role.ADMINISTRATOR or not is_active):
        raise LastAdministrator
    user.role, user.is_active = role, is_active
    user.save(update_fields=["role", "is_active"])
    audit_record(actor=actor, action="user.changed", subject=f"user {user.pk}")
    return user
