"""Questions about people who sign in."""

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from shared.accounts.enums import STAFF_ROLES, Role
from shared.accounts.errors import UserNotFound
from shared.accounts.models import User


def staff_list() -> QuerySet[User]:
    """Everyone of this agency, those who may sign in first, by name."""
    return User.objects.filter(role__in=STAFF_ROLES).order_by("-is_active", "name", "pk")


def officers() -> QuerySet[User]:
    """Those to whom a case can be given, by name."""
    return staff_list().filter(is_active=True)


def has_administrator() -> bool:
    """Whether an administrator of this agency can sign in."""
    return bool(User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists())


def user_by_email(*, email: str) -> User | None:
    """Who signs in with that address in this schema; ``None`` for nobody."""
    return User.objects.filter(email=email.lower()).first()


def has_app(*, user_id: int) -> bool:
    """Whether somebody of this schema has set up an authenticator app."""
    rows = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP)
    return bool(rows.exists())


def has_app_with_key(*, key: str) -> bool:
    """Whether anybody of this schema has an authenticator app with that key."""
    rows = Authenticator.objects.filter(type=Authenticator.Type.TOTP, data__secret=key)
    return bool(rows.exists())


def user_get(*, user_id: int) -> User:
    """One person of this schema. Raises ``UserNotFound``."""
    try:
        return User.objects.get(pk=user_id)
    except User.DoesNotExist:
        raise UserNotFound(str(user_id)) from None
