"""Types of the list of late replies; all data is from the register."""

from dataclasses import dataclass

from shared.register.selectors.escalated import EscalatedCase, EscalatedCount


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueAgency:
    """An agency, with the count of its late replies and the moment of the oldest escalation."""

    count: EscalatedCount
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueCase:
    """One late reply; ``category`` is blank for a request without a category."""

    case: EscalatedCase
    agency: str
    category: str
