"""Frozen data of the pages of routing rules and dry runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.complaints.types.case_routing import DryRun, RuleTally
from shared.routing.types import RuleInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePart:
    """One condition: a property of a request, and the values of which it must have one."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One rule in the list. ``unit`` and ``target`` say where it sends a request."""

    rule: RuleInfo
    number: int
    occasions: tuple[str, ...]
    parts: tuple[RulePart, ...]
    unit: str
    target: str
    warnings: tuple[str, ...]
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunChoice:
    """The period of a dry run, and whether rules that are not in use count too."""

    days: int
    has_inactive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExample:
    """An example of a case, with its address."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunRule:
    """What one rule did in a dry run. ``hidden_by``: the earlier rule that took its cases.

    ``dead_behind``: the earlier rule that takes every case that this rule can ever fit.
    """

    number: int
    rule: RuleInfo
    tally: RuleTally
    hidden_by: str
    dead_behind: str
    examples: tuple[CaseExample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunMove:
    """Cases that another unit would have received."""

    from_unit: str
    to_unit: str
    cases: int
    examples: tuple[CaseExample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunPage:
    """A dry run for its page; ``officers`` are names with numbers of cases."""

    run: DryRun
    reopened: int
    rules: tuple[DryRunRule, ...]
    moves: tuple[DryRunMove, ...]
    moved: int
    unmatched_examples: tuple[CaseExample, ...]
    officers: tuple[tuple[str, int], ...]

    @property
    def is_part(self) -> bool:
        """Whether there were more cases than were examined."""
        return self.run.examined < self.run.cases


Choices = Sequence[tuple[str, str]]
