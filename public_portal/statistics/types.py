"""A question about public figures, and its answer."""

from dataclasses import dataclass
from datetime import datetime

from public_portal.statistics.enums import Grouping
from shared.register.types import FigureScope, Group


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresQuestion:
    """A scope and how to split it; without a grouping only the whole is asked for."""

    scope: FigureScope
    grouping: Grouping | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresAnswer:
    """The whole as one group without a key, and the groups into which it was split, if it was."""

    scope: FigureScope
    as_of: datetime
    whole: Group
    groups: tuple[Group, ...]
