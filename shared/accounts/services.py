"""Every write about people who sign in."""

from collections.abc import Collection

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from shared.accounts.enums import STAFF_ROLES, Role
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


@transaction.atomic
def doors_close(
    *, actor: Actor, keeping: Collection[Role] = (), only: Collection[int] | None = None
) -> list[int]:
    """Shut staff out from their next request on, but for some roles; returns whom.

    ``only`` names the people. Unlike ``user_change`` it may leave an agency without administrator:
    somebody else answers in its place meanwhile.
    """
    open_doors = User.objects.select_for_update().filter(role__in=STAFF_ROLES, is_active=True)
    rows = open_doors.exclude(role__in=keeping)
    if only is not None:
        rows = rows.filter(pk__in=only)
    numbers = [user.pk for user in rows.order_by("pk")]
    User.objects.filter(pk__in=numbers).update(is_active=False)
    for number in numbers:
        audit_record(actor=actor, action="user.door_closed", subject=f"user {number}")
    return numbers


@transaction.atomic
def doors_open(*, user_ids: Collection[int], actor: Actor) -> None:
    """Let these people sign in again."""
    User.objects.filter(pk__in=user_ids).update(is_active=True)
    for number in user_ids:
        audit_record(actor=actor, action="user.door_opened", subject=f"user {number}")


@transaction.atomic
def citizen_change(*, user: User, name: str, language: str) -> User:
    """What a citizen is called, and the language in which we write to them."""
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    return user


@transaction.atomic
def citizen_email_change(*, user: User, email: str, actor: Actor) -> User:
    """Let a citizen sign in with another address, which they have proved.

    Raises ``EmailTaken``.
    """
    user.email = email
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError:
        raise EmailTaken(email) from None
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    audit_record(actor=actor, action="citizen.email_changed", subject=f"user {user.pk}")
    return user


@transaction.atomic
def citizen_sessions_end(*, user: User, actor: Actor) -> User:
    """Sign a citizen out everywhere, whatever the number of their sessions.

    A session holds a digest of the password's column, and dies when that changes; a citizen has no
    password, only a random mark in its place.
    """
    user.set_unusable_password()
    user.save(update_fields=["password"])
    audit_record(actor=actor, action="citizen.sessions_ended", subject=f"user {user.pk}")
    return user


@transaction.atomic
def citizen_erase(*, user: User, actor: Actor) -> None:
    """Erase a citizen's account: the person, their address, their passkeys."""
    number = user.pk
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    # Row by row, and not by delete(): that asks every table that knows users, and those of cases
    # are not in the public schema.
    rows = User.objects.filter(pk=number)
    rows._raw_delete(rows.db)
    audit_record(actor=actor, action="citizen.erased", subject=f"user {number}")
