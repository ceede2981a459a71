"""Services of the staff list: add, change and deactivate colleagues, within the plan's seats."""

from django.db import transaction

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.services.users import administrators_lock, user_change, user_create
from shared.complaints.services import cases_reassign
from shared.complaints.types.lists import Reassignment
from shared.kernel.actors import Actor
from tenants.agencies.services import workspace_mail_queue
from tenants.billing.services.plans import seat_claim
from tenants.models import Agency


@transaction.atomic
def colleague_add(
    *, agency: Agency, email: str, name: str, role: Role, language: str, actor: Actor
) -> User:
    """Add a colleague if a seat is free, and queue an e-mail that says how to sign in.

    Raises ``NoSeatLeft``, ``LimitedUntilPaid``, ``WorkspaceClosed``, ``EmailTaken``.
    """
    seat_claim(agency=agency)
    user = user_create(
        email=email, name=name, role=role, password=None, language=language, actor=actor
    )
    workspace_mail_queue(agency=agency, email=user.email, language=language, letter="colleague")
    return user


@transaction.atomic
def colleague_change(
    *, agency: Agency, user: User, role: Role, is_active: bool, actor: Actor
) -> None:
    """Change a colleague's role and access; reactivating a colleague needs a free seat.

    Raises ``NoSeatLeft``, ``LimitedUntilPaid``, ``WorkspaceClosed`` or ``LastAdministrator``.
    """
    if is_active and not user.is_active:
        seat_claim(agency=agency)
    user_change(user=user, role=role, is_active=is_active, actor=actor)


@transaction.atomic
def colleague_leave(
    *, user: User, role: Role, successor: User | None, actor: Actor
) -> Reassignment:
    """Deactivate a colleague; reassign the open cases, or return them to their units.

    Raises ``LastAdministrator``.
    """
    # Administrators are locked before people and cases, or two transactions could wait for each
    # other.
    administrators_lock()
    given = cases_reassign(officer=user, to=successor, actor=actor)
    user_change(user=user, role=role, is_active=False, actor=actor)
    return given
