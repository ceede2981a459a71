"""Late replies as national oversight lists them: what the register knows, and no more."""

from dataclasses import dataclass

from shared.register.selectors.escalated import EscalatedCase, EscalatedCount


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueAgency:
    """An agency with late replies: how many, and since when the oldest is known here."""

    count: EscalatedCount
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueCase:
    """One late reply; ``category`` is blank where none was chosen."""

    case: EscalatedCase
    agency: str
    category: str
