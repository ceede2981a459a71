"""Promises in replies: the citizens to ask about a promise, and what citizens reported."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from shared.complaints.enums import PROMISES, REPLY_IN_FORCE, EventKind, Privacy, Status
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.types import Promise
from shared.kernel import clock
from shared.kernel.seams import imported, seams

# The citizen is asked after this time if the reply names no day.
PROMISE_ASKED_AFTER = timedelta(days=28)
# The citizen is asked after office hours of the promised day, because work of that afternoon is in
# time.
ASKED_FROM_HOUR = 18
# After a longer outage of the maintenance, citizens are not asked about older promises.
ASKED_WITHIN = timedelta(days=30)
ABOUT_PROMISES = (EventKind.PROMISE_ASKED, EventKind.PROMISE_TOLD)


def promises_to_ask(*, at: datetime) -> list[str]:
    """Return references of cases whose citizens are to be asked now whether a promise was kept.

    A citizen is asked on the day that the reply names, also if the case is closed, or after four
    weeks if the reply names no day. A citizen is asked once, and never after a report on the
    promise or without an e-mail address. Two queries, and a third if a case is confidential.
    """
    local = at.astimezone(clock.NATIONAL_ZONE)
    last = local.date() if local.hour >= ASKED_FROM_HOUR else local.date() - timedelta(days=1)
    with_day = Q(
        status__in=REPLY_IN_FORCE, promised_on__gt=last - ASKED_WITHIN, promised_on__lte=last
    )
    without_day = Q(
        status=Status.ANSWERED, promised_on=None, answered_at__lte=at - PROMISE_ASKED_AFTER
    )
    # Two statements are made, because no index fits a statement with both conditions.
    found = [*_unasked(with_day), *_unasked(without_day)]
    # The e-mail address of a confidential person is stored in the public schema only.
    hidden = [reference for reference, privacy in found if privacy == Privacy.CONFIDENTIAL]
    reached = imported(seams().cases_with_email)(references=hidden) if hidden else frozenset()
    return [
        reference
        for reference, privacy in found
        if privacy != Privacy.CONFIDENTIAL or reference in reached
    ]


def is_promise_unasked(complaint: Complaint) -> bool:
    """Return whether the reply in force has a promise about which nobody asked or reported.

    One query. Called under the lock, because the citizen may have reported since
    ``promises_to_ask``.
    """
    return _unasked(Q(pk=complaint.pk, status__in=REPLY_IN_FORCE)).exists()


def _unasked(due: Q) -> QuerySet[Complaint, tuple[str, str]]:
    said = ComplaintEvent.objects.filter(
        complaint=OuterRef("pk"), kind__in=ABOUT_PROMISES, at__gt=OuterRef("answered_at")
    )
    return (
        Complaint.objects.filter(~Exists(said), due, outcome__in=PROMISES)
        .filter(~Q(party__email="") | Q(privacy=Privacy.CONFIDENTIAL))
        .order_by(F("promised_on").asc(nulls_last=True), "answered_at", "id")
        .values_list("reference", "privacy")
    )


def promise_of(
    complaint: Complaint, events: Iterable[ComplaintEvent], *, at: datetime
) -> Promise | None:
    """Return the state of the promise of the current reply; ``None`` before its day.

    ``events``: the events of the case, oldest first. From the promised day on the citizen may
    report on the promise without being asked.
    """
    promise = None
    for event in events:
        if event.kind == EventKind.ANSWERED or event.status == Status.REOPENED:
            promise = None
        elif event.kind in ABOUT_PROMISES:
            promise = Promise(kept=event.resolved)
    return Promise(kept=None) if promise is None and _has_come(complaint, at) else promise


def _has_come(complaint: Complaint, at: datetime) -> bool:
    """Return whether the promised day of the reply in force is today or earlier."""
    is_promise = complaint.status in REPLY_IN_FORCE and complaint.outcome in PROMISES
    if not is_promise or complaint.answered_at is None:
        return False
    if complaint.promised_on is not None:
        return complaint.promised_on <= clock.civil_day(at)
    return complaint.answered_at <= at - PROMISE_ASKED_AFTER


def promised_day(complaint: Complaint) -> date | None:
    """Return the promised day of the reply in force; ``None`` without a day or reply in force."""
    return complaint.promised_on if complaint.status in REPLY_IN_FORCE else None
