"""Questions about the units of an agency and who is present."""

from datetime import date

from django.db.models import QuerySet

from shared.accounts.models import User
from shared.accounts.permissions import may_administer
from shared.kernel.text import search_key
from shared.rows.compiled_queries import compiled_query
from shared.units.errors import UnitNotFound
from shared.units.models import Absence, Unit, UnitMember
from shared.units.types import WHOLE_AGENCY, UnitInfo, UnitScope, with_descendants


def units() -> list[UnitInfo]:
    """Every unit of this agency, in use or not, in the order in which they were made."""
    return [
        UnitInfo(
            id=row.pk,
            parent_id=row.parent_id,
            names=row.names,
            category_codes=tuple(row.category_codes),
            organisation_codes=tuple(row.organisation_codes),
            places=tuple(row.places),
            is_active=row.is_active,
        )
        for row in _units()
    ]


def unit_scope(*, user: User) -> UnitScope:
    """Whose cases an officer may open: two queries at most.

    Administrators and officers who belong to no unit: those of the whole agency. All others: those
    of their units and of the units below them.
    """
    if may_administer(user.role):
        return WHOLE_AGENCY
    own = _own_units(user_id=user.pk)
    if not own:
        return WHOLE_AGENCY
    parents = {row.pk: row.parent_id for row in _units()}
    return UnitScope(unit_ids=with_descendants(own, parents))


def unit_of_request(*, category_code: str, organisation_code: str, place: str) -> int | None:
    """The unit that handles such a request; ``None``: the agency as a whole. One query.

    Of several that fit, the one that says most about the request; of these the oldest.
    """
    best, best_score = None, 0
    folded = f" {search_key(place)} "
    for row in _units():
        score = _fit(row, category_code, organisation_code, folded)
        if row.is_active and score > best_score:
            best, best_score = row.pk, score
    return best


def _fit(row: Unit, category_code: str, organisation_code: str, folded_place: str) -> int:
    """How many of the things that a unit is for the request has; 0 if it lacks one of them."""
    wanted = [
        (row.category_codes, category_code in row.category_codes),
        (row.organisation_codes, organisation_code in row.organisation_codes),
        (row.places, any(f" {search_key(place)} " in folded_place for place in row.places)),
    ]
    given = [fits for listed, fits in wanted if listed]
    return len(given) if all(given) else 0


def unit_get(*, unit_id: int) -> UnitInfo:
    """One unit that is in use. Raises ``UnitNotFound``."""
    for unit in units():
        if unit.id == unit_id and unit.is_active:
            return unit
    raise UnitNotFound(str(unit_id))


def absent_ids(*, on: date) -> frozenset[int]:
    """The numbers of the officers who are absent on that day."""
    return frozenset(_absent(day=on))


@compiled_query()
def _units() -> QuerySet[Unit]:
    return Unit.objects.order_by("pk")


@compiled_query()
def _own_units(*, user_id: int) -> QuerySet[UnitMember, int]:
    rows = UnitMember.objects.filter(user_id=user_id).order_by("unit_id")
    return rows.values_list("unit_id", flat=True)


@compiled_query()
def _absent(*, day: date) -> QuerySet[Absence, int]:
    rows = Absence.objects.filter(first_day__lte=day, last_day__gte=day, ended_at=None)
    return rows.values_list("user_id", flat=True)
