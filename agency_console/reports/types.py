"""Frozen data of the figures of parts of an agency."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.register.types import FigureScope, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """The figures of the replies of a unit, a category or an officer.

    ``n``: complaints that had to be answered; of an officer, those answered. ``in_time``:
    complaints answered in time. ``line``: ``None`` if ``n`` is too small to judge. ``refused``: the
    share of refusals among the replies.
    """

    name: str
    n: int
    in_time: int
    line: Line | None
    compared: str
    refused: Line
    received: int = 0
    open_now: int = 0
    replied: int = 0
    reopened: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    """The figures of a period for each part of the agency; only supervisors get ``officers``."""

    scope: FigureScope
    whole: Line
    refused: Line
    min_n: int
    units: Sequence[GroupRow]
    categories: Sequence[GroupRow]
    officers: Sequence[GroupRow]
