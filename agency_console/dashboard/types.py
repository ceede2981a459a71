"""Frozen data of the supervisor's dashboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.complaints.selectors.weekly import WeekLoad
from shared.complaints.selectors.workload import HeldCase
from shared.ui.charts import ColumnsChart


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedNumber:
    """A count of cases, and the address of the list of the counted cases, or ""."""

    number: int
    url: str = ""
    label: str = ""
    is_alert: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRow:
    """Counts of the cases of an officer, a unit or a category.

    ``url``: a page with details. ``level``: the depth of a unit in the tree.
    """

    name: str
    open: LinkedNumber
    late: LinkedNumber
    promise_late: LinkedNumber
    due_soon: LinkedNumber
    news: LinkedNumber
    url: str = ""
    level: int = 0
    waiting_since: datetime | None = None
    is_absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """A case whose citizen waits for a response."""

    reference: str
    url: str
    officer: str
    waiting_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRow:
    """One week; only ``received`` links to a list, because past states of cases have no list."""

    week: WeekLoad
    received: LinkedNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """All data of the dashboard's page."""

    today: Sequence[LinkedNumber]
    waiting: Sequence[WaitingRow]
    officers: Sequence[LoadRow]
    units: Sequence[LoadRow]
    categories: Sequence[LoadRow]
    weeks: Sequence[WeekRow]
    chart: ColumnsChart


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerCases:
    """The open cases of one officer, most urgent first, and the colleagues who can get cases.

    ``more``: the number of cases that are not shown.
    """

    user_id: int
    name: str
    is_absent: bool
    cases: Sequence[HeldCase]
    more: int
    url: str
    colleagues: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The count of reassigned cases, and a dict: reason -> count of skipped cases."""

    done: int
    skipped: Mapping[str, int]
