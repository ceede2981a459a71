"""How many interim replies were sent, and how many of the days that they announced were kept."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, F, OuterRef, Q, Subquery

from shared.complaints.enums import DECISION_EVENTS, OPEN, EventKind
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.selectors.holders import scope_condition
from shared.kernel import clock
from shared.rows.civil_day import CivilDay
from shared.units.types import UnitScope


class InterimTally(NamedTuple):
    """The interim replies of some days.

    ``judged``: those whose reply has come, or whose announced day has passed without it while it is
    owed; ``kept``: those of them whose reply came by that day.
    """

    sent: int
    judged: int
    kept: int


def interim_tally(
    *, first: date, last: date, kind: str | None, scope: UnitScope, user_id: int
) -> InterimTally:
    """Interim replies sent on these days in cases that an officer may see; one query."""
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
