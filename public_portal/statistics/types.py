"""A question about figures and its answer."""

from dataclasses import dataclass
from datetime import datetime

from public_portal.statistics.enums import Grouping
from shared.register.types import FigureScope, Group


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresQuestion:
    """A scope and how to split it; no grouping asks for the figures of the whole alone."""

    scope: FigureScope
    grouping: Grouping | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresAnswer:
    """The whole as one group without a key, and the groups into which it was split, if it was."""

    scope: FigureScope
    as_of: datetime
    whole: Group
    groups: tuple[Group, ...]
