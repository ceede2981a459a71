"""Data on replies that repeat an earlier reply."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NearCopy:
    """The percentage of a reply that an earlier reply contains, and the earlier reply's case."""

    percentage: int
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearCopyCount:
    """The count of replies that were sent, and the count of near copies among the replies.

    ``of`` is the id of the officer or of the unit; ``None`` for cases without a unit.
    """

    of: int | None
    replies: int
    near_copies: int
