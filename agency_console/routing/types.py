"""Frozen data of the pages of routing rules and dry runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.complaints.types.case_routing import DryRun, RuleTally
from shared.routing.types import RuleInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePart:
    """One condition: a property of a request, and the accepted values."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One rule in the list; ``unit`` and ``target`` say where the rule sends a request."""

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
    """The period of a dry run, and whether rules that are not in use are tried too."""

    days: int
    has_inactive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExample:
    """The reference of an example case, with the case's address."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunRule:
    """The result of one rule in a dry run; ``hidden_by``: the name of the rule that got its cases.

    ``dead_behind``: the name of an earlier rule that gets every case that fits this rule.
    """

    number: int
    rule: RuleInfo
    tally: RuleTally
    hidden_by: str
    dead_behind: str
    examples: tuple[CaseExample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunMove:
    """The count of cases that would have gone from one unit to another unit, with examples."""

    from_unit: str
    to_unit: str
    cases: int
    examples: tuple[CaseExample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunPage:
    """A dry run for its page; ``officers``: names of officers with counts of cases."""

    run: DryRun
    reopened: int
    rules: tuple[DryRunRule, ...]
    moves: tuple[DryRunMove, ...]
    moved: int
    unmatched_examples: tuple[CaseExample, ...]
    officers: tuple[tuple[str, int], ...]

    @property
    def is_part(self) -> bool:
        """Return whether the dry run examined only a part of the cases."""
        return self.run.examined < self.run.cases


Choices = Sequence[tuple[str, str]]
