"""Calendar of deadlines: legal days and working days of a case, holidays and pauses, day by day.

The legal clock counts every day. The working clock counts the working days that the administration
promises; it pauses while the citizen's answer is awaited, up to ``PAUSE_CAP``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from shared.kernel.text import Wording

# The national working term since the portal's first day; the catalogue contains other terms.
WORKING_DAYS = 20
# The most working days for which a case may pause, so that weekly questions cannot delay a reply
# for ever.
PAUSE_CAP = 15
SATURDAY = 5
ONE_DAY = timedelta(days=1)


class DayReason(StrEnum):
    """The reason why a day counts, or does not count, on the working clock."""

    COUNTED = "counted"
    CAPPED = "capped"
    FILING = "filing"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    PAUSED = "paused"


class MarkKind(StrEnum):
    """Kind of an event on a day of a case's calendar; no event changes whether the day counts."""

    REOPENED = "reopened"
    INTERIM = "interim"
    REMINDER = "reminder"
    TERM_REACHED = "term_reached"
    ESCALATED_UNIT = "escalated_unit"
    ESCALATED_AGENCY = "escalated_agency"
    ESCALATED_OVERSIGHT = "escalated_oversight"
    OFFERED = "offered"
    COMPETENCE_ASKED = "competence_asked"
    TAKEN_OVER = "taken_over"
    SPLIT = "split"
    MERGED = "merged"
    UNMERGED = "unmerged"


COUNTING = (DayReason.COUNTED, DayReason.CAPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day on which no office is open."""

    day: date
    names: Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The days from a question to its answer; ``until`` is ``None`` while the answer is awaited.

    The day of the question counts as a working day. The day of the answer does not count, because
    hardly any working time is left on that day.
    """

    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Return whether the citizen's answer was awaited on a day."""
        return self.since < day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerMark:
    """One event on a day; ``until`` is the day that an interim reply announces."""

    day: date
    kind: MarkKind
    until: date | None = None


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """One civil day of a case.

    ``legal`` is the day's number on the legal clock, ``None`` without a legal term; ``working`` is
    the count of working days until the end of the day; ``round`` is the count of earlier
    re-openings. ``marks`` are the events of the day.
    """

    day: date
    legal: int | None
    working: int
    reason: DayReason
    holiday: Wording | None = None
    round: int = 0
    marks: tuple[LedgerMark, ...] = ()

    @property
    def is_counted(self) -> bool:
        """Return whether the day counts as one of the promised working days."""
        return self.reason in COUNTING


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingClock:
    """The working clock of a case, in whole days.

    ``counted + not_counted + paused`` are all days from the filing to ``on``, both included.
    ``due_on`` is the last day of the term if no more time is paused; ``paused_since`` is the day of
    the open question for which the clock pauses.
    """

    filed_on: date
    on: date
    term: int
    counted: int
    not_counted: int
    paused: int
    due_on: date
    paused_since: date | None
    days: tuple[LedgerDay, ...]

    @property
    def left(self) -> int:
        """Return the count of working days left; negative after the end of the term."""
        return self.term - self.counted

    @property
    def is_overdue(self) -> bool:
        """Return whether more working days have counted than were promised."""
        return self.left < 0


def working_clock(
    *,
    filed_on: date,
    on: date,
    term: int,
    holidays: Sequence[Holiday],
    waits: Sequence[Wait],
    cap: int = PAUSE_CAP,
    has_legal: bool = True,
    round_number: int = 0,
    marks: Sequence[LedgerMark] = (),
) -> WorkingClock:
    """Compute the working clock on the day ``on``, with every day since the filing.

    A day has the first true reason of filing, weekend, holiday, pause. So a holiday uses no day of
    the pause. ``marks`` are added to their days and change no count.
    """
    named, marked = _by_day(holidays), _marked(marks)
    days: list[LedgerDay] = []
    counted = paused = 0
    for day in _days(filed_on, on):
        reason = _reason(day, filed_on, named, waits, paused < cap)
        paused += reason == DayReason.PAUSED
        counted += reason in COUNTING
        legal = (day - filed_on).days if has_legal else None
        holiday = named.get(day) if reason == DayReason.HOLIDAY else None
        here = marked.get(day, ())
        days.append(LedgerDay(day, legal, counted, reason, holiday, round_number, here))
    return WorkingClock(
        filed_on=filed_on,
        on=on,
        term=term,
        counted=counted,
        not_counted=len(days) - counted - paused,
        paused=paused,
        due_on=_due_on(days, term, named, filed_on),
        paused_since=next((wait.since for wait in waits if wait.until is None), None)
        if paused < cap
        else None,
        days=tuple(days),
    )


def working_due_on(*, filed_on: date, term: int, holidays: Sequence[Holiday]) -> date:
    """Return the last day of a term of ``term`` working days after the day of filing."""
    return _due_on([], term, _by_day(holidays), filed_on)


def _by_day(holidays: Iterable[Holiday]) -> dict[date, Wording]:
    named: dict[date, Wording] = {}
    for holiday in holidays:
        named.setdefault(holiday.day, holiday.names)
    return named


def _marked(marks: Iterable[LedgerMark]) -> dict[date, tuple[LedgerMark, ...]]:
    found: dict[date, tuple[LedgerMark, ...]] = {}
    for mark in marks:
        found[mark.day] = (*found.get(mark.day, ()), mark)
    return found


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=step) for step in range((last - first).days + 1))


def _reason(
    day: date,
    filed_on: date,
    named: Mapping[date, Wording],
    waits: Iterable[Wait],
    may_pause: bool,
) -> DayReason:
    if day == filed_on:
        return DayReason.FILING
    if day.weekday() >= SATURDAY:
        return DayReason.WEEKEND
    if day in named:
        return DayReason.HOLIDAY
    if not any(wait.holds(day) for wait in waits):
        return DayReason.COUNTED
    return DayReason.PAUSED if may_pause else DayReason.CAPPED


def _due_on(
    days: Sequence[LedgerDay], term: int, named: Mapping[date, Wording], filed_on: date
) -> date:
    for one in days:
        if one.working >= term:
            return one.day
    day = days[-1].day if days else filed_on
    counted = days[-1].working if days else 0
    while counted < term:
        day += ONE_DAY
        counted += day.weekday() < SATURDAY and day not in named
    return day
