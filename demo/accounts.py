"""The accounts and the password of the demonstration."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from shared.accounts.enums import Role

DEMO_PASSWORD = "insaf-demo-2026"  # noqa: S105  # shown to everybody who tries the demonstration
OVERSIGHT_EMAIL = "analyst@oversight.example"
OPERATOR_EMAIL = "operator@oversight.example"
CITIZEN_EMAIL = "citizen@example.org"
MAX_AGENTS = 3
# The numbers of two agents who belong to two different units.
UNIT_AGENTS = (MAX_AGENTS + 1, MAX_AGENTS + 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account that can sign in on ``host``."""

    role: Role
    email: str
    password: str
    host: str


def oversight_account() -> DemoAccount:
    """Return the account of the oversight analyst."""
    return _account(Role.ANALYST, OVERSIGHT_EMAIL, "oversight")


def operator_account() -> DemoAccount:
    """Return the account of the operator of the platform."""
    return _account(Role.OPERATOR, OPERATOR_EMAIL, "oversight")


def citizen_account() -> DemoAccount:
    """Return the account of the citizen, which has no password."""
    host = settings.BASE_DOMAIN
    return DemoAccount(role=Role.CITIZEN, email=CITIZEN_EMAIL, password="", host=host)


def agency_accounts(*, agency_code: str) -> tuple[DemoAccount, ...]:
    """Return an agency's accounts: one agent, one supervisor and one administrator."""
    return tuple(
        _account(role, staff_email(role=role, agency_code=agency_code), agency_code)
        for role in (Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR)
    )


def unit_accounts(*, agency_code: str) -> tuple[DemoAccount, ...]:
    """Return the accounts of two agents who belong to two different units of an agency."""
    return tuple(
        _account(
            Role.AGENT,
            staff_email(role=Role.AGENT, agency_code=agency_code, number=number),
            agency_code,
        )
        for number in UNIT_AGENTS
    )


def staff_email(*, role: Role, agency_code: str, number: int = 1) -> str:
    """Return the e-mail address of a member of staff, for example ``agent2@health.example``."""
    return f"{role}{number if number > 1 else ''}@{agency_code}.example"


def accounts_write(*, agency_codes: list[str]) -> Path:
    """Write ``demo_accounts.txt`` beside the folder of attachments; return the file's path."""
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
