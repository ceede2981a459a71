"""Late replies as national oversight lists them: what the register knows, and no more."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueAgency:
    """An agency with late replies: how many, and since when the first of them is known here."""

    code: str
    name: str
    number: int
    since: datetime
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueCase:
    """One late reply; ``category`` is blank where none was chosen."""

    reference: str
    agency: str
    category: str
    filed_on: date
    reopened: int
    escalated_at: datetime
