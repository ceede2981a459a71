"""Services that create the accounts of the demonstration."""

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from random import Random

from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password

from demo.accounts import (
    CITIZEN_EMAIL,
    DEMO_PASSWORD,
    MAX_AGENTS,
    OPERATOR_EMAIL,
    OVERSIGHT_EMAIL,
    UNIT_AGENTS,
    staff_email,
)
from demo.case_texts import given_name
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.selectors import has_app
from shared.accounts.services.users import user_create
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.case_access.selectors import owned_routes
from tenants.case_access.services.case_owners import owner_link
from tenants.isolation.checks import DEMO_APP_KEY
from tenants.models import Route

HIRED = timedelta(days=400)
CITIZEN_NAME = "نادية ع."
OWNED = 4
BUSY_AGENCY = 40


def staff_ensure(*, rng: Random, agency_code: str, cases: int) -> dict[Role, list[User]]:
    """Return the staff of an agency; create missing accounts. Runs in the agency's schema."""
    agents = MAX_AGENTS if cases >= BUSY_AGENCY else MAX_AGENTS - 1
    wanted = [(Role.AGENT, number) for number in range(1, agents + 1)]
    wanted += [(Role.SUPERVISOR, 1), (Role.ADMINISTRATOR, 1)]
    staff: dict[Role, list[User]] = {}
    for role, number in wanted:
        email = staff_email(role=role, agency_code=agency_code, number=number)
        staff.setdefault(role, []).append(_ensured(rng, email, role))
    return staff


def unit_staff_ensure(*, agency_code: str) -> list[User]:
    """Return the two agents who belong to one lower unit only; create missing accounts.

    Runs in the agency's schema.
    """
    return [
        _ensured(
            Random(number),  # noqa: S311  # a name, not a secret
            staff_email(role=Role.AGENT, agency_code=agency_code, number=number),
            Role.AGENT,
        )
        for number in UNIT_AGENTS
    ]


def national_staff_ensure() -> None:
    """Create the oversight analyst and the operator; runs in the public schema."""
    people = (
        _ensured(Random(0), OVERSIGHT_EMAIL, Role.ANALYST),  # noqa: S311  # a name, not a secret
        _ensured(Random(1), OPERATOR_EMAIL, Role.OPERATOR),  # noqa: S311  # a name, not a secret
    )
    for user in people:
        if not has_app(user_id=user.pk):
            TOTP.activate(user, DEMO_APP_KEY)


def citizen_ensure(*, agency_codes: Iterable[str], references: Iterable[str] = ()) -> None:
    """Create the citizen's account, if missing, and link requests to the account.

    An account without requests gets the latest requests of the first two agencies. The requests in
    ``references`` are always linked.
    """
    user = User.objects.filter(email=CITIZEN_EMAIL).first() or user_create(
        email=CITIZEN_EMAIL,
        name=CITIZEN_NAME,
        role=Role.CITIZEN,
        password=None,
        actor=SYSTEM,
        language="ar",
    )
    is_new = not owned_routes(user_id=user.pk).exists()
    for reference in references:
        owner_link(user_id=user.pk, reference=reference)
    for code in list(agency_codes)[:2] if is_new else ():
        routes = Route.objects.filter(agency__code=code, email_digest__isnull=False)
        for route in routes.order_by("-created_at", "reference")[:OWNED]:
            owner_link(user_id=user.pk, reference=route.reference)


def _ensured(rng: Random, email: str, role: Role) -> User:
    user = User.objects.filter(email=email).first()
    if user is not None:
        return user
    arabic = rng.random() < 0.7
    initial = rng.choice("أبتحرسعمني" if arabic else "ABEHKLMRST")
    name = f"{given_name(rng, arabic=arabic)} {initial}."
    with clock.travel(clock.now() - HIRED):
        user = user_create(
            email=email,
            name=name,
            role=role,
            password=None,
            actor=SYSTEM,
            language="ar" if arabic else "fr",
        )
    user.password = _password_hash()
    user.save(update_fields=["password"])
    return user


@cache
def _password_hash() -> str:
    # One hash for all accounts, because a hash is slow to compute.
    return make_password(DEMO_PASSWORD)
