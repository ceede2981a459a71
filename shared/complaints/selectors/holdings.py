"""Events of the time in which an agency held a case, by the public record of custody.

An agency's role can write any event into its own schema, also an invented transfer with days of
other agencies. So pages and transfers only use events that are within the agency's days on record.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shared.complaints.enums import (
    CASE_VIEWED,
    CASE_VIEWED_BY_OVERSIGHT,
    FILE_READ_BY_OVERSIGHT,
    INTERNAL_EVENTS,
    EventKind,
    Status,
)
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.selectors.case_details import chain_events, events_stored
from shared.complaints.selectors.cases import case_accesses
from shared.complaints.selectors.chain_reading import chain_read
from shared.complaints.types.custody import HeldEvent, Holding, HoldingStart, RecordedHolding
from shared.kernel.seams import imported, seams

# The times of two servers may differ, so an event may be this long before or after a holding.
MARGIN = timedelta(minutes=5)
_OF_MOVES = (EventKind.TRANSFERRED, EventKind.TRANSFER_ACCEPTED)


def events_on_record(complaint: Complaint) -> list[ComplaintEvent]:
    """Return the events of a case that the public record allows, also its events at earlier
    agencies.

    The holders come from the public record: one more query if an event records a transfer.
    """
    return history_on_record(complaint)[0]


def history_on_record(
    complaint: Complaint,
) -> tuple[list[ComplaintEvent], tuple[RecordedHolding, ...]]:
    """Return the events of ``events_on_record``, and the public record; () without a transfer."""
    rows = events_stored(complaint)
    if not any(one.chain or one.kind in _OF_MOVES for one in rows):
        return rows, ()
    record = imported(seams().custody_record)(reference=complaint.reference)
    return with_record(rows, record, is_gone=complaint.status == Status.TRANSFERRED), record


def with_record(
    rows: list[ComplaintEvent], record: Sequence[RecordedHolding], *, is_gone: bool
) -> list[ComplaintEvent]:
    """Return the events of the last agency of ``record``, after the events of earlier agencies.

    ``rows`` are all events of the last agency. Without a record the case was never transferred.
    """
    if not record:
        return holding_events(rows, start=None, until=None, is_gone=is_gone)
    here, said = record[-1], _said_of_others(rows)
    own = holding_events(rows, start=here.start, until=here.until, is_gone=is_gone)
    if here.start.is_first:
        return own
    if not own or own[0].kind != EventKind.TRANSFER_ACCEPTED:
        # The event of the transfer is missing, but the record proves the transfer.
        own = [_taken_over(here.start.at), *own]
    chain = tuple(story_of(one, said) for one in record[:-1])
    own[0].chain = [one.to_json() for one in chain]
    return [*chain_events(chain), *own]


def own_holding(
    complaint: Complaint, *, agency_code: str, start: HoldingStart, until: datetime
) -> Holding:
    """Return the current agency's holding of a case, with its events and accesses; two queries."""
    own = holding_events(events_stored(complaint), start=start, until=until, is_gone=True)
    told = (_held(one) for one in own if one.kind not in INTERNAL_EVENTS)
    accesses = case_accesses(reference=complaint.reference)
    return Holding(
        agency_code=agency_code,
        since=start.at,
        until=until,
        events=tuple(told),
        accesses=_within(accesses[CASE_VIEWED], start.at, until),
        oversight_accesses=_within(accesses[CASE_VIEWED_BY_OVERSIGHT], start.at, until),
        oversight_file_reads=_within(accesses[FILE_READ_BY_OVERSIGHT], start.at, until),
    )


def holding_cut(holding: Holding, *, agency_code: str, since: datetime, until: datetime) -> Holding:
    """Return a holding as its agency sent it, limited to the agency's days in the public record."""
    events = tuple(
        replace(one, at=min(max(one.at, since), until))
        for one in holding.events
        if since - MARGIN <= one.at <= until + MARGIN
    )
    return Holding(
        agency_code=agency_code,
        since=since,
        until=until,
        events=events,
        accesses=_within(holding.accesses, since, until),
        oversight_accesses=_within(holding.oversight_accesses, since, until),
        oversight_file_reads=_within(holding.oversight_file_reads, since, until),
    )


def story_of(recorded: RecordedHolding, said: Sequence[Holding]) -> Holding:
    """Return an agency's holding from the public record, else from ``said``, else without events.

    ``said``: the chain of a later agency; events from ``said`` are limited to the days on record.
    """
    if recorded.story is not None:
        return recorded.story
    code, since = recorded.agency_code, recorded.start.at
    until = recorded.until or since
    near = (one for one in said if one.agency_code == code and abs(one.until - until) <= MARGIN)
    empty = Holding(agency_code=code, since=since, until=until, events=())
    return holding_cut(next(near, empty), agency_code=code, since=since, until=until)


def holding_events(
    rows: Sequence[ComplaintEvent],
    *,
    start: HoldingStart | None,
    until: datetime | None,
    is_gone: bool,
) -> list[ComplaintEvent]:
    """Return an agency's events that are possible within its latest holding of a case.

    ``start`` is ``None`` if the case was filed at the agency and never transferred. ``is_gone``:
    the agency transferred the case. Chains are removed from the events; the caller sets a known
    chain.
    """
    begin = _begin(rows, start)
    own = [one for one in rows if begin is None or one.position >= begin]
    last = next((one for one in reversed(own) if one.kind == EventKind.TRANSFERRED), None)
    gone = last.position if last is not None and is_gone else None
    found = [one for one in own if _is_possible(one, begin, gone, start, until)]
    for one in found:
        one.chain = None
    return found


def _begin(rows: Sequence[ComplaintEvent], start: HoldingStart | None) -> int | None:
    """Return the position of the event of the transfer to the agency; 0 if that event is missing,
    and ``None`` if the case was filed at the agency.
    """
    if start is None or start.is_first:
        return None
    taken = [one for one in rows if one.kind == EventKind.TRANSFER_ACCEPTED]
    if any(one.position == start.position for one in taken):
        return start.position
    # The record may come from an older release, or a restore gave the agency's events new
    # positions.
    near = [one.position for one in taken if one.at <= start.at + MARGIN]
    return near[-1] if near else 0


def _is_possible(
    event: ComplaintEvent,
    begin: int | None,
    gone: int | None,
    start: HoldingStart | None,
    until: datetime | None,
) -> bool:
    match event.kind:
        case EventKind.TRANSFER_ACCEPTED if event.position != begin:
            return False
        case EventKind.TRANSFERRED if event.position != gone:
            return False
        case EventKind.RECEIVED if begin is not None:
            return False
    is_early = start is not None and event.at < start.at - MARGIN
    return not is_early and (until is None or event.at <= until + MARGIN)


def _taken_over(at: datetime) -> ComplaintEvent:
    held = HeldEvent(
        kind=EventKind.TRANSFER_ACCEPTED,
        status=Status.RECEIVED,
        outcome="",
        resolved=None,
        handling=None,
        same_officer=False,
        actor_kind="system",
        at=at,
    )
    (event,) = chain_events([Holding(agency_code="", since=at, until=at, events=(held,))])
    return event


def _said_of_others(rows: Iterable[ComplaintEvent]) -> list[Holding]:
    """Return the stored chain of earlier agencies from the event that accepted the case."""
    chains = [one.chain for one in rows if one.chain]
    return list(chain_read(chains[-1])) if chains else []


def _within(moments: Iterable[datetime], since: datetime, until: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in moments if since <= at <= until)


def _held(event: ComplaintEvent) -> HeldEvent:
    return HeldEvent(
        kind=event.kind,
        status=event.status,
        outcome=event.outcome,
        resolved=event.resolved,
        handling=event.handling,
        same_officer=event.same_officer,
        actor_kind=event.actor_kind,
        at=event.at,
        until=event.until,
    )
