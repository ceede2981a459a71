"""What the pages of the work on workspaces show: plain frozen data."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.ui.types import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """A piece of long work in the list."""

    id: UUID
    kind: str
    subject: str
    state: str
    tone: Tone
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkLine:
    """A line of a list that was refused, and why; ``column`` is blank after the checking."""

    line: int
    column: str
    value: str
    message: str
