"""Selectors of open cases by officer, unit and person, and of the cases an officer may open."""

from typing import Literal

from django.db.models import Count, Q

from shared.complaints.enums import OPEN
from shared.complaints.models import Complaint
from shared.complaints.selectors.merged_cases import not_merged
from shared.units.types import UnitScope


def scope_condition(scope: UnitScope, *, user_id: int) -> Q:
    """Return the condition for the cases that an officer may open. Without unit ids in ``scope``
    these are all cases, else the cases of the units and the officer's own.
    """
    if scope.unit_ids is None:
        return Q()
    return Q(unit_id__in=sorted(scope.unit_ids)) | Q(assignee_id=user_id)


def of_person(*, email: str, phone: str) -> Q:
    """Return the condition for cases with this e-mail or telephone number; blanks match no case."""
    same = Q(pk__in=[])
    if email:
        # Without the second condition PostgreSQL would not use the index, which leaves out blank
        # addresses.
        same |= Q(party__email__iexact=email, party__email__gt="")
    if phone:
        same |= Q(party__phone=phone)
    return same


def open_cases_by(column: Literal["assignee", "unit"]) -> dict[int, int]:
    """Return the counts of open, unmerged cases by officer or unit, without zeros; one query."""
    rows = Complaint.objects.filter(not_merged(), status__in=OPEN, **{f"{column}__isnull": False})
    return dict(rows.order_by().values_list(column).annotate(number=Count("pk")))


def inactive_holders() -> list[int]:
    """Return the ids of inactive officers who have an open case or will get a case back."""
    people = Q(assignee__is_active=False) | Q(stands_in_for__is_active=False)
    pairs = (
        Complaint.objects.filter(people, status__in=OPEN)
        .order_by()
        .values_list("assignee", "assignee__is_active", "stands_in_for", "stands_in_for__is_active")
        .distinct()
    )
    return sorted(
        {
            user_id
            for holder, holds, absent, returns in pairs
            for user_id, is_active in ((holder, holds), (absent, returns))
            if user_id is not None and is_active is False
        }
    )


def cases_held(*, user_id: int) -> list[str]:
    """Return references of the open cases of an officer, in the order of filing."""
    return _open_references(Q(assignee=user_id))


def cases_to_return(*, user_id: int) -> list[str]:
    """Return references of open cases that substitutes have for an absent officer."""
    return _open_references(Q(stands_in_for=user_id, assignee__isnull=False))


def cases_of_unit(*, unit_id: int) -> list[str]:
    """Return references of the open cases of a unit, in the order of filing."""
    return _open_references(Q(unit=unit_id))


def _open_references(which: Q) -> list[str]:
    rows = Complaint.objects.filter(which, status__in=OPEN).order_by("pk")
    return list(rows.values_list("reference", flat=True))
