"""Counts of open cases by officer, unit and category, for dashboards and e-mails to staff."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from shared.complaints.enums import APPROVAL_EVENTS, OPEN, REPLY_IN_FORCE, EventKind
from shared.complaints.models import Complaint, ComplaintEvent, OfficerCaseState
from shared.complaints.selectors.holders import scope_condition
from shared.complaints.selectors.list_views import SOON, due_between
from shared.complaints.selectors.merged_cases import not_merged
from shared.complaints.types.escalation import ESCALATED_FROM
from shared.kernel.identifiers import first_of
from shared.units.types import UnitScope


class Workload(NamedTuple):
    """Counts of cases of one officer, unit and category (``None`` or "": none).

    ``late`` and ``promise_late``: the legal or the working term is over. ``due_soon``: a term ends
    within five days. ``escalated``: escalated cases in ``late``. ``due``: cases in ``late``,
    ``promise_late`` or ``due_soon``; ``urgent``: cases in ``due`` or with ``news``.
    ``waiting_since``: the earliest ``waiting_since`` of the cases with news.
    """

    assignee_id: int | None
    unit_id: int | None
    category_code: str
    number: int
    late: int
    escalated: int
    promise_late: int
    due_soon: int
    due: int
    news: int
    urgent: int
    waiting_since: datetime | None


# The columns of a workload that count cases.
COUNTS = ("number", "late", "escalated", "promise_late", "due_soon", "due", "news", "urgent")


class HeldCase(NamedTuple):
    """A case as a row in the list of one officer's open cases."""

    reference: str
    subject: str
    unit_id: int | None
    due_on: date | None
    working_due_on: date | None
    has_citizen_news: bool


class WaitingCase(NamedTuple):
    """A case whose citizen has waited long for a response."""

    reference: str
    officer: str
    waiting_since: datetime


class CaseOfHour(NamedTuple):
    """An event by which a case was received or assigned, with the case's officer and unit now."""

    event_id: UUID
    kind: str
    actor_id: int | None
    reference: str
    assignee_id: int | None
    unit_id: int | None


class OverdueCase(NamedTuple):
    """The officer, the unit and the last day of a case whose legal term is over."""

    assignee_id: int | None
    unit_id: int | None
    due_on: date | None


def open_workload(*, today: date) -> list[Workload]:
    """Return the counts of this agency's open cases by officer, unit and category; one query."""
    return list(_counted(Q(status__in=OPEN), today))


def news_after_reply(*, today: date) -> list[Workload]:
    """Return the counts of ended or answered cases with news of the citizen; one query."""
    return list(_counted(~Q(status__in=OPEN) & Q(has_citizen_news=True), today))


def snoozed_workload(*, today: date) -> dict[int, list[Workload]]:
    """Return the counts of open cases that officers have put aside, keyed by officer id.

    One query for each officer who has put a case aside. Cases with news of the citizen are not
    counted, because lists show such cases.
    """
    rows = OfficerCaseState.objects.filter(snoozed_until__gt=today)
    people = rows.order_by("user_id").values_list("user_id", flat=True).distinct()
    return {user_id: snoozed_by(user_id=user_id, today=today) for user_id in people}


def snoozed_by(*, user_id: int, today: date) -> list[Workload]:
    """Return the counts of open cases without news that an officer has put aside; one query."""
    return list(_counted(_snoozed_condition(user_id, today), today))


def held_cases(*, user_id: int, reader_id: int, scope: UnitScope, limit: int) -> list[HeldCase]:
    """Return the open cases of one officer that the reader may see, highest risk first."""
    rows = Complaint.objects.filter(
        scope_condition(scope, user_id=reader_id),
        not_merged(),
        status__in=OPEN,
        assignee_id=user_id,
    )
    columns = rows.order_by("risk_on", "pk").values_list(*HeldCase._fields)
    return [HeldCase(*row) for row in columns[:limit]]


def longest_waiting(*, user_id: int, scope: UnitScope, limit: int) -> list[WaitingCase]:
    """Return the cases with news that an officer may see, longest waiting citizens first."""
    rows = Complaint.objects.filter(
        scope_condition(scope, user_id=user_id),
        not_merged(),
        has_citizen_news=True,
        waiting_since__isnull=False,
    ).order_by("waiting_since", "pk")
    found = rows.values_list("reference", Coalesce("assignee__name", Value("")), "waiting_since")
    return [WaitingCase(*row) for row in found[:limit]]


def cases_awaiting_approval(*, today: date) -> list[Workload]:
    """Return the counts of open cases with a text that waits for approval; one query."""
    latest = ComplaintEvent.objects.filter(complaint=OuterRef("pk"), kind__in=APPROVAL_EVENTS)
    rows = Complaint.objects.alias(
        approval=Subquery(latest.order_by("-position").values("kind")[:1])
    ).filter(approval=EventKind.APPROVAL_ASKED)
    return list(_counted(Q(status__in=OPEN, pk__in=rows.values("pk")), today))


def promises_soon(*, today: date) -> list[Workload]:
    """Return the counts of cases whose reply in force names a day within five days; one query."""
    days = (today, today + SOON)
    return list(_counted(Q(status__in=REPLY_IN_FORCE, promised_on__range=days), today))


def cases_since(*, since: datetime, until: datetime) -> list[CaseOfHour]:
    """Return open cases that were stored or assigned between two moments, oldest first.

    The moment of storage counts, not the moment at which the citizen sent a held request.
    """
    rows = ComplaintEvent.objects.filter(
        pk__gte=first_of(since),
        pk__lt=first_of(until),
        kind__in=(EventKind.RECEIVED, EventKind.ASSIGNED),
        complaint__status__in=OPEN,
    )
    columns = ("kind", "actor_id", "complaint__reference")
    of_case = ("complaint__assignee_id", "complaint__unit_id")
    return [CaseOfHour(*row) for row in rows.order_by("pk").values_list("pk", *columns, *of_case)]


def cases_overdue_between(*, first: date, last: date) -> list[OverdueCase]:
    """Return the open cases whose legal term ended on one of these days."""
    rows = Complaint.objects.filter(
        not_merged(), status__in=OPEN, due_on__gte=first, due_on__lte=last
    )
    columns = rows.order_by("pk").values_list("assignee_id", "unit_id", "due_on")
    return [OverdueCase(*row) for row in columns]


def _snoozed_condition(user_id: int, today: date) -> Q:
    rows = OfficerCaseState.objects.filter(user_id=user_id, snoozed_until__gt=today)
    return Q(status__in=OPEN, has_citizen_news=False, pk__in=rows.values("complaint_id"))


def _counted(which: Q, today: date) -> Iterator[Workload]:
    late, promise = Q(due_on__lt=today), Q(working_due_on__lt=today)
    soon, news = due_between(today, today + SOON), Q(has_citizen_news=True)
    rows = (
        Complaint.objects.filter(which, not_merged())
        .order_by()
        .values("assignee_id", "unit_id", "category_code")
        .annotate(
            number=Count("pk"),
            late=Count("pk", filter=late),
            raised=Count("pk", filter=late & Q(escalated__gte=ESCALATED_FROM)),
            promise_late=Count("pk", filter=promise),
            due_soon=Count("pk", filter=soon),
            due=Count("pk", filter=late | promise | soon),
            news=Count("pk", filter=news),
            urgent=Count("pk", filter=late | promise | soon | news),
            waits=Min("waiting_since", filter=news),
        )
        .order_by(F("assignee_id").asc(nulls_first=True), "unit_id", "category_code")
    )
    # The names of these aggregates must differ from the columns of a case.
    other = {"escalated": "raised", "waiting_since": "waits"}
    columns = [other.get(name, name) for name in Workload._fields]
    return (Workload(*row) for row in rows.values_list(*columns))
