"""Frozen data of the pages of units."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

MAX_INDENT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMemberLine:
    """A member of a unit; ``absent_until`` is set during an absence."""

    name: str
    is_active: bool
    is_head: bool
    absent_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One unit of the tree; ``depth`` is 0 directly below the agency as a whole.

    ``is_unattended``: no member of the unit can answer today.
    """

    id: int
    depth: int
    name: str
    categories: tuple[str, ...]
    organisations: tuple[str, ...]
    places: tuple[str, ...]
    members: tuple[UnitMemberLine, ...]
    open_cases: int
    is_unattended: bool
    may_change_members: bool

    @property
    def indent(self) -> int:
        """Return the indent of the unit's line, at most ``MAX_INDENT``."""
        return min(self.depth, MAX_INDENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChoices:
    """The officers whom the user may make members of a unit.

    ``chosen``: members of the unit among ``names``. ``heads``: heads of the unit among ``names``.
    ``fixed``: names of members whom only an administrator may remove.
    """

    names: Mapping[int, str]
    chosen: tuple[int, ...]
    heads: tuple[int, ...]
    fixed: tuple[str, ...]
