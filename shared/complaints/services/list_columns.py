"""Updates of the columns by which the lists of officers find and sort cases."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from shared.complaints.enums import CITIZEN_EVENTS, EventKind, Status
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.models.complaint import NO_TERM
from shared.complaints.selectors import (
    case_clocks,
    case_events,
    cases_to_refresh,
    earliest_promise,
)
from shared.kernel import clock
from shared.kernel.actors import ActorKind

# After an event of ``_CITIZEN_WORDS`` the citizen waits for a response; ``_RESPONSES`` end the
# wait.
_CITIZEN_WORDS = (EventKind.MESSAGE_BY_CITIZEN, EventKind.REOPENED)
_RESPONSES = (
    EventKind.QUESTION_ASKED,
    EventKind.MESSAGE_BY_AGENCY,
    EventKind.INTERIM_REPLY,
    EventKind.ANSWERED,
    EventKind.INADMISSIBLE,
    EventKind.WITHDRAWN,
    EventKind.CLOSED,
)
# Events that change the working clock.
_CLOCK_EVENTS = (
    EventKind.QUESTION_ASKED,
    EventKind.QUESTION_WITHDRAWN,
    EventKind.WAIT_ENDED,
    EventKind.MESSAGE_BY_CITIZEN,
    EventKind.REOPENED,
    EventKind.REVIEW_DECIDED,
    EventKind.TRANSFER_ACCEPTED,
    # The working term of a main case ends with the earliest working term of its merged cases.
    EventKind.MERGE_RECEIVED,
    EventKind.UNMERGED,
)


def list_columns_follow(complaint: Complaint, event: ComplaintEvent, *, old_status: str) -> None:
    """Set, in memory, the list columns that an event changes; one query if a clock changes.

    ``old_status``: the status of the case before the event.
    """
    kind = EventKind(event.kind)
    if is_citizen_news(event):
        complaint.has_citizen_news = True
    if _is_citizen_words(event):
        complaint.waiting_since = complaint.waiting_since or event.at
    elif kind in _RESPONSES:
        complaint.waiting_since = _wrote_since(complaint, event)
    if kind in _CLOCK_EVENTS and complaint.is_open:
        # A message changes the clock only if the case waited for the citizen's answer.
        if kind != EventKind.MESSAGE_BY_CITIZEN or old_status == Status.AWAITING_CITIZEN:
            due_dates_set(complaint, case_events(complaint, following=event))
    elif not complaint.is_open:
        complaint.risk_on = NO_TERM


def is_citizen_news(event: ComplaintEvent) -> bool:
    """Return whether an event is an act of the citizen that the officer should see."""
    return event.kind in CITIZEN_EVENTS or _is_citizen_file(event)


def news_pass_on(main: Complaint, event: ComplaintEvent) -> None:
    """Set, in memory, the list columns of a main case after news in a case merged into it."""
    main.has_citizen_news = True
    if _is_citizen_words(event):
        main.waiting_since = main.waiting_since or event.at


def waiting_since_set(complaint: Complaint, others: Iterable[Complaint] = ()) -> None:
    """Set, in memory, ``waiting_since`` from the events: since when the citizen waits for a
    response.

    ``others``: the cases merged into the case; the longest wait in any of these cases counts.
    """
    since: datetime | None = None
    for event in case_events(complaint):
        if event.kind == EventKind.RECEIVED or _is_citizen_words(event):
            since = since or event.at
        elif event.kind in _RESPONSES:
            since = None
    waits = [one.waiting_since for one in others if one.waiting_since is not None]
    complaint.waiting_since = min([*waits, since] if since else waits, default=None)


def _is_citizen_words(event: ComplaintEvent) -> bool:
    return event.kind in _CITIZEN_WORDS or _is_citizen_file(event)


def _is_citizen_file(event: ComplaintEvent) -> bool:
    return event.kind == EventKind.ATTACHMENT_ADDED and event.actor_kind == ActorKind.CITIZEN


def _wrote_since(complaint: Complaint, event: ComplaintEvent) -> datetime | None:
    """Return the first moment at which the citizen wrote after an officer pressed "send".

    The citizen's text still waits for a response. One query if the case has news from the citizen.
    """
    if not complaint.has_citizen_news:
        return None
    since = (one for one in case_events(complaint) if one.at > event.at)
    return next((one.at for one in since if one.kind in _CITIZEN_WORDS), None)


def due_dates_set(complaint: Complaint, events: Sequence[ComplaintEvent]) -> None:
    """Set, in memory, the last day of the working term, and ``risk_on``: the earlier of the last
    days of both terms.

    Pages compute both clocks from the events, but lists cannot. The working term of a main case
    ends with the earliest term of its merged cases, so that lists show every passed deadline.
    """
    clocks = case_clocks(complaint, events=events, today=clock.today())
    merged = earliest_promise(complaint, events=events)
    complaint.working_due_on = min(clocks[-1].due_on, merged or NO_TERM)
    complaint.risk_on = (
        min(complaint.due_on or NO_TERM, complaint.working_due_on) if complaint.is_open else NO_TERM
    )


def due_dates_refresh(*, at: datetime) -> int:
    """Compute the last days of open cases again; return how many cases changed.

    A pause moves the working term day by day, and oversight may move a holiday. Cases that wait for
    their citizen or have no last day are computed every hour, other cases once a day, at the hour
    given by the case id.
    """
    changed = []
    for complaint, events in cases_to_refresh(hour=at.hour):
        before = (complaint.working_due_on, complaint.risk_on)
        due_dates_set(complaint, events)
        if (complaint.working_due_on, complaint.risk_on) != before:
            changed.append(complaint)
    return _due_dates_save(changed) if changed else 0


@transaction.atomic
def _due_dates_save(changed: Sequence[Complaint]) -> int:
    """Write the refreshed cases, except cases that were changed since the query or are locked.

    The next refresh computes the skipped cases again.
    """
    rows = Complaint.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    numbers = [complaint.pk for complaint in changed]
    as_read = set(rows.filter(pk__in=numbers).values_list("pk", "version"))
    free = [one for one in changed if (one.pk, one.version) in as_read]
    Complaint.objects.bulk_update(free, ["working_due_on", "risk_on"], batch_size=500)
    return len(free)
