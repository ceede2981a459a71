"""Frozen data of the staff pages."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.accounts.enums import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A person who works here, or did.

    ``units``: the names of their units in use; people without any see all cases.
    ``is_unit_retired``: all of their units are retired, so that they see no new case.
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
