"""Colleagues as the staff pages show them."""

from dataclasses import dataclass
from datetime import datetime

from shared.accounts.enums import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A person who works here, or did."""

    pk: int
    name: str
    email: str
    role: Role
    is_active: bool
    last_login: datetime | None
