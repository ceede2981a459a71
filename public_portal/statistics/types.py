"""Types of a query for public figures and of its result."""

from dataclasses import dataclass
from datetime import datetime

from public_portal.statistics.enums import Grouping
from shared.register.types import FigureScope, Group


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresQuestion:
    """The scope and the grouping of figures; without a grouping, only totals are returned."""

    scope: FigureScope
    grouping: Grouping | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresAnswer:
    """The totals as a group without a key, and the groups of the grouping, if any."""

    scope: FigureScope
    as_of: datetime
    whole: Group
    groups: tuple[Group, ...]
