"""What several pages of national oversight show of a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.complaints.types import PublicMessage
from shared.ui.types import TimelineEntry, WorkingClockSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMessage:
    """A message of a case; ``agency`` names the administration where a former one wrote it."""

    message: PublicMessage
    agency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReading:
    """A case in words of the page's language; ``words`` says whose its text is, mostly blank."""

    organisation: str
    timeline: Sequence[TimelineEntry]
    conversation: Sequence[CaseMessage]
    words: str
    working: WorkingClockSummary
