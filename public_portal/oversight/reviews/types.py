"""The page of one review."""

from collections.abc import Sequence
from dataclasses import dataclass

from public_portal.oversight.access.types import CaseMessage
from shared.ui.types import TimelineEntry, WorkingClockSummary
from tenants.case_access.types import ReviewFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDetail:
    """The page of one review: the file in words of the page's language."""

    file: ReviewFile
    organisation: str
    timeline: Sequence[TimelineEntry]
    conversation: Sequence[CaseMessage]
    words: str
    working: WorkingClockSummary
