"""Data on replies that repeat an earlier reply."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NearCopy:
    """The share of a reply that an earlier reply of the agency has too, with its reference."""

    percentage: int
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearCopyCount:
    """The number of replies that were sent, and of near copies among them.

    ``of`` is the number of the officer or of the unit; ``None`` for cases without a unit.
    """

    of: int | None
    replies: int
    near_copies: int
