"""What routing rules examine, and what a dry run of them found."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.routing.enums import Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """What a rule may ask of a request."""

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
    """Where the rules send one case; ``rule_id`` is ``None`` where none applies.

    ``fitting``: all rules that would apply, were it not for an earlier one. ``officer_id`` is
    ``None`` where nobody is given it. ``here_id`` is the unit that has the case now.
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
    """How often a rule applied, how often it would have alone, and who took the others.

    ``hidden_by`` is the earlier rule that applied most often in its place.
    """

    applied: int
    fitting: int
    examples: tuple[str, ...]
    hidden_by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMove:
    """Cases that another unit would have got than the one that has them now."""

    from_id: int | None
    to_id: int | None
    cases: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What rules would have done with the cases of a period.

    ``cases`` is how many came in, of which the latest ``examined`` were looked at; re-opened ones
    count once more in ``occasions``. ``officers`` says how many cases each officer would have been
    given; ``unassigned`` how many no officer, though a rule applied.
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
