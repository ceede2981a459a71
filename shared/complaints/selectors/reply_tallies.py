"""Counts of replies to the requests filed in a period, by unit, category and officer."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from shared.complaints.enums import DECISION_EVENTS, OPEN, EventKind, Status
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.selectors.holders import scope_condition
from shared.kernel import clock
from shared.rows.civil_day import CivilDay
from shared.units.types import UnitScope

# Statuses in which this agency need not reply, even if the term ended without a reply.
_NOT_OWED = (Status.WITHDRAWN, Status.TRANSFERRED)
# ``answered_at`` may be the time of an earlier agency's reply; ``answered_by`` is set by a reply of
# this agency.
_IS_REPLIED = Q(answered_by__isnull=False)
# A reasoned reply keeps its outcome when the case is closed or re-opened; a refusal has none.
_IS_REFUSED = _IS_REPLIED & Q(outcome="")


class ReplyTally(NamedTuple):
    """Counts of the requests of one unit and category, filed in a period.

    ``due``: complaints with a reply in their latest round, or whose term for that reply is over.
    ``in_time``: complaints in ``due`` whose reply came within the term. ``refused_in_time``:
    refusals in ``in_time``. ``refused``: requests whose latest reply was a refusal.
    """

    unit_id: int | None
    category_code: str
    received: int
    open: int
    replied: int
    reopened: int
    due: int
    in_time: int
    refused: int
    refused_in_time: int


class OfficerTally(NamedTuple):
    """Counts of an officer's replies to complaints filed in a period, only the latest reply to each
    complaint: all (``due``) and in time.

    ``refused`` and ``refused_in_time``: the counts of refusals in ``due`` and ``in_time``.
    """

    user_id: int
    name: str
    due: int
    in_time: int
    refused: int
    refused_in_time: int


class InterimTally(NamedTuple):
    """Counts of the interim replies sent in a period.

    ``judged``: interim replies after which the reply has come, or whose announced day has passed
    without a reply. ``kept``: interim replies after which the reply came by the announced day.
    """

    sent: int
    judged: int
    kept: int


def reply_tallies(
    *, first: date, last: date, kind: str | None, scope: UnitScope, user_id: int
) -> list[ReplyTally]:
    """Return counts of the requests of a period that an officer may see; one query.

    A row has the counts of one unit and category.
    """
    replied = _IS_REPLIED & ~Q(status__in=OPEN)
    is_over = Q(status__in=OPEN, due_on__lt=clock.today())
    due = Q(due_on__isnull=False) & ~Q(status__in=_NOT_OWED) & (replied | is_over)
    rows = (
        _filed(first, last, kind, scope, user_id)
        .values("unit_id", "category_code")
        .annotate(
            received=Count("pk"),
            open=Count("pk", filter=Q(status__in=OPEN)),
            replied=Count("pk", filter=_IS_REPLIED),
            again=Count("pk", filter=Q(reopened__gt=0)),
            due=Count("pk", filter=due),
            in_time=Count("pk", filter=due & replied & _is_in_time()),
            refused=Count("pk", filter=_IS_REFUSED),
            refused_in_time=Count("pk", filter=due & replied & _is_in_time() & _IS_REFUSED),
        )
        .order_by("unit_id", "category_code")
    )
    columns = (
        "unit_id",
        "category_code",
        "received",
        "open",
        "replied",
        "again",
        "due",
        "in_time",
        "refused",
        "refused_in_time",
    )
    return [ReplyTally(*row) for row in rows.values_list(*columns)]


def officer_tallies(
    *, first: date, last: date, kind: str | None, scope: UnitScope, user_id: int
) -> list[OfficerTally]:
    """Return counts of a period's complaints by the officer of their latest reply; one query."""
    rows = (
        _filed(first, last, kind, scope, user_id)
        .filter(answered_by__isnull=False, due_on__isnull=False)
        .exclude(status__in=(*OPEN, *_NOT_OWED))
        .values("answered_by_id", "answered_by__name")
        .annotate(
            due=Count("pk"),
            in_time=Count("pk", filter=_is_in_time()),
            refused=Count("pk", filter=_IS_REFUSED),
            refused_in_time=Count("pk", filter=_is_in_time() & _IS_REFUSED),
        )
        .order_by("answered_by__name", "answered_by_id")
    )
    names = ("answered_by_id", "answered_by__name")
    columns = (*names, "due", "in_time", "refused", "refused_in_time")
    return [OfficerTally(*row) for row in rows.values_list(*columns)]


def interim_tally(
    *, first: date, last: date, kind: str | None, scope: UnitScope, user_id: int
) -> InterimTally:
    """Return counts of a period's interim replies in cases that an officer may see; one query."""
    replies = ComplaintEvent.objects.filter(
        complaint=OuterRef("complaint"), kind__in=DECISION_EVENTS, position__gt=OuterRef("position")
    ).order_by("position")
    reply_day = replies.annotate(day=CivilDay("at")).values("day")[:1]
    cases = Complaint.objects.filter(scope_condition(scope, user_id=user_id))
    cases = cases.filter(kind=kind) if kind else cases
    rows = ComplaintEvent.objects.filter(
        kind=EventKind.INTERIM_REPLY,
        at__gte=clock.midnight(first),
        at__lt=clock.midnight(last + timedelta(days=1)),
        complaint__in=cases.values("pk"),
    ).alias(replied_on=Subquery(reply_day))
    has_reply = Q(replied_on__isnull=False)
    is_missed = Q(replied_on=None, until__lt=clock.today(), complaint__status__in=OPEN)
    found = rows.order_by().aggregate(
        sent=Count("pk"),
        judged=Count("pk", filter=has_reply | is_missed),
        kept=Count("pk", filter=has_reply & Q(replied_on__lte=F("until"))),
    )
    return InterimTally(**found)


def _filed(
    first: date, last: date, kind: str | None, scope: UnitScope, user_id: int
) -> QuerySet[Complaint]:
    rows = Complaint.objects.filter(
        scope_condition(scope, user_id=user_id),
        received_at__gte=clock.midnight(first),
        received_at__lt=clock.midnight(last + timedelta(days=1)),
        # Without this condition the parts that were cut out here would count as requests to this
        # agency.
        cut_from=None,
    )
    rows = rows.filter(kind=kind) if kind else rows
    # A reply counts for the civil day in Morocco.
    return rows.order_by().alias(answered_on=CivilDay("answered_at"))


def _is_in_time() -> Q:
    return Q(answered_on__lte=F("due_on"))
