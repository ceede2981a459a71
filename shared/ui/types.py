"""What the components take: plain frozen data, so that a template never computes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Tone(StrEnum):
    """How a tag or a notice looks; its words must say the same."""

    CALM = "calm"
    INFO = "info"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


class Progress(StrEnum):
    """Where an entry of a timeline stands."""

    DONE = "done"
    HERE = "here"
    NEXT = "next"


class ClockState(StrEnum):
    """Whether a case's clocks run; answered and withdrawn cases keep the day they stopped at."""

    RUNNING = "running"
    ANSWERED = "answered"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One link of a side navigation; ``keys`` are the shortcut, as in ``KeyG KeyI``.

    With ``is_more`` there are more than ``count``; how many, nobody has counted.
    """

    label: str
    url: str
    count: int | None = None
    is_more: bool = False
    is_current: bool = False
    is_alert: bool = False
    keys: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One line of a timeline; ``when`` is a moment that was, or a day by which."""

    title: str
    when: datetime | date | None = None
    text: str = ""
    by: str = ""
    progress: Progress = Progress.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """One answer of a check-your-answers page, with where to change it."""

    label: str
    value: str
    change_url: str = ""
    is_free_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageLink:
    """The same page in another language."""

    code: str
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """One number of a pagination; ``None`` stands for the gap between numbers."""

    number: int | None
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineSummary:
    """A term in words and a shape; ``state`` is done, paused, ok, soon or late."""

    state: str
    words: str
    due: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLink:
    """One line of an error summary and the control it leads to."""

    message: str
    target: str = field(default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingClockSummary:
    """The working clock in words; ``look`` is the same as a term with its shape.

    ``note`` says why it stands still, or why it no longer does; ``day`` of ``term`` never exceeds
    it; ``due_on`` is ``None`` once nothing is due.
    """

    look: DeadlineSummary
    words: str
    note: str
    totals: str
    day: int
    term: int
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One day of a case in words; ``state`` is counted, not-counted or paused."""

    day: date
    weekday: str
    legal: int | None
    working: int | None
    words: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerMonth:
    """The days of one month of one round."""

    title: str
    round: int
    has_legal: bool
    lines: tuple[LedgerLine, ...]


Words = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The inputs of components/table.html."""

    caption: str
    headings: Words
    rows: Sequence[Words]
