"""Data on officers who write in a case, and on how an officer's text is sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWriter:
    """An officer who writes in a case now; ``act`` is the kind of text (``reply``, ``note``)."""

    user_id: int
    name: str
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMarks:
    """The version of a case that an officer read last, and the other officers who write in it."""

    read_version: int
    writers: tuple[CaseWriter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The circumstances in which an officer's text is sent.

    ``at``: when the officer pressed "send", if that is not now; this moment decides whether a term
    is kept. ``draft_id``: the draft whose files are sent with the text. ``near_copy``: the
    percentage of the reply that an earlier reply of the agency contains.
    """

    at: datetime | None = None
    draft_id: UUID | None = None
    near_copy: int | None = None


NOW = Sending()
