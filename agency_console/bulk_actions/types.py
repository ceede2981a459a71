"""Frozen data of bulk actions for pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from agency_console.bulk_actions.enums import BulkActionKind, BulkState
from shared.complaints.enums import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCase:
    """One case in the preview; ``text`` is what its citizen would read."""

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
        """Return the number of references that are not shown."""
        return len(self.references) - len(self.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The expected result of an action that is not done yet."""

    count: int
    expected: int
    skipped: Sequence[SkipGroup]
    samples: Sequence[SampleCase]

    @property
    def skipped_count(self) -> int:
        """Return the number of cases that would be skipped."""
        return self.count - self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkSummary:
    """One action in an officer's list of actions."""

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

    ``what``: the action in words. ``file_until``: when the action's file is deleted.
    ``is_stalled``: no case was handled for some minutes, so the officer may restart the action.
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
        """Return the number of cases that have not been handled."""
        return self.count - self.done - self.skipped
