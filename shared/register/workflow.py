"""How the events of a case become one line: the same line whatever order the news came in."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypedDict

from shared.kernel.clock import civil_day
from shared.register.enums import DEPARTURES, REPLIES, WAITING, FirstEnding
from shared.register.types import CaseFacts, RegisterEvent

FILING = 1
RATED = "rated"
REOPENED = "reopened"
PROMISE_ASKED = "promise_asked"
PROMISE_TOLD = "promise_told"


class _PromiseFacts(TypedDict):
    promised_on: date | None
    promise_asked: bool
    promise_kept: bool | None


def case_fold(events: Iterable[RegisterEvent]) -> CaseFacts | None:
    """The facts of one case from all its events so far; ``None`` until its filing is known.

    The kind is the one filed: a case that an agency calls an observation later keeps its clock.
    Body and category are the latest. Events may come in any order and more than once.
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
        waited=_days_between(first.at, ended_at),
        last_answered_at=answer.at if answer else None,
        reopened_count=sum(event.event == REOPENED for event in story),
        resolved=rating.resolved if rating else None,
        handling=rating.handling if rating else None,
        rated_at=rating.at if rating else None,
        last_position=last.position,
        **_promise(story),
    )


def _promise(story: list[RegisterEvent]) -> _PromiseFacts:
    """The promise that counts: that of the latest reply, or the first that was not kept.

    A new reply takes the place of the former one, and a re-opening ends a promise of which nothing
    was said: its citizen is not asked any more. But one that was broken stays broken, or an agency
    would be rid of it by the reply that follows the re-opening.
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
            return FirstEnding(event.status), event.at
        if event.status in WAITING:
            gone = None  # Passed on and come back: the citizen waits here again.
        elif gone is None and event.status in DEPARTURES:
            gone = event
    return (FirstEnding(gone.status), gone.at) if gone else (FirstEnding.OPEN, None)


def _last(story: list[RegisterEvent], event: str) -> RegisterEvent | None:
    return next((one for one in reversed(story) if one.event == event), None)


def _days_between(filed_at: datetime, ended_at: datetime | None) -> int | None:
    # Clocks of two machines may differ by a moment around midnight; a wait is never negative.
    return max((civil_day(ended_at) - civil_day(filed_at)).days, 0) if ended_at else None
