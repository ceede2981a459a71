"""Frozen data of the pages of units."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

MAX_INDENT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMemberLine:
    """A member of a unit; ``absent_until`` is set while they are absent."""

    name: str
    is_active: bool
    is_head: bool
    absent_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One unit of the tree; ``depth`` is 0 directly below the agency as a whole.

    ``is_unattended``: none of its members is able to answer today.
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
        """The indent of the unit, at most ``MAX_INDENT``: or no room is left for text."""
        return min(self.depth, MAX_INDENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChoices:
    """The officers whom somebody may add to a unit or take out of it.

    ``chosen``: its present members among them; ``heads``: those marked as its head. ``fixed``:
    names of members whom an administrator alone may take out.
    """

    names: Mapping[int, str]
    chosen: tuple[int, ...]
    heads: tuple[int, ...]
    fixed: tuple[str, ...]
