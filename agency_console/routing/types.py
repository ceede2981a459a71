"""Routing rules and dry runs as their pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.complaints.types.case_routing import DryRun, RuleTally
from shared.routing.types import RuleInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePart:
    """One condition: what is asked of a request, and the values of which it must have one."""

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
    """The days that are looked at, and whether rules that are not in use count too."""

    days: int
    has_inactive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseExample:
    """A case to examine."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunRule:
    """What one rule did in a dry run. ``hidden_by``: the earlier rule that took its cases.

    ``dead_behind``: the earlier rule that takes every case which this one can ever fit.
    """

    number: int
    rule: RuleInfo
    tally: RuleTally
    hidden_by: str
    dead_behind: str
    examples: tuple[CaseExample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunMove:
    """Cases that another unit would have got."""

    from_unit: str
    to_unit: str
    cases: int
    examples: tuple[CaseExample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunPage:
    """A dry run, ready to be shown; ``officers`` are names with numbers of cases."""

    run: DryRun
    reopened: int
    rules: tuple[DryRunRule, ...]
    moves: tuple[DryRunMove, ...]
    moved: int
    unmatched_examples: tuple[CaseExample, ...]
    officers: tuple[tuple[str, int], ...]

    @property
    def is_part(self) -> bool:
        """Whether there were more cases than were looked at."""
        return self.run.examined < self.run.cases


Choices = Sequence[tuple[str, str]]
