"""Texts of the working clock and of the ledger, for citizens and officers."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext as _, gettext_lazy

from shared.kernel.clock_ledger import (
    PAUSE_CAP,
    SATURDAY,
    DayReason,
    LedgerDay,
    LedgerMark,
    MarkKind,
    WorkingClock,
)
from shared.ui.dates import day_text, month_text, working_days_left_text
from shared.ui.types import (
    ClockState,
    DeadlineSummary,
    LedgerLine,
    LedgerMonth,
    WorkingClockSummary,
)

SOON_DAYS = 3
REASONS: Mapping[DayReason, Promise] = {
    DayReason.COUNTED: gettext_lazy("Counted"),
    DayReason.CAPPED: gettext_lazy("Counted: the pause is used up"),
    DayReason.FILING: gettext_lazy("Not counted: the day of filing"),
    DayReason.WEEKEND: gettext_lazy("Not counted: Sunday"),
    DayReason.HOLIDAY: gettext_lazy("Not counted: %(holiday)s"),
    DayReason.PAUSED: gettext_lazy("Paused: the citizen's answer was awaited"),
}
# Texts of a day's events; each new kind of event needs a text in this table.
MARKS: Mapping[MarkKind, Promise] = {
    MarkKind.REOPENED: gettext_lazy("Re-opened: a new term begins"),
    MarkKind.INTERIM: gettext_lazy("Interim reply: the reply is announced for %(until)s"),
    MarkKind.REMINDER: gettext_lazy("The administration was reminded of the legal deadline"),
    MarkKind.TERM_REACHED: gettext_lazy("The last day of the legal term"),
    MarkKind.ESCALATED_UNIT: gettext_lazy("Overdue: brought to the head of the unit"),
    MarkKind.ESCALATED_AGENCY: gettext_lazy("Overdue: brought to the head of the agency"),
    MarkKind.ESCALATED_OVERSIGHT: gettext_lazy("Overdue: brought to national oversight"),
    MarkKind.OFFERED: gettext_lazy("Offered to another administration; both clocks run on"),
    MarkKind.COMPETENCE_ASKED: gettext_lazy(
        "National oversight was asked who is competent; both clocks run on"
    ),
    MarkKind.TAKEN_OVER: gettext_lazy("Taken over by another administration; both clocks run on"),
    MarkKind.SPLIT: gettext_lazy("A part was sent to another administration"),
    MarkKind.MERGED: gettext_lazy("Joined with another request of the same person"),
    MarkKind.UNMERGED: gettext_lazy("Separate again"),
}


def working_clock_summary(
    clock: WorkingClock, *, state: ClockState, is_citizen: bool
) -> WorkingClockSummary:
    """Return the texts of a working clock, for the citizen or for an officer."""
    is_running = state == ClockState.RUNNING
    return WorkingClockSummary(
        remaining=_deadline(clock, is_running=is_running),
        words=_words(clock, state),
        note=_note(clock, is_citizen=is_citizen) if is_running else "",
        totals=_(
            "Counted: %(counted)d. Not counted: %(not_counted)d. Paused: %(paused)d. "
            "In all: %(all)d."
        )
        % {
            "counted": clock.counted,
            "not_counted": clock.not_counted,
            "paused": clock.paused,
            "all": len(clock.days),
        },
        day=min(clock.counted, clock.term),
        term=clock.term,
        due_on=clock.due_on if is_running else None,
    )


def ledger_months(ledger: Sequence[LedgerDay], *, is_citizen: bool) -> list[LedgerMonth]:
    """Return the days grouped by month and round, oldest first, in the active language."""
    return [
        _month(list(days), is_citizen=is_citizen)
        for _key, days in groupby(ledger, lambda one: (one.round, one.day.year, one.day.month))
    ]


def reason_text(one: LedgerDay, *, is_citizen: bool) -> str:
    """Return why a day counts or does not count, in the active language."""
    if one.reason == DayReason.FILING and one.round:
        return _("Not counted: the day of re-opening")
    if one.reason == DayReason.WEEKEND and one.day.weekday() == SATURDAY:
        return _("Not counted: Saturday")
    if one.reason == DayReason.PAUSED and is_citizen:
        return _("Paused: your answer was awaited")
    holiday = one.holiday.text(get_language() or "") if one.holiday else ""
    return str(REASONS[one.reason]) % {"holiday": holiday}


def mark_text(mark: LedgerMark) -> str:
    """Return the text of an event of a day, in the active language."""
    return str(MARKS[mark.kind]) % {"until": day_text(mark.until) if mark.until else ""}


def _month(days: list[LedgerDay], *, is_citizen: bool) -> LedgerMonth:
    return LedgerMonth(
        title=month_text(days[0].day),
        round=days[0].round,
        has_legal=days[0].legal is not None,
        lines=tuple(
            LedgerLine(
                day=one.day,
                weekday=str(WEEKDAYS[one.day.weekday()]),
                legal=one.legal,
                working=one.working if one.is_counted else None,
                words=reason_text(one, is_citizen=is_citizen),
                state=_state(one),
                marks=tuple(map(mark_text, one.marks)),
            )
            for one in days
        ),
    )


def _state(one: LedgerDay) -> str:
    if one.reason == DayReason.PAUSED:
        return "paused"
    return "counted" if one.is_counted else "not-counted"


def _words(clock: WorkingClock, state: ClockState) -> str:
    numbers = {"day": clock.counted, "term": clock.term}
    if state == ClockState.ANSWERED and clock.counted == 0:
        return _("Answered before the first of the %(term)d promised working days.") % numbers
    if state == ClockState.ANSWERED:
        return _("Answered on working day %(day)d of the %(term)d promised working days.") % numbers
    if state == ClockState.STOPPED and clock.counted == 0:
        return _("Stopped before the first of the %(term)d promised working days.") % numbers
    if state == ClockState.STOPPED:
        return _("Stopped on working day %(day)d of the %(term)d promised working days.") % numbers
    if clock.is_overdue:
        return _("Working day %(day)d: the %(term)d promised working days have passed.") % numbers
    if clock.counted == 0:
        return _("The %(term)d promised working days begin on the next working day.") % numbers
    return _("Working day %(day)d of the %(term)d promised working days.") % numbers


def _note(clock: WorkingClock, *, is_citizen: bool) -> str:
    if clock.paused_since is None:
        capped = any(one.reason == DayReason.CAPPED for one in clock.days)
        used_up = _("The pause of %(cap)d working days is used up: every working day counts again.")
        return used_up % {"cap": PAUSE_CAP} if capped else ""
    words = (
        _("Paused since %(day)s, because your answer is awaited.")
        if is_citizen
        else _("Paused since %(day)s, because the citizen's answer is awaited.")
    )
    return words % {"day": day_text(clock.paused_since)}


def _deadline(clock: WorkingClock, *, is_running: bool) -> DeadlineSummary:
    due = day_text(clock.due_on)
    if not is_running:
        words = _("Working day %(day)d of %(term)d") % {"day": clock.counted, "term": clock.term}
        return DeadlineSummary(state="done", words=words)
    if clock.is_overdue:
        return DeadlineSummary(state="late", words=working_days_left_text(clock.left), due=due)
    if clock.paused_since:
        return DeadlineSummary(state="paused", words=_("Paused"), due=due)
    state = "soon" if clock.left <= SOON_DAYS else "ok"
    return DeadlineSummary(state=state, words=working_days_left_text(clock.left), due=due)
