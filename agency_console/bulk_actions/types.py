"""Actions on many cases as pages read them: frozen data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from agency_console.bulk_actions.enums import BulkActionKind, BulkState
from shared.complaints.enums import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCase:
    """One of the cases, as the preview shows it; ``text`` is what its citizen would read."""

    reference: str
    subject: str
    status: Status
    officer: str
    due_on: date | None
    is_open: bool
    language: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipGroup:
    """The cases that are skipped for one reason; ``shown`` are the first of ``references``."""

    text: str
    references: Sequence[str]
    shown: Sequence[str]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return len(self.references) - len(self.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What an action would do, as far as it is known before it is done."""

    count: int
    expected: int
    skipped: Sequence[SkipGroup]
    samples: Sequence[SampleCase]

    @property
    def skipped_count(self) -> int:
        """How many would be skipped."""
        return self.count - self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkSummary:
    """One action in the list of an officer."""

    id: UUID
    kind: BulkActionKind
    state: BulkState
    count: int
    done: int
    skipped: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDetail(BulkSummary):
    """One action with its result so far.

    ``what``: what is done, as a sentence. ``file_until``: until when its file can be fetched.
    ``is_stalled``: nothing has happened for minutes, so its officer may set it going again.
    """

    query: str
    what: str
    percent: int
    groups: Sequence[SkipGroup]
    ended_at: datetime | None
    may_undo: bool
    file_until: datetime | None
    is_stalled: bool
    undone: UUID | None

    @property
    def remaining(self) -> int:
        """How many cases have not been handled."""
        return self.count - self.done - self.skipped
