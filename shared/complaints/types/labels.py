"""Data of labels for pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelInfo:
    """One label, in use or not."""

    id: int
    name: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCount:
    """One label with the number of open cases that have it."""

    label: LabelInfo
    open_cases: int
