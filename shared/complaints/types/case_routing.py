"""Data that routing rules test, and the results of dry runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.routing.enums import Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """The facts of a request that routing rules can test."""

    occasion: Occasion
    kind: str
    category_code: str
    organisation_code: str
    language: str
    channel: str
    place: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedCase:
    """The result of the rules for one case; ``rule_id`` is ``None`` if no rule applies.

    ``fitting``: all rules that match the case, of which only the first applies. ``officer_id`` is
    ``None`` if no officer gets the case. ``here_id``: the unit that has the case now.
    """

    reference: str
    occasion: Occasion
    here_id: int | None
    unit_id: int | None
    rule_id: UUID | None = None
    officer_id: int | None = None
    fitting: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTally:
    """Counts of a rule: cases to which it applied, and cases that it matched.

    ``hidden_by``: the earlier rule that applied most often instead; ``None`` if this rule applied.
    """

    applied: int
    fitting: int
    examples: tuple[str, ...]
    hidden_by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMove:
    """The cases of one unit that the rules would give to another unit."""

    from_id: int | None
    to_id: int | None
    cases: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """The result of a dry run of routing rules with the cases of a period.

    ``cases``: the number of received cases; only the latest ``examined`` cases were tested.
    ``occasions`` counts a re-opened case twice. ``officers``: the number of cases that each officer
    would have got. ``unassigned``: cases for which a rule applied but no officer was found.
    """

    cases: int
    examined: int
    occasions: int
    rules: Mapping[UUID, RuleTally]
    moves: tuple[UnitMove, ...]
    unmoved: int
    unmatched: int
    unmatched_examples: tuple[str, ...]
    officers: Mapping[int, int]
    unassigned: int
