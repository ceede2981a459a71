"""Questions about colleagues."""

from agency_console.staff.types import Colleague
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.selectors import staff_list


def colleagues() -> list[Colleague]:
    """Everyone who works here, those who may sign in first; one query."""
    return [colleague_of(user) for user in staff_list()]


def colleague_of(user: User) -> Colleague:
    """One of them."""
    return Colleague(
        pk=user.pk,
        name=user.name,
        email=user.email,
        role=Role(user.role),
        is_active=user.is_active,
        last_login=user.last_login,
    )
