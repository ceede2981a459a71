"""Changes to the staff list as commands."""

from dataclasses import dataclass

from shared.accounts.enums import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class NewColleague:
    """A person to add."""

    email: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffChange:
    """What a person may do from now on."""

    role: Role
    is_active: bool
