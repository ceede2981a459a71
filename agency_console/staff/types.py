"""Frozen data of the staff pages."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.accounts.enums import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A member or a former member of the staff.

    ``units``: the names of the person's units in use; a person without units sees all cases.
    ``is_unit_retired``: all units of the person are retired, so that the person sees no new case.
    """

    pk: int
    name: str
    email: str
    role: Role
    is_active: bool
    last_login: datetime | None
    units: tuple[str, ...] = ()
    absent_until: date | None = None
    open_cases: int = 0
    is_unit_retired: bool = False
