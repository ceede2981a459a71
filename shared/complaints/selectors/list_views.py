"""Views of the inbox: the cases that each view shows to an officer on a day."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from shared.complaints.enums import (
    ANSWERS,
    APPROVAL_EVENTS,
    OPEN,
    REPLY_IN_FORCE,
    REVIEW_EVENTS,
    EventKind,
    Status,
)
from shared.complaints.models import Complaint, ComplaintEvent, OfficerCaseState
from shared.complaints.selectors.list_filters import scope_text, units_condition
from shared.complaints.selectors.merged_cases import not_merged
from shared.complaints.types.escalation import ESCALATED_FROM
from shared.units.types import UnitScope

# Views that show open cases only.
OPEN_VIEWS = (
    "mine", "unassigned", "due_5", "due_15", "overdue", "escalated", "promise_late", "reopened",
    "awaiting", "approval", "open",
)  # fmt: skip
INBOX_VIEWS = (*OPEN_VIEWS, "new", "reviews", "promises", "snoozed", "answered", "all")
# Views of cases to work on, without merged cases.
WORK_VIEWS = (*OPEN_VIEWS, "new")
SOON, LATER = timedelta(days=5), timedelta(days=15)
# Views that show cases that were put aside.
SHOW_SNOOZED = ("snoozed", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReader:
    """The officer for whom a list is made, the day, and the units whose cases the officer may see.

    ``unit_ids`` is the text of a PostgreSQL array; "" for the whole agency.
    """

    user_id: int
    unit_ids: str
    today: date
    soon_on: date
    later_on: date


def list_reader(*, user_id: int, today: date, scope: UnitScope) -> ListReader:
    """Return the ``ListReader`` of an officer, with the days that the views compare."""
    return ListReader(
        user_id=user_id,
        unit_ids=scope_text(scope),
        today=today,
        soon_on=today + SOON,
        later_on=today + LATER,
    )


def view_condition(view: str, reader: ListReader, *, is_search: bool = False) -> Q:
    """Return the condition for the cases of a view that the officer may see.

    ``is_search``: include cases that are put aside or merged, because a search should find them.
    """
    condition = scope_of(reader) & (Q() if is_search else visible_condition(view, reader))
    if view in WORK_VIEWS and not is_search:
        condition &= not_merged()
    if view in OPEN_VIEWS:
        return Q(status__in=OPEN) & open_condition(view, reader) & condition
    return _other_condition(view, reader) & condition


def scope_of(reader: ListReader) -> Q:
    """Return the condition for all cases that the officer may see."""
    return units_condition(reader.unit_ids, reader.user_id) if reader.unit_ids else Q()


def visible_condition(view: str, reader: ListReader) -> Q:
    """Return the condition that leaves out cases put aside without news from the citizen. The views
    in ``SHOW_SNOOZED`` leave out no case.
    """
    return Q() if view in SHOW_SNOOZED else ~Q(pk__in=_snoozed(reader)) | Q(has_citizen_news=True)


def open_condition(view: str, reader: ListReader) -> Q:
    """Return the condition of a view among open cases."""
    today = reader.today
    conditions = {
        "mine": Q(assignee_id=reader.user_id),
        "unassigned": Q(assignee_id=None),
        "due_5": due_between(today, reader.soon_on),
        "due_15": due_between(today, reader.later_on),
        "overdue": Q(due_on__lt=today),
        "escalated": Q(escalated__gte=ESCALATED_FROM),
        "promise_late": Q(working_due_on__lt=today),
        "reopened": Q(reopened__gt=0),
        "awaiting": Q(status=Status.AWAITING_CITIZEN),
        "open": Q(),
    }
    return Q(pk__in=_waiting_for(APPROVAL_EVENTS)) if view == "approval" else conditions[view]


def _other_condition(view: str, reader: ListReader) -> Q:
    if view == "reviews":
        return Q(pk__in=_waiting_for(REVIEW_EVENTS))
    if view == "snoozed":
        return Q(pk__in=_snoozed(reader))
    return {
        "new": Q(has_citizen_news=True),
        "promises": Q(status__in=REPLY_IN_FORCE, promised_on__range=(reader.today, reader.soon_on)),
        "answered": Q(status__in=ANSWERS),
        "all": Q(),
    }[view]


def due_between(today: date, day: date) -> Q:
    """Return the condition for cases whose legal or working term ends from today to ``day``."""
    return Q(due_on__range=(today, day)) | Q(working_due_on__range=(today, day))


def _snoozed(reader: ListReader) -> QuerySet[OfficerCaseState, Any]:
    rows = OfficerCaseState.objects.filter(user_id=reader.user_id, snoozed_until__gt=reader.today)
    return rows.values("complaint_id")


def _waiting_for(kinds: tuple[EventKind, ...]) -> QuerySet[ComplaintEvent, Any]:
    """Return the cases whose latest event of any of ``kinds`` is of the first kind.

    An index contains only the events of these kinds, which are few.
    """
    asked, *ended = kinds
    last_asked = Max("position", filter=Q(kind=asked))
    last_ended = Coalesce(Max("position", filter=Q(kind__in=ended)), 0)
    return (
        ComplaintEvent.objects.filter(kind__in=kinds)
        .order_by()
        .values("complaint_id")
        .annotate(asked=last_asked, ended=last_ended)
        .filter(asked__gt=F("ended"))
        .values("complaint_id")
    )


def open_cases(reader: ListReader) -> QuerySet[Complaint]:
    """Return the open cases that the officer may see, without merged cases, in no order."""
    return Complaint.objects.filter(scope_of(reader), not_merged(), status__in=OPEN).order_by()
