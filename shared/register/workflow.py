"""Computation of a case's row from its events, which may arrive in any order."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TypedDict

from shared.kernel.clock import civil_day
from shared.register.enums import DEPARTURES, REPLIES, WAITING, FirstEnding
from shared.register.types import CaseFacts, Departed, RegisterEvent

FILING = 1
RATED = "rated"
REOPENED = "reopened"
ANSWERED = "answered"
REVIEW_DECIDED = "review_decided"
ESCALATED = "escalated_oversight"
PROMISE_ASKED = "promise_asked"
PROMISE_TOLD = "promise_told"
TAKEN_OVER = "transfer_accepted"
# A transfer's record is written after its event, perhaps by a server with another time.
CLOCKS_DIFFER = timedelta(minutes=1)
# Events that add or remove a part for which the agency still owes a reply.
PARTS_OWED = {
    "split": 1,
    "part_back": 1,
    "part_accepted": -1,
    "part_joined": -1,
    "part_ended": -1,
}


class _PromiseFacts(TypedDict):
    promised_on: date | None
    promise_asked: bool
    promise_kept: bool | None


def case_fold(events: Iterable[RegisterEvent]) -> CaseFacts | None:
    """Return the facts of one case from all its events so far; ``None`` without the filing's event.

    The kind is the filed kind: a complaint that an agency later calls an observation still has its
    legal clock. Body and category are the latest. ``waited`` is without days at other agencies.
    Events may come in any order and more than once.
    """
    story = sorted(
        {event.event_id: event for event in events}.values(),
        key=lambda event: (event.position, event.event_id),
    )
    if not story or story[0].position != FILING:
        return None
    first, last = story[0], story[-1]
    ending, ended_at = _first_ending(story)
    rating = _last(story, RATED)
    answer = _last(story, FirstEnding.ANSWERED)
    return CaseFacts(
        reference=first.reference,
        organisation_code=last.organisation_code,
        kind=first.kind,
        category_code=last.category_code,
        language=first.language,
        filed_at=first.at,
        filed_on=civil_day(first.at),
        status=last.status,
        ending=ending,
        ended_at=ended_at,
        waited=_days_held(story, ended_at),
        last_answered_at=answer.at if answer else None,
        reopened_count=sum(event.event == REOPENED for event in story),
        resolved=rating.resolved if rating else None,
        handling=rating.handling if rating else None,
        rated_at=rating.at if rating else None,
        refusal_reversed=ending == FirstEnding.INADMISSIBLE and _is_refusal_reversed(story),
        escalated_at=_escalated_at(story),
        last_position=last.position,
        **_promise(story),
    )


def events_held(events: Iterable[RegisterEvent], departed: Departed) -> list[RegisterEvent]:
    """Return a transferred case's events while the agency had the case, sorted by position.

    After a departure, events count again only from a return that the national record contains.
    """
    returns = list(departed.returned_at)
    kept: list[RegisterEvent] = []
    is_here = True
    for event in sorted(events, key=lambda one: (one.position, one.event_id)):
        if event.at > departed.left_at:
            continue
        if event.event == TAKEN_OVER and (not is_here or not kept):
            # If the agency's first event is a take-over, the record contains this take-over.
            is_known = bool(returns) and event.at >= returns[0] - CLOCKS_DIFFER
            is_here = is_here or is_known
            if is_known:
                returns.pop(0)
        if is_here:
            kept.append(event)
        is_here = is_here and event.event != FirstEnding.TRANSFERRED
    return kept


def announced_in_order(events: Iterable[RegisterEvent]) -> Iterator[RegisterEvent]:
    """Yield one case's events in the outbox's order, but only events with increasing positions.

    Otherwise a former agency of the case could insert an event with an earlier time while its
    departure is not in the register yet. Agencies cannot choose primary keys
    (``tenants.isolation``).
    """
    reached = 0
    for event in events:
        if event.position > reached:
            reached = event.position
            yield event


def is_departed(story: Sequence[RegisterEvent]) -> bool:
    """Return whether the last event transfers the case away."""
    return bool(story) and story[-1].event == FirstEnding.TRANSFERRED


def _promise(story: list[RegisterEvent]) -> _PromiseFacts:
    """Return the promise for the figures: of the latest reply, or the first broken promise.

    A new reply replaces the former promise. A re-opening ends a promise on which the citizen has
    said nothing, so the citizen is not asked. A broken promise stays, because an agency could
    otherwise erase it by a new reply after the re-opening.
    """
    day, asked, kept = None, False, None
    for event in story:
        if kept is False:
            break
        if event.event == FirstEnding.ANSWERED:
            day, asked, kept = event.promised_on, False, None
        elif event.status == REOPENED and kept is None:
            day, asked = None, False
        elif event.event == PROMISE_ASKED:
            asked = day is not None
        elif event.event == PROMISE_TOLD and day is not None:
            asked, kept = True, event.resolved
    return {"promised_on": day, "promise_asked": asked, "promise_kept": kept}


def _first_ending(story: list[RegisterEvent]) -> tuple[FirstEnding, datetime | None]:
    gone: RegisterEvent | None = None
    for event in story:
        if event.status in REPLIES:
            return _replied(event, story)
        if event.status in WAITING:
            gone = None  # The case came back after a transfer: the citizen waits here again.
        elif gone is None and event.status in DEPARTURES:
            gone = event
    return (FirstEnding(gone.status), gone.at) if gone else (FirstEnding.OPEN, None)


def _replied(
    reply: RegisterEvent, story: list[RegisterEvent]
) -> tuple[FirstEnding, datetime | None]:
    """Return the ending by the first reply, but not while a part is owed (``PARTS_OWED``).

    Otherwise a reply of one line on the first day would end the wait for all parts.
    """
    owed, ended_at = 0, reply.at
    for event in story:
        change = PARTS_OWED.get(event.event, 0)
        owed = max(owed + change, 0)
        if change and not owed:
            ended_at = max(ended_at, event.at)
    return (FirstEnding.OPEN, None) if owed else (FirstEnding(reply.status), ended_at)


def _is_refusal_reversed(story: list[RegisterEvent]) -> bool:
    """Return whether a refused case was answered with reasons later, or sent back by oversight."""
    before = ""
    for event in story:
        if event.event == ANSWERED:
            return True
        # A review of a case that still waits for its first reply reverses no refusal.
        is_sent_back = event.event == REVIEW_DECIDED and event.status == REOPENED
        if is_sent_back and before == FirstEnding.INADMISSIBLE:
            return True
        before = event.status
    return False


def _escalated_at(story: list[RegisterEvent]) -> datetime | None:
    """Return when the late reply was escalated to oversight; ``None`` after reply or re-opening."""
    found: datetime | None = None
    for event in story:
        if event.event == ESCALATED:
            found = event.at
        elif event.event == REOPENED or event.status not in WAITING:
            # A reply or a new term ends the escalation.
            found = None
    return found


def _last(story: list[RegisterEvent], event: str) -> RegisterEvent | None:
    return next((one for one in reversed(story) if one.event == event), None)


def _days_held(story: list[RegisterEvent], ended_at: datetime | None) -> int | None:
    """Return the civil days from filing to the ending, without the days at other agencies.

    The sum over all agencies of a case is the days from filing to the ending.
    """
    if ended_at is None:
        return None
    days, since = 0, civil_day(story[0].at)
    is_here = True
    for event in story:
        if event.at > ended_at:
            break
        day = civil_day(event.at)
        if is_here and event.status == FirstEnding.TRANSFERRED:
            # The times of two servers may differ around midnight; a negative wait counts as none.
            days += max((day - since).days, 0)
        elif not is_here and event.status in WAITING:
            since = day
        is_here = event.status != FirstEnding.TRANSFERRED
    return days + (max((civil_day(ended_at) - since).days, 0) if is_here else 0)
