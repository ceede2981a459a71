"""Data on who writes in a case, and on how an officer's text is sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWriter:
    """An officer who writes in a case now; ``act`` is what they write (``reply``, ``note``)."""

    user_id: int
    name: str
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """The circumstances in which an officer's text is sent.

    ``at``: when the officer pressed "send", if that is not now; the terms are kept by that moment.
    ``draft_id``: the draft whose files go with the text. ``near_copy``: percentage of a reply that
    an earlier reply of the agency has too.
    """

    at: datetime | None = None
    draft_id: UUID | None = None
    near_copy: int | None = None


NOW = Sending()
