"""What is said of a reply that repeats an earlier one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NearCopy:
    """How much of a reply an earlier reply of the agency has too, and which reply that is."""

    percentage: int
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearCopyCount:
    """How many replies were sent, and how many of them were near copies.

    ``of`` is the number of the officer or of the unit; ``None`` for cases without a unit.
    """

    of: int | None
    replies: int
    near_copies: int
