"""What a role may do. Plain functions of a role; no queries here."""

from shared.accounts.enums import STAFF_ROLES, Role


def may_work(role: str) -> bool:
    """Open the console and answer cases."""
    return role in STAFF_ROLES


def may_assign(role: str) -> bool:
    """Give a case to somebody else."""
    return role in (Role.SUPERVISOR, Role.ADMINISTRATOR)


def may_administer(role: str) -> bool:
    """Keep the staff list and the agency's settings."""
    return role == Role.ADMINISTRATOR


def may_oversee(role: str) -> bool:
    """Read national oversight's pages."""
    return role == Role.ANALYST
