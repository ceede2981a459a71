"""What the supervisor's dashboard shows: frozen data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.complaints.selectors.weekly import WeekLoad
from shared.complaints.selectors.workload import HeldCase
from shared.ui.charts import ColumnsChart


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedNumber:
    """A number of cases and the list that holds exactly these; no address where there is none."""

    number: int
    url: str = ""
    label: str = ""
    is_alert: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRow:
    """The open cases of an officer, a unit or a category.

    ``url``: where more is said of it. ``level``: how deep a unit lies in the tree.
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
    """One week: what came in is a list, what was so at its end is not any more."""

    week: WeekLoad
    received: LinkedNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """All that the page shows."""

    today: Sequence[LinkedNumber]
    waiting: Sequence[WaitingRow]
    officers: Sequence[LoadRow]
    units: Sequence[LoadRow]
    categories: Sequence[LoadRow]
    weeks: Sequence[WeekRow]
    chart: ColumnsChart


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerCases:
    """The open cases of one officer, the most urgent first, and to whom they can be given.

    ``more``: how many cases there are beyond those shown.
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
    """What came of giving cases to somebody: how many, and how many not, by the reason why."""

    done: int
    skipped: Mapping[str, int]
