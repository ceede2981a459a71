"""Counts of requests by week: received, answered, open and late."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, Q, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from shared.complaints.enums import DECISION_EVENTS, OPEN, EventKind
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.selectors.holders import scope_condition
from shared.kernel import clock, legal_deadline
from shared.kernel.identifiers import first_of
from shared.units.types import UnitScope

WEEK = timedelta(days=7)
# After these events no reply is needed.
_ENDS = (*DECISION_EVENTS, EventKind.WITHDRAWN)


class WeekLoad(NamedTuple):
    """Counts of one week from Monday on; the last week ends today.

    ``open``: requests that still needed a reply at the end of the week. ``late``: requests in
    ``open`` whose legal term was over at the end of the week.
    """

    first_day: date
    last_day: date
    received: int
    answered: int
    open: int
    late: int


def weekly_load(*, today: date, scope: UnitScope, user_id: int, weeks: int = 8) -> list[WeekLoad]:
    """Return the counts of the latest weeks, oldest first, for cases that an officer may see.

    Three queries. A case counts in its present unit. If a case was re-opened more than once, the
    dates of the first round are used for its earlier rounds.
    """
    monday = today - timedelta(days=today.weekday())
    firsts = [monday - WEEK * number for number in range(weeks - 1, -1, -1)]
    # The present week ends now, not at midnight.
    ends = [*(clock.midnight(first) for first in firsts[1:]), clock.now()]
    starts = [clock.midnight(first) for first in firsts]
    received = _received(starts, ends, scope_condition(scope, user_id=user_id))
    still_open = _still_open(ends, scope_condition(scope, user_id=user_id))
    visible = Complaint.objects.filter(scope_condition(scope, user_id=user_id))
    of_scope = Q() if scope.unit_ids is None else Q(complaint__in=visible.values("pk"))
    ended = _ended(starts, ends, of_scope)
    return [
        WeekLoad(
            first_day=first,
            last_day=min(first + WEEK - timedelta(days=1), today),
            received=received[f"received_{number}"],
            answered=ended[f"answered_{number}"],
            open=still_open[f"open_{number}"] + ended[f"open_{number}"],
            late=still_open[f"late_{number}"] + ended[f"late_{number}"],
        )
        for number, first in enumerate(firsts)
    ]


def _received(starts: Sequence[datetime], ends: Sequence[datetime], which: Q) -> dict[str, Any]:
    spans = enumerate(zip(starts, ends, strict=True))
    counts = {
        f"received_{number}": Count("pk", filter=Q(received_at__gte=start, received_at__lt=end))
        for number, (start, end) in spans
    }
    rows = Complaint.objects.filter(which, received_at__gte=starts[0], cut_from=None)
    return rows.order_by().aggregate(**counts)


def _still_open(ends: Sequence[datetime], which: Q) -> dict[str, Any]:
    """Return how many of the presently open cases were open, and how many were late, at each of
    ``ends``.
    """
    counts: dict[str, Count] = {}
    for number, end in enumerate(ends):
        began = Q(began__lt=end)
        counts[f"open_{number}"] = Count("pk", filter=began)
        counts[f"late_{number}"] = Count("pk", filter=began & Q(due_on__lt=clock.civil_day(end)))
    rows = Complaint.objects.filter(which, status__in=OPEN, cut_from=None).order_by()
    return rows.alias(began=Coalesce("reopened_at", "received_at")).aggregate(**counts)


def _ended(starts: Sequence[datetime], ends: Sequence[datetime], which: Q) -> dict[str, Any]:
    """Return the counts of ended rounds that were open or late at each moment, and of weekly
    replies.
    """
    counts: dict[str, Count] = {}
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        was_open = Q(began__lt=end, at__gte=end)
        counts[f"answered_{number}"] = Count(
            "pk", filter=Q(kind__in=DECISION_EVENTS, at__gte=start, at__lt=end)
        )
        counts[f"open_{number}"] = Count("pk", filter=was_open)
        counts[f"late_{number}"] = Count("pk", filter=was_open & _is_late(clock.civil_day(end)))
    # The condition on the id is added, because only ids have an index; the moment in an id is never
    # before ``at``.
    rows = ComplaintEvent.objects.filter(
        which, pk__gte=first_of(starts[0]), at__gte=starts[0], kind__in=_ENDS
    ).filter(complaint__cut_from=None)
    return rows.order_by().alias(began=_began()).aggregate(**counts)


def _is_earlier_round() -> Q:
    return Q(complaint__reopened_at__gt=F("at"))


def _began() -> Combinable:
    first = F("complaint__received_at")
    return Case(
        When(_is_earlier_round(), then=first), default=Coalesce("complaint__reopened_at", first)
    )


def _is_late(day: date) -> Q:
    """Return the condition that the legal term of the ended round was over before ``day``."""
    # ``due_on`` is the last day of the latest round; the last day of the first round is computed
    # from the filing.
    filed_before = clock.midnight(day - timedelta(days=legal_deadline.REPLY_DAYS))
    first = _is_earlier_round() & Q(complaint__received_at__lt=filed_before)
    latest = ~_is_earlier_round() & Q(complaint__due_on__lt=day)
    return Q(complaint__due_on__isnull=False) & (first | latest)
