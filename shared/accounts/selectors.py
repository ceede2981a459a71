"""Questions about people who sign in."""

from django.db.models import QuerySet

from shared.accounts.enums import STAFF_ROLES
from shared.accounts.errors import UserNotFound
from shared.accounts.models import User


def staff_list() -> QuerySet[User]:
    """Everyone of this agency, those who may sign in first, by name."""
    return User.objects.filter(role__in=STAFF_ROLES).order_by("-is_active", "name", "pk")


def officers() -> QuerySet[User]:
    """Those to whom a case can be given, by name."""
    return staff_list().filter(is_active=True)


def user_by_email(*, email: str) -> User | None:
    """Who signs in with that address in this schema; ``None`` for nobody."""
    return User.objects.filter(email=email.lower()).first()


def user_get(*, user_id: int) -> User:
    """One person of this schema. Raises ``UserNotFound``."""
    try:
        return User.objects.get(pk=user_id)
    except User.DoesNotExist:
        raise UserNotFound(str(user_id)) from None
