"""Units as pages and services read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.kernel.text import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitInfo:
    """One unit; ``parent_id`` is ``None`` below the agency as a whole."""

    id: int
    parent_id: int | None
    names: Wording
    category_codes: tuple[str, ...]
    organisation_codes: tuple[str, ...]
    places: tuple[str, ...]
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitScope:
    """The units whose cases an officer may open; ``None`` for those of the whole agency.

    An officer also may open the cases that are assigned to them, wherever they are.
    """

    unit_ids: frozenset[int] | None = None

    def holds(self, unit_id: int | None) -> bool:
        """Whether cases of that unit belong to it (``None``: those of the agency as a whole)."""
        return self.unit_ids is None or unit_id in self.unit_ids


WHOLE_AGENCY = UnitScope()


def with_descendants(unit_ids: Iterable[int], parents: Mapping[int, int | None]) -> frozenset[int]:
    """These units and all those below them; ``parents`` says of each unit what it is part of."""
    found = set(unit_ids)
    # At most as many rounds as the tree has levels: each adds the next level.
    while more := {unit for unit, parent in parents.items() if parent in found} - found:
        found |= more
    return frozenset(found)
