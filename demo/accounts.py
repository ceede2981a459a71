"""The accounts and the password of the demonstration; no other installation has them."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from shared.accounts.enums import Role

DEMO_PASSWORD = "insaf-demo-2026"  # noqa: S105  # shown to everybody who tries the demonstration
OVERSIGHT_EMAIL = "analyst@oversight.example"
OPERATOR_EMAIL = "operator@oversight.example"
CITIZEN_EMAIL = "citizen@example.org"
MAX_AGENTS = 3
# Two agents in two different units, so that neither agent sees the other unit's cases.
UNIT_AGENTS = (MAX_AGENTS + 1, MAX_AGENTS + 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """The account of a person who can sign in on ``host``."""

    role: Role
    email: str
    password: str
    host: str


def oversight_account() -> DemoAccount:
    """Return the analyst of national oversight."""
    return _account(Role.ANALYST, OVERSIGHT_EMAIL, "oversight")


def operator_account() -> DemoAccount:
    """Return the operator of the platform, who signs in on the same host as the analyst."""
    return _account(Role.OPERATOR, OPERATOR_EMAIL, "oversight")


def citizen_account() -> DemoAccount:
    """Return the citizen who has an account; citizens have no password."""
    host = settings.BASE_DOMAIN
    return DemoAccount(role=Role.CITIZEN, email=CITIZEN_EMAIL, password="", host=host)


def agency_accounts(*, agency_code: str) -> tuple[DemoAccount, ...]:
    """Return one account for each role at an agency; more agents are left out."""
    return tuple(
        _account(role, staff_email(role=role, agency_code=agency_code), agency_code)
        for role in (Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR)
    )


def unit_accounts(*, agency_code: str) -> tuple[DemoAccount, ...]:
    """Return two agents in two units of an agency; neither agent sees the other unit's cases."""
    return tuple(
        _account(
            Role.AGENT,
            staff_email(role=Role.AGENT, agency_code=agency_code, number=number),
            agency_code,
        )
        for number in UNIT_AGENTS
    )


def staff_email(*, role: Role, agency_code: str, number: int = 1) -> str:
    """Return ``agent@health.example``, ``agent2@health.example``, ``supervisor@health.example``."""
    return f"{role}{number if number > 1 else ''}@{agency_code}.example"


def accounts_write(*, agency_codes: list[str]) -> Path:
    """Write ``demo_accounts.txt`` next to the folder of attachments, and return the file's path."""
    staff = [oversight_account(), operator_account(), *agency_accounts(agency_code=agency_codes[0])]
    shown = [citizen_account(), *staff]
    lines = [
        f"  {one.role:<14} {one.email:<32} {one.password or 'one-click':<16} {one.host}"
        for one in shown
    ]
    lines.append("  Analyst and operator also give a code, which the next page shows.")
    lines.append("  Two agents of one administration whose units do not see each other's cases:")
    lines += [
        f"  {one.role:<14} {one.email:<32} {one.password:<16} {one.host}"
        for one in unit_accounts(agency_code=agency_codes[0])
    ]
    others = ", ".join(agency_codes[1:])
    if others:
        lines.append(
            f"  The same at CODE.{settings.BASE_DOMAIN} with agent@CODE.example for CODE in:"
        )
        lines.append(f"  {others}")
    path = Path(settings.MEDIA_ROOT).parent / "demo_accounts.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_text("Demo sign-ins (role, e-mail, password, host):\n" + "\n".join(lines) + "\n")
    return path


def _account(role: Role, email: str, subdomain: str) -> DemoAccount:
    return DemoAccount(
        role=role,
        email=email,
        password=DEMO_PASSWORD,
        host=f"{subdomain}.{settings.BASE_DOMAIN}",
    )
