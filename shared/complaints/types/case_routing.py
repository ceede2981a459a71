"""Data that routing rules test, and the results of a dry run of the rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.routing.enums import Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """The facts of a request that a rule can test."""

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
    """The result of the rules for one case; ``rule_id`` is ``None`` where none applies.

    ``fitting``: all rules that would apply, were it not for an earlier one. ``officer_id`` is
    ``None`` where no officer gets the case. ``here_id`` is the unit that has the case now.
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
    """Counts of a rule: how often it applied, and how often it would have without earlier rules.

    ``hidden_by`` is the earlier rule that applied most often in its place; ``None`` if it applied.
    """

    applied: int
    fitting: int
    examples: tuple[str, ...]
    hidden_by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMove:
    """The cases of one unit that another unit would have got."""

    from_id: int | None
    to_id: int | None
    cases: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """The result of a dry run of routing rules with the cases of a period.

    ``cases`` is how many came in, of which the latest ``examined`` were examined; re-opened ones
    count once more in ``occasions``. ``officers`` says how many cases each officer would have got;
    ``unassigned`` how many cases no officer, though a rule applied.
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
