"""Data of a case for several pages of national oversight."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.complaints.types import PublicMessage
from shared.ui.types import TimelineEntry, WorkingClockSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMessage:
    """A message of a case; ``agency`` is the former administration that wrote it, or ""."""

    message: PublicMessage
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReading:
    """A case as text; ``words`` says that an officer wrote the text of a part, or is ""."""

    organisation: str
    timeline: Sequence[TimelineEntry]
    conversation: Sequence[CaseMessage]
    words: str
    working: WorkingClockSummary
