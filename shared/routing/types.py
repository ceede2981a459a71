"""Routing rules as pages and services read them, and the choice of an officer. No queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.routing.enums import Occasion, Target
from shared.units.types import UnitReach, unit_in_use_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    """What is said of a rule: on which requests it applies, and where it sends them.

    Several conditions must all hold; of several values of one condition any. A condition without
    values says nothing. ``unit_id`` is ``None`` for the agency as a whole.
    """

    name: str
    occasions: tuple[Occasion, ...]
    kinds: tuple[str, ...] = ()
    category_codes: tuple[str, ...] = ()
    organisation_codes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    target: Target
    unit_id: int | None = None
    officer_id: int | None = None


# What a rule may ask of a request: a condition without values asks nothing.
CONDITIONS = (
    "kinds", "category_codes", "organisation_codes", "languages", "channels", "places", "words",
)  # fmt: skip


def rule_before(rules: Sequence["RuleInfo"], rule: "RuleInfo") -> "RuleInfo | None":
    """Return the rule in use that takes every request which a later rule fits; ``None`` if none
    does.
    """
    for earlier in rules:
        if earlier.id == rule.id:
            return None
        if earlier.is_active and _takes_all_of(earlier.draft, rule.draft):
            return earlier
    return None


def _takes_all_of(earlier: RuleDraft, later: RuleDraft) -> bool:
    """Return whether whatever fits the later one fits the earlier one: it asks the same or less."""
    if not set(later.occasions) <= set(earlier.occasions):
        return False
    asked = [(getattr(earlier, name), getattr(later, name)) for name in CONDITIONS]
    return all(not wide or (narrow and set(narrow) <= set(wide)) for wide, narrow in asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInfo:
    """One rule. ``last_officer_id`` is whom it gave a case last, where it does so in turn."""

    id: UUID
    position: int
    is_active: bool
    draft: RuleDraft
    last_officer_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingTable:
    """What decides where a request goes: the rules in their order, and what each unit is for."""

    rules: tuple[RuleInfo, ...]
    units: tuple[UnitReach, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """Where a request goes, and the rule that says so; ``None`` where none applies.

    ``has_officer``: the rule also names an officer, who is chosen afterwards.
    """

    unit_id: int | None
    rule: RuleInfo | None = None
    has_officer: bool = False


def unit_routed(rule: RuleInfo, units: Sequence[UnitReach]) -> Routed:
    """Return where a rule sends a request. Of a retired unit it is the next one above, and no
    officer.
    """
    unit_id = rule.draft.unit_id
    parents = {one.id: one.parent_id for one in units}
    here = unit_in_use_of(parents, {one.id for one in units if one.is_active}, unit_id=unit_id)
    has_officer = rule.draft.target != Target.UNIT and here == unit_id
    return Routed(unit_id=here, rule=rule, has_officer=has_officer)


def officers_in_order(
    target: Target, user_ids: Collection[int], *, last: int | None, open_cases: Mapping[int, int]
) -> list[int]:
    """Return officers who can be given a case, in the order in which the target chooses them.

    ``last`` had a case before in turn; ``open_cases`` says how many cases each of them holds.
    """
    ordered = sorted(user_ids)
    if target == Target.LEAST_OPEN:
        return sorted(ordered, key=lambda one: open_cases.get(one, 0))
    if target == Target.IN_TURN and last is not None:
        return [one for one in ordered if one > last] + [one for one in ordered if one <= last]
    return ordered
