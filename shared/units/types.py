"""Data objects of units, their members, and absences."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from shared.kernel.text import Wording


class Membership(NamedTuple):
    """An officer's membership in a unit; ``is_head``: the officer is a head of the unit."""

    user_id: int
    unit_id: int
    is_head: bool


class UnitReach(NamedTuple):
    """The conditions for the requests that a unit handles, and the id of its parent unit.

    The class is a tuple to save time, because each filing creates an object for each unit.
    """

    id: int
    parent_id: int | None
    category_codes: Sequence[str]
    organisation_codes: Sequence[str]
    places: Sequence[str]
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDraft:
    """The content of a unit; the English name may be blank."""

    names: Wording
    category_codes: tuple[str, ...] = ()
    organisation_codes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitInfo(UnitDraft):
    """A stored unit; ``parent_id`` is ``None`` for a unit directly below the agency."""

    id: int
    parent_id: int | None
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitScope:
    """The units whose cases an officer may open; ``unit_ids`` is ``None`` for all cases.

    An officer may also open every case that is assigned to this officer.
    """

    unit_ids: frozenset[int] | None = None

    def holds(self, unit_id: int | None) -> bool:
        """Return whether the scope includes the cases of a unit, or (``None``) without a unit."""
        return self.unit_ids is None or unit_id in self.unit_ids

    def holds_all(self, unit_ids: Iterable[int]) -> bool:
        """Return whether the scope includes the cases of all units in ``unit_ids``.

        If ``unit_ids`` is empty, returns whether the scope includes all cases of the agency.
        """
        wanted = set(unit_ids)
        return self.unit_ids is None or (bool(wanted) and wanted <= self.unit_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerState:
    """The state of an officer, which decides on assigning cases to the officer."""

    is_able: bool
    absent_until: date | None
    scope: UnitScope


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceInfo:
    """An absence that is not closed; ``has_begun``: its cases have been reassigned."""

    id: int
    user_id: int
    name: str
    first_day: date
    last_day: date
    substitute_id: int | None
    substitute: str
    has_begun: bool


WHOLE_AGENCY = UnitScope()


def with_descendants(unit_ids: Iterable[int], parents: Mapping[int, int | None]) -> frozenset[int]:
    """Return the ids of units and of all units below; ``parents`` maps a unit to its parent."""
    found = set(unit_ids)
    # Each round adds the next level of the tree.
    while more := {unit for unit, parent in parents.items() if parent in found} - found:
        found |= more
    return frozenset(found)


def with_ancestors(unit_id: int, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    """Return the ids of a unit and of all units above the unit, the nearest unit first."""
    found: list[int] = []
    here: int | None = unit_id
    # The second condition ends the loop if the tree has a cycle.
    while here is not None and here not in found:
        found.append(here)
        here = parents.get(here)
    return tuple(found)


def unit_in_use_of(
    parents: Mapping[int, int | None], active: Collection[int], *, unit_id: int | None
) -> int | None:
    """Return the id of a unit, or for a retired unit the nearest unit above that is in use.

    ``active`` are the ids of the units in use. Returns ``None`` (the agency as a whole) if there is
    no such unit.
    """
    above = () if unit_id is None else with_ancestors(unit_id, parents)
    return next((one for one in above if one in active), None)
