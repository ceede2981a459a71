"""State machine of a case as a table, and the clocks of a case computed from its events.

The events give the rounds of the case and the waits for the citizen.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

from shared.complaints.enums import ANSWERS, EventKind, Status
from shared.complaints.errors import TransitionNotAllowed
from shared.complaints.types import Appeal, Round
from shared.kernel import clock, legal_deadline
from shared.kernel.clock_ledger import LedgerMark, MarkKind, Wait
from shared.ui.types import ClockState

_HELD = frozenset(
    {
        Status.AWAITING_CITIZEN,
        Status.ANSWERED,
        Status.TRANSFERRED,
        Status.INADMISSIBLE,
        Status.WITHDRAWN,
    }
)

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset(
        {Status.IN_PROGRESS, Status.TRANSFERRED, Status.INADMISSIBLE, Status.WITHDRAWN}
    ),
    Status.IN_PROGRESS: _HELD,
    # A case with an open question can be answered, because a question must not delay the reply.
    Status.AWAITING_CITIZEN: (_HELD - {Status.AWAITING_CITIZEN}) | {Status.IN_PROGRESS},
    Status.ANSWERED: frozenset({Status.REOPENED, Status.CLOSED}),
    Status.REOPENED: _HELD,
    Status.INADMISSIBLE: frozenset({Status.REOPENED, Status.CLOSED}),
    # Another agency or national oversight may transfer the case back.
    Status.TRANSFERRED: frozenset({Status.RECEIVED}),
    Status.WITHDRAWN: frozenset(),
    Status.CLOSED: frozenset(),
}

# In these statuses the citizen can neither re-open nor write, and the agency cannot reply.
FINAL = (Status.TRANSFERRED, Status.WITHDRAWN, Status.CLOSED)


def can_move(old: Status, new: Status) -> bool:
    """Return whether the transition table allows this change of status."""
    return new in TRANSITIONS[old]


def require_move(old: Status, new: Status) -> None:
    """Raise ``TransitionNotAllowed`` unless the transition table allows this change of status."""
    if not can_move(old, new):
        raise TransitionNotAllowed(f"{old} -> {new}")


STOPPED = (*ANSWERS, Status.WITHDRAWN, Status.CLOSED)


class ClockEvent(Protocol):
    """The columns of an event on which the clocks depend."""

    kind: str
    status: str
    at: datetime
    until: date | None


# Events that the ledger shows, with the kind of mark for each event.
MARKS: Mapping[str, MarkKind] = {
    EventKind.INTERIM_REPLY: MarkKind.INTERIM,
    EventKind.TERM_IN_15: MarkKind.REMINDER,
    EventKind.TERM_IN_5: MarkKind.REMINDER,
    EventKind.TERM_REACHED: MarkKind.TERM_REACHED,
    EventKind.ESCALATED_UNIT: MarkKind.ESCALATED_UNIT,
    EventKind.ESCALATED_AGENCY: MarkKind.ESCALATED_AGENCY,
    EventKind.ESCALATED_OVERSIGHT: MarkKind.ESCALATED_OVERSIGHT,
    EventKind.TRANSFER_OFFERED: MarkKind.OFFERED,
    EventKind.COMPETENCE_ASKED: MarkKind.COMPETENCE_ASKED,
    EventKind.TRANSFER_ACCEPTED: MarkKind.TAKEN_OVER,
    EventKind.SPLIT: MarkKind.SPLIT,
    EventKind.MERGED: MarkKind.MERGED,
    EventKind.UNMERGED: MarkKind.UNMERGED,
}


def clock_state(status: Status) -> ClockState:
    """Return whether the clocks of a case run, or the reason for which the clocks have stopped."""
    if status == Status.WITHDRAWN:
        return ClockState.STOPPED
    return ClockState.ANSWERED if status in STOPPED else ClockState.RUNNING


def rounds(events: Iterable[ClockEvent], *, filed_on: date, today: date) -> tuple[Round, ...]:
    """Return the rounds of a case from its events, oldest first; the last round may have no reply
    yet.
    """
    done: list[Round] = []
    start, end = filed_on, None
    waits: list[Wait] = []
    marks: list[LedgerMark] = []
    asked: date | None = None
    for event in events:
        day = clock.civil_day(event.at)
        if opens_again(event, is_ended=end is not None):
            done.append(
                Round(filed_on=start, ended_on=end or day, waits=tuple(waits), marks=tuple(marks))
            )
            start, end, waits = day, None, []
            marks = [LedgerMark(day=day, kind=MarkKind.REOPENED)]
        elif mark := MARKS.get(event.kind):
            marked = _day_of_mark(mark, day, began_on=start)
            marks.append(LedgerMark(day=marked, kind=mark, until=event.until))
        if event.status == Status.AWAITING_CITIZEN:
            asked = asked or day
        elif asked:
            waits.append(Wait(since=asked, until=min(day, _cap_end(asked))))
            asked = None
        if event.status in STOPPED:
            end = end or day
    if asked:
        waits.append(Wait(since=asked, until=_cap_end(asked) if today > _cap_end(asked) else None))
    return (*done, Round(filed_on=start, ended_on=end, waits=tuple(waits), marks=tuple(marks)))


def _day_of_mark(mark: MarkKind, recorded_on: date, *, began_on: date) -> date:
    # If the hourly maintenance did not run in time, the event is recorded late. The mark then gets
    # the last day of the term.
    if mark == MarkKind.TERM_REACHED:
        return min(recorded_on, legal_deadline.reply_due_on(began_on))
    return recorded_on


def opens_again(event: ClockEvent, *, is_ended: bool) -> bool:
    """Return whether an event begins a new round: a re-opening, or national oversight's decision.

    ``is_ended``: the round has ended. A review of a case without a reply begins no new round.
    """
    if event.kind == EventKind.REVIEW_DECIDED:
        return is_ended and event.status == Status.REOPENED
    return event.kind == EventKind.REOPENED


def appeal_of(events: Iterable[ClockEvent]) -> Appeal:
    """Return whether a review was requested and whether a review waits.

    ``events``: all events of the case, oldest first.
    """
    is_asked = is_waiting = is_replied = False
    for event in events:
        if event.kind in (EventKind.ANSWERED, EventKind.INADMISSIBLE, EventKind.REOPENED):
            is_asked = False
        elif event.kind == EventKind.REVIEW_ASKED:
            is_asked = is_waiting = True
        elif event.kind == EventKind.REVIEW_DECIDED:
            is_waiting = False
            # The returned case waits for another reply, for which no review was requested yet.
            is_asked = is_asked and not opens_again(event, is_ended=is_replied)
        is_replied = event.status in ANSWERS
    return Appeal(is_asked=is_asked, is_waiting=is_waiting)


def _cap_end(asked: date) -> date:
    # A task ends the wait and may run late, but the pause of the clock must not be longer.
    return asked + timedelta(days=legal_deadline.ANSWER_DAYS)
