"""Who holds which open cases, and which of them an officer may open."""

from django.db.models import Count, Q

from shared.complaints.enums import OPEN
from shared.complaints.models import Complaint
from shared.complaints.selectors.merged_cases import not_merged
from shared.units.types import UnitScope


def scope_condition(scope: UnitScope, *, user_id: int) -> Q:
    """The cases that an officer may open: those of their units, and those assigned to them."""
    if scope.unit_ids is None:
        return Q()
    return Q(unit_id__in=sorted(scope.unit_ids)) | Q(assignee_id=user_id)


def open_cases_by_officer() -> dict[int, int]:
    """How many open cases each officer holds who holds one; one query."""
    rows = Complaint.objects.filter(not_merged(), status__in=OPEN, assignee__isnull=False)
    counted = rows.order_by().values_list("assignee").annotate(number=Count("pk"))
    return {int(user_id): number for user_id, number in counted if user_id is not None}


def open_cases_by_unit() -> dict[int, int]:
    """How many open cases each unit has that has one; one query."""
    rows = Complaint.objects.filter(not_merged(), status__in=OPEN, unit__isnull=False)
    counted = rows.order_by().values_list("unit").annotate(number=Count("pk"))
    return {int(unit_id): number for unit_id, number in counted if unit_id is not None}


def inactive_holders() -> list[int]:
    """The numbers of people who hold an open case, or get one back, and cannot sign in."""
    people = Q(assignee__is_active=False) | Q(stands_in_for__is_active=False)
    rows = Complaint.objects.filter(people, status__in=OPEN).order_by()
    pairs = rows.values_list(
        "assignee", "assignee__is_active", "stands_in_for", "stands_in_for__is_active"
    ).distinct()
    return sorted(
        {
            user_id
            for holder, holds, absent, returns in pairs
            for user_id, is_active in ((holder, holds), (absent, returns))
            if user_id is not None and is_active is False
        }
    )


def cases_held(*, user_id: int) -> list[str]:
    """References of the open cases of an officer, in the order of their filing."""
    rows = Complaint.objects.filter(status__in=OPEN, assignee=user_id)
    return list(rows.order_by("pk").values_list("reference", flat=True))


def cases_to_return(*, user_id: int) -> list[str]:
    """References of open cases that others hold for an absent officer."""
    rows = Complaint.objects.filter(status__in=OPEN, stands_in_for=user_id, assignee__isnull=False)
    return list(rows.order_by("pk").values_list("reference", flat=True))


def cases_of_unit(*, unit_id: int) -> list[str]:
    """References of the open cases of a unit, in the order of their filing."""
    rows = Complaint.objects.filter(status__in=OPEN, unit=unit_id)
    return list(rows.order_by("pk").values_list("reference", flat=True))
