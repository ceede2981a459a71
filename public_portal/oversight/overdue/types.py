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
    """One late reply; ``category`` is blank where none was chosen.

    ``since``: the day of filing, or on which the agency took the case over from another one.
    """

    reference: str
    agency: str
    category: str
    since: date
    reopened: int
    escalated_at: datetime
