"""Queries for accounts, staff and their sessions."""

from collections.abc import Collection

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet

from shared.accounts.enums import STAFF_ROLES, Role
from shared.accounts.errors import UserNotFound
from shared.accounts.models import StaffSession, User
from shared.accounts.types import SessionDetail
from shared.kernel import clock
from shared.kernel.seams import imported, seams
from shared.rows.compiled_queries import compiled_query
from shared.rows.data_versions import SETTINGS
from shared.rows.kept_values import kept_until

MAX_SESSIONS = 50


def staff_list() -> QuerySet[User]:
    """Return the staff of this agency, sorted by ``is_active`` (active first) and name."""
    return User.objects.filter(role__in=STAFF_ROLES).order_by("-is_active", "name", "pk")


@kept_until(SETTINGS)
def staff_names() -> tuple[tuple[int, str, bool], ...]:
    """Return id, name and ``is_active`` of all staff, in the order of ``staff_list``."""
    return tuple(_staff_names())


@compiled_query()
def _staff_names() -> QuerySet[User, tuple[int, str, bool]]:
    return staff_list().values_list("pk", "name", "is_active")


def officers() -> QuerySet[User]:
    """Return the active staff, to whom cases can be assigned, sorted by name."""
    return staff_list().filter(is_active=True)


def officers_with_access() -> QuerySet[User]:
    """Return the officers who may open the console now, sorted by name.

    Officers who have not accepted their invitation yet, or whose role has no access to the console
    now, are left out. Absent officers are included (``shared.units``).
    """
    without_password = Q(password="") | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return officers().exclude(without_password).exclude(role__in=_roles_displaced())


def is_displaced(*, role: str) -> bool:
    """Return whether a role has lost its access to the console for now."""
    # Only administrators can lose their access, so other roles need no query.
    return role == Role.ADMINISTRATOR and role in _roles_displaced()


def _roles_displaced() -> Collection[str]:
    path = seams().roles_displaced
    return imported(path)() if path else ()


def has_administrator() -> bool:
    """Return whether this agency has an active administrator."""
    return bool(User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists())


def user_by_email(*, email: str) -> User | None:
    """Return the account with that e-mail address in this schema, or ``None``."""
    return User.objects.filter(email=email.lower()).first()


def is_at_work(*, user_id: int | None, roles: Collection[str]) -> bool:
    """Return whether an account of this schema is active and has a role of ``roles``."""
    return user_id is not None and bool(
        User.objects.filter(pk=user_id, is_active=True, role__in=roles).exists()
    )


def has_app(*, user_id: int) -> bool:
    """Return whether an account of this schema has an authenticator app."""
    return bool(
        Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists()
    )


def has_app_with_key(*, key: str) -> bool:
    """Return whether any account of this schema has an authenticator app with this key."""
    return bool(
        Authenticator.objects.filter(type=Authenticator.Type.TOTP, data__secret=key).exists()
    )


def user_get(*, user_id: int) -> User:
    """Return one account of this schema. Raises ``UserNotFound``."""
    try:
        return User.objects.get(pk=user_id)
    except User.DoesNotExist:
        raise UserNotFound(str(user_id)) from None


def staff_sessions(*, user_id: int, session_key: str) -> list[SessionDetail]:
    """Return the open sessions of a user, last seen first; ``is_here`` marks ``session_key``."""
    rows = staff_sessions_living(user_id=user_id).order_by("-seen_at", "id")
    return [
        SessionDetail(
            id=row.pk,
            browser=row.browser,
            system=row.system,
            began_at=row.began_at,
            seen_at=row.seen_at,
            is_here=row.session_key == session_key,
        )
        for row in rows[:MAX_SESSIONS]
    ]


def staff_sessions_living(*, user_id: int) -> QuerySet[StaffSession]:
    """Return the rows of a user's sessions that have not ended."""
    return StaffSession.objects.filter(
        Exists(
            Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.now())
        ),
        user_id=user_id,
    )
