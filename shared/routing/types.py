"""Data objects of routing rules, and functions on these objects."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.routing.enums import Occasion, Target
from shared.units.types import UnitReach, unit_in_use_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    """The content of a rule: its conditions on requests, and its target.

    A rule matches a request if every condition matches. A condition matches if the request has one
    of its values, or if the condition has no values. ``unit_id`` is ``None`` for the agency as a
    whole.
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


# The fields of ``RuleDraft`` that are conditions.
CONDITIONS = (
    "kinds", "category_codes", "organisation_codes", "languages", "channels", "places", "words",
)  # fmt: skip


def rule_before(rules: Sequence["RuleInfo"], rule: "RuleInfo") -> "RuleInfo | None":
    """Return the first rule in use before ``rule`` that matches all requests of ``rule``.

    Returns ``None`` if there is no such rule. If there is one, ``rule`` is never applied.
    """
    for earlier in rules:
        if earlier.id == rule.id:
            return None
        if earlier.is_active and _takes_all_of(earlier.draft, rule.draft):
            return earlier
    return None


def _takes_all_of(earlier: RuleDraft, later: RuleDraft) -> bool:
    """Return whether the earlier rule matches every request that the later rule matches."""
    if not set(later.occasions) <= set(earlier.occasions):
        return False
    asked = [(getattr(earlier, name), getattr(later, name)) for name in CONDITIONS]
    return all(not wide or (narrow and set(narrow) <= set(wide)) for wide, narrow in asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInfo:
    """A stored rule; ``last_officer_id`` is the officer whom the rule chose last."""

    id: UUID
    position: int
    is_active: bool
    draft: RuleDraft
    last_officer_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingTable:
    """The rules of an agency, sorted by position, and the conditions of the agency's units.

    ``digest`` is of the rows from which the table was made; two tables with one digest are equal.
    """

    rules: tuple[RuleInfo, ...]
    units: tuple[UnitReach, ...]
    digest: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """The result of routing a request: the unit, and the applied rule or ``None``.

    ``has_officer``: the caller must then choose an officer by the rule.
    """

    unit_id: int | None
    rule: RuleInfo | None = None
    has_officer: bool = False


def unit_routed(rule: RuleInfo, units: Sequence[UnitReach]) -> Routed:
    """Return the result of a rule that matches a request.

    If the rule's unit is retired, the result is the nearest unit above that is in use, without an
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
    """Return the ids of officers in the order in which a rule with this target chooses officers.

    ``last`` is the officer whom the rule chose last. ``open_cases`` maps an officer to the count of
    the officer's open cases.
    """
    ordered = sorted(user_ids)
    if target == Target.LEAST_OPEN:
        return sorted(ordered, key=lambda one: open_cases.get(one, 0))
    if target == Target.IN_TURN and last is not None:
        return [one for one in ordered if one > last] + [one for one in ordered if one <= last]
    return ordered
