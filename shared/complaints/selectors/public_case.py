"""Selector of one case as its citizen may see it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from shared.complaints.enums import (
    CASE_VIEWED,
    CASE_VIEWED_BY_OVERSIGHT,
    FILE_READ_BY_OVERSIGHT,
    INTERNAL_EVENTS,
    Channel,
    Declaration,
    EventKind,
    Kind,
    Language,
    Outcome,
    Privacy,
    Status,
)
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.permissions import (
    may_appeal,
    may_rate,
    may_reopen,
    may_withdraw,
    may_write,
)
from shared.complaints.selectors.case_details import (
    case_attachments,
    case_ratings,
)
from shared.complaints.selectors.cases import (
    case_accesses,
    case_clock,
    case_clocks,
    complaint_get,
)
from shared.complaints.selectors.custody import chain_of, custody_steps, former_accesses
from shared.complaints.selectors.holdings import history_on_record
from shared.complaints.selectors.merged_cases import joint_times, merged_with
from shared.complaints.selectors.promises import promise_of, promised_day
from shared.complaints.selectors.public_case_data import attachments_of, messages_of, ratings_of
from shared.complaints.types import PublicCase, TimelineEntry
from shared.complaints.types.custody import RecordedHolding
from shared.complaints.workflow import appeal_of
from shared.kernel import clock

# Columns of a case that the citizen sees unchanged.
_SAME_COLUMNS = (
    "reference", "organisation_code", "category_code", "subject", "body", "remedy", "place",
    "happened_on", "follows", "received_at", "due_on", "answered_at", "reopened", "offered_to",
    "handed_to", "interim_until", "cut_by_code", "is_given_back", "is_part",
)  # fmt: skip


def public_case(*, reference: str) -> PublicCase:
    """Return a case without notes and officer names; six queries. Raises ``ComplaintNotFound``."""
    complaint, at = complaint_get(reference=reference), clock.now()
    ratings = ratings_of(reversed(case_ratings(complaint)))
    events, record = history_on_record(complaint)
    # Internal events change no clock, and the citizen must not see them in the ledger.
    told = [event for event in events if event.kind not in INTERNAL_EVENTS]
    clocks = case_clocks(complaint, events=told, today=clock.today())
    appeal = appeal_of(events)
    same: dict[str, Any] = {name: getattr(complaint, name) for name in _SAME_COLUMNS}
    return PublicCase(
        **same,
        kind=Kind(complaint.kind),
        status=Status(complaint.status),
        declarations=tuple(Declaration(one) for one in complaint.declarations),
        channel=Channel(complaint.channel),
        language=Language(complaint.language),
        privacy=Privacy(complaint.privacy),
        clock=case_clock(complaint, on=clock.today()),
        working=clocks[-1],
        ledger=tuple(day for one in clocks for day in one.days),
        answer_by=complaint.awaiting_until,
        outcome=Outcome(complaint.outcome) if complaint.outcome else None,
        held_by_officer=complaint.assignee_id is not None,
        timeline=_timeline(told),
        ratings=ratings,
        promised_on=promised_day(complaint),
        promise=promise_of(complaint, events, at=at),
        appeal=appeal,
        **_accesses(complaint, events),
        **_custody(events),
        is_split=complaint.is_part or any(one.kind == EventKind.SPLIT for one in events),
        may_write=may_write(complaint, at=at),
        may_rate=may_rate(complaint, rated=complaint.reopened in {one.round for one in ratings}),
        may_reopen=may_reopen(complaint, at=at, appeal=appeal),
        may_appeal=may_appeal(complaint, at=at, appeal=appeal),
        may_withdraw=may_withdraw(complaint),
        **_sent(complaint, events, record),
    )


def _timeline(events: Iterable[ComplaintEvent]) -> tuple[TimelineEntry, ...]:
    return tuple(
        TimelineEntry(
            kind=EventKind(event.kind),
            status=Status(event.status),
            by=event.actor_kind,
            at=event.at,
            same_officer=event.same_officer,
            agency_code=event.held_by,
            until=event.until,
        )
        for event in events
    )


def _sent(
    complaint: Complaint, events: Sequence[ComplaintEvent], record: Sequence[RecordedHolding]
) -> dict[str, Any]:
    """Return the messages and files of a case, and the requests with which it was merged."""
    joint = joint_times(events)
    with_others = merged_with(complaint, events=events)
    return {
        "messages": messages_of(complaint, joint=joint, earlier=record[:-1]),
        "attachments": attachments_of(case_attachments(complaint), joint=joint),
        "merged_with": with_others,
        "is_joined": bool(with_others),
    }


def _custody(events: Sequence[ComplaintEvent]) -> dict[str, Any]:
    return {
        "custody": custody_steps(events, today=clock.today()),
        "former_accesses": former_accesses(chain_of(events)),
    }


def _accesses(complaint: Complaint, events: Sequence[ComplaintEvent]) -> dict[str, Any]:
    """Return when officers and national oversight opened a case, also at earlier agencies."""
    own, chain = case_accesses(reference=complaint.reference), chain_of(events)
    by_oversight = [*(one.oversight_accesses for one in chain), own[CASE_VIEWED_BY_OVERSIGHT]]
    file_reads = [*(one.oversight_file_reads for one in chain), own[FILE_READ_BY_OVERSIGHT]]
    return {
        "accesses": merged([*(one.accesses for one in chain), own[CASE_VIEWED]]),
        "oversight_accesses": merged(by_oversight),
        "oversight_file_reads": merged(file_reads),
    }


def merged(moments: Iterable[tuple[datetime, ...]]) -> tuple[datetime, ...]:
    """Return the moments in order without duplicates, because an agency may have held the case
    twice.
    """
    return tuple(sorted({at for some in moments for at in some}))
