"""Types of the components' inputs, as frozen data, so that templates compute nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Tone(StrEnum):
    """The style of a tag or a notice; the text must have the same meaning without the style."""

    CALM = "calm"
    INFO = "info"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


class Progress(StrEnum):
    """The position of a timeline entry: past, current or future."""

    DONE = "done"
    HERE = "here"
    NEXT = "next"


class ClockState(StrEnum):
    """State of a case's clocks; after a reply or a withdrawal the clocks stay at their last day."""

    RUNNING = "running"
    ANSWERED = "answered"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """A link of a side navigation; ``keys`` is its keyboard shortcut, such as ``KeyG KeyI``.

    ``is_more``: there are more than ``count`` entries, but the exact count is not known. ``key``
    names the link on a page that refreshes its navigation, so that the focus stays on the link.
    """

    label: str
    url: str
    count: int | None = None
    is_more: bool = False
    is_current: bool = False
    is_alert: bool = False
    keys: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """A line of a timeline; ``when`` is a past time or the day of a deadline."""

    title: str
    when: datetime | date | None = None
    text: str = ""
    by: str = ""
    progress: Progress = Progress.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """An answer on a check-your-answers page, with the URL of the page to change the answer."""

    label: str
    value: str
    change_url: str = ""
    is_free_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageLink:
    """A link to this page in another language."""

    code: str
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A page number of a pagination; ``None`` means a gap between numbers."""

    number: int | None
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineSummary:
    """A deadline as text and symbol; ``state`` is done, paused, ok, soon or late."""

    state: str
    words: str
    due: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLink:
    """An error of an error summary, and the control to which the error links."""

    message: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingClockSummary:
    """The working clock as text; ``remaining`` is the same information as a ``DeadlineSummary``.

    ``note`` says why the clock is paused, or why it is no longer paused; ``day`` is at most
    ``term``; ``due_on`` is ``None`` if no reply is due any more.
    """

    remaining: DeadlineSummary
    words: str
    note: str
    totals: str
    day: int
    term: int
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """A day of a case as text; ``state`` is counted, not-counted or paused.

    ``marks``: events of the day, which do not change whether the day counts.
    """

    day: date
    weekday: str
    legal: int | None
    working: int | None
    words: str
    state: str
    marks: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerMonth:
    """The days of a round in one month."""

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
