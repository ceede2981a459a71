"""Data of labels for pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelInfo:
    """A label that officers put on cases; inactive labels are retired."""

    id: int
    name: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCount:
    """One label with the count of open cases that have the label."""

    label: LabelInfo
    open_cases: int
