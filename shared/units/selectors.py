"""Queries of the units of an agency and of present officers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.permissions import may_administer
from shared.accounts.selectors import officers, officers_with_access
from shared.kernel import clock
from shared.kernel.groups import grouped
from shared.kernel.text import search_key
from shared.rows.compiled_queries import compiled_query
from shared.rows.selectors import first_or_refuse
from shared.units.errors import AbsenceNotFound, UnitNotFound
from shared.units.models import Absence, Unit, UnitMember
from shared.units.types import (
    WHOLE_AGENCY,
    AbsenceInfo,
    Membership,
    UnitInfo,
    UnitReach,
    UnitScope,
    unit_in_use_of,
    with_ancestors,
    with_descendants,
)

# Arabic writes "in" and "and" in one word with a place name that has an article.
_JOINED_PARTICLE = re.compile(r"\b[بو]ال")


def units() -> list[UnitInfo]:
    """Return all units of this agency, in use or not, in the order of their creation."""
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
    """Return the units whose cases an officer may open, by at most two queries.

    Administrators and officers who belong to no unit may open all cases of the agency. Other
    officers may open the cases of their units and of the units below.
    """
    own = [] if may_administer(user.role) else _own_units(user_id=user.pk)
    return _scope(user, own, _parents(_units()) if own else {})


def _scope(user: User, own: Sequence[int], parents: Mapping[int, int | None]) -> UnitScope:
    if may_administer(user.role) or not own:
        return WHOLE_AGENCY
    return UnitScope(unit_ids=with_descendants(own, parents))


def unit_of_request(
    units: Sequence[UnitReach], *, category_code: str, organisation_code: str, place: str
) -> int | None:
    """Return the unit that handles a request, or ``None`` for the agency as a whole; no query.

    Of several matching units, the unit with most matching conditions is chosen, then the unit
    deepest in the tree, then the oldest unit.
    """
    parents = {one.id: one.parent_id for one in units}
    folded = place_key(place)
    fitting = [
        (score, len(with_ancestors(one.id, parents)), -one.id)
        for one in units
        if one.is_active and (score := _fit(one, category_code, organisation_code, folded))
    ]
    return -max(fitting)[2] if fitting else None


def _fit(unit: UnitReach, category_code: str, organisation_code: str, place: str) -> int:
    """Return how many kinds of a unit's conditions a request meets; 0 if it misses a condition."""
    wanted = [
        (unit.category_codes, category_code in unit.category_codes),
        (unit.organisation_codes, organisation_code in unit.organisation_codes),
        (unit.places, any(f" {place_key(one)} " in f" {place} " for one in unit.places)),
    ]
    given = [fits for listed, fits in wanted if listed]
    return len(given) if all(given) else 0


def place_key(text: str) -> str:
    """Return the normalized words of a place, equal for each usual spelling of the place."""
    return _JOINED_PARTICLE.sub("ال", search_key(text))


def unit_in_use(*, unit_id: int) -> int | None:
    """Return the unit if it is in use, or the nearest unit above in use; ``None``: the agency."""
    rows = _units()
    active = {row.pk for row in rows if row.is_active}
    return unit_in_use_of(_parents(rows), active, unit_id=unit_id)


def unit_get(*, unit_id: int) -> UnitInfo:
    """Return one unit that is in use. Raises ``UnitNotFound``."""
    for unit in units():
        if unit.id == unit_id and unit.is_active:
            return unit
    raise UnitNotFound(str(unit_id))


def unit_members() -> dict[int, tuple[int, ...]]:
    """Return the numbers of the units of each officer who belongs to a unit; one query."""
    found = grouped((one.user_id, one.unit_id) for one in memberships())
    return {user_id: tuple(numbers) for user_id, numbers in found.items()}


def memberships() -> list[Membership]:
    """Return the members of each unit, with whether each member is a head; one query."""
    rows = UnitMember.objects.order_by("unit_id", "user_id")
    return [Membership(*row) for row in rows.values_list("user_id", "unit_id", "is_head")]


def unit_heads() -> dict[int, frozenset[int]]:
    """Return the numbers of a unit's heads, for each unit that has a head; one query."""
    found = grouped((one.unit_id, one.user_id) for one in memberships() if one.is_head)
    return {unit_id: frozenset(numbers) for unit_id, numbers in found.items()}


def units_of(*, user_id: int) -> tuple[int, ...]:
    """Return the numbers of the units of one officer; one query."""
    return tuple(_own_units(user_id=user_id))


def may_substitute_ids(*, user_id: int) -> frozenset[int]:
    """Return the numbers of officers who may open the cases of all units of a given officer."""
    members, parents = unit_members(), _parents(_units())
    wanted = members.get(user_id, ())
    return frozenset(
        one.pk
        for one in officers()
        if one.pk != user_id and _scope(one, members.get(one.pk, ()), parents).holds_all(wanted)
    )


def officers_in_scope(*, unit_id: int | None) -> QuerySet[User]:
    """Return active officers who may open a unit's cases, by name, absent officers included.

    ``unit_id`` is ``None`` for the agency as a whole. Two queries are made.
    """
    own = UnitMember.objects.filter(user=OuterRef("pk"))
    may = Q(role=Role.ADMINISTRATOR) | Q(~Exists(own))
    if unit_id is not None:
        may |= Q(Exists(own.filter(unit__in=with_ancestors(unit_id, _parents(_units())))))
    return officers().filter(may)


def officers_assignable(*, unit_id: int | None) -> QuerySet[User]:
    """Return officers to whom a case of a unit can be given today, by name; two queries.

    Such officers may open the case, can sign in to the console, and are not absent.
    """
    return officers_in_scope(unit_id=unit_id).filter(pk__in=officers_able_to_answer().values("pk"))


def officers_able_to_answer() -> QuerySet[User]:
    """Return the officers who can sign in to the console and are not absent today, by name."""
    return officers_with_access().filter(~Exists(absences_on(clock.today(), user=OuterRef("pk"))))


def members_able_to_answer(*, unit_id: int | None) -> QuerySet[User]:
    """Return a unit's own members who are able to answer today, by name.

    For the agency as a whole, the members are officers who belong to no unit and are no
    administrators.
    """
    able = officers_able_to_answer()
    own = UnitMember.objects.filter(user=OuterRef("pk"))
    if unit_id is None:
        return able.filter(~Exists(own)).exclude(role=Role.ADMINISTRATOR)
    return able.filter(Exists(own.filter(unit=unit_id)))


def units_without_officer() -> frozenset[int]:
    """Return the units in use that have no member able to answer today; one query."""
    present = UnitMember.objects.filter(
        unit=OuterRef("pk"), user__in=officers_able_to_answer().values("pk")
    )
    rows = Unit.objects.filter(~Exists(present), is_active=True)
    return frozenset(rows.values_list("pk", flat=True))


def absences_on(day: date, *, until: date | None = None, **of: object) -> QuerySet[Absence]:
    """Return absences that are not over and include a day between ``day`` and ``until``.

    Without ``until``, the absences must include ``day``.
    """
    return Absence.objects.filter(
        first_day__lte=until or day, last_day__gte=day, ended_at=None, **of
    )


def absences(*, user_ids: Iterable[int] | None = None) -> list[AbsenceInfo]:
    """Return absences that are not over, by first day, of all officers or of the given officers."""
    rows = Absence.objects.filter(ended_at=None, last_day__gte=clock.today())
    if user_ids is not None:
        rows = rows.filter(user__in=list(user_ids))
    rows = rows.select_related("user", "substitute").order_by("first_day", "user__name", "pk")
    return [_absence_info(row) for row in rows]


def absence_get(*, absence_id: int) -> AbsenceInfo:
    """Return one absence that is not over. Raises ``AbsenceNotFound``."""
    rows = Absence.objects.filter(pk=absence_id, ended_at=None)
    rows = rows.select_related("user", "substitute")
    return _absence_info(first_or_refuse(rows, AbsenceNotFound(str(absence_id))))


def absences_to_begin(*, on: date) -> list[int]:
    """Return the numbers of absences whose first day has come and that have not begun."""
    rows = Absence.objects.filter(first_day__lte=on, began_at=None, ended_at=None)
    return list(rows.order_by("first_day", "pk").values_list("pk", flat=True))


def absences_to_end(*, on: date) -> list[int]:
    """Return the numbers of absences whose last day has passed and that are not closed."""
    rows = Absence.objects.filter(last_day__lt=on, ended_at=None)
    return list(rows.order_by("last_day", "pk").values_list("pk", flat=True))


def absent_until(*, on: date) -> dict[int, date]:
    """Return the last day of absence of each officer who is absent on a day."""
    return dict(absences_on(on).order_by("last_day").values_list("user_id", "last_day"))


def unit_scopes(*, users: Iterable[User]) -> dict[int, UnitScope]:
    """Return the ``unit_scope`` of each given officer, by officer's number; two queries in all."""
    members, parents = unit_members(), _parents(_units())
    return {user.pk: _scope(user, members.get(user.pk, ()), parents) for user in users}


def absent_ids(*, on: date) -> frozenset[int]:
    """Return the numbers of the officers who are absent on a day."""
    return frozenset(_absent(day=on))


def _absence_info(row: Absence) -> AbsenceInfo:
    return AbsenceInfo(
        id=row.pk,
        user_id=row.user_id,
        name=row.user.name,
        first_day=row.first_day,
        last_day=row.last_day,
        substitute_id=row.substitute_id,
        substitute=row.substitute.name if row.substitute else "",
        has_begun=row.began_at is not None,
    )


def _parents(rows: Sequence[Unit]) -> Mapping[int, int | None]:
    return {row.pk: row.parent_id for row in rows}


@compiled_query()
def _units() -> QuerySet[Unit]:
    return Unit.objects.order_by("pk")


@compiled_query()
def _own_units(*, user_id: int) -> QuerySet[UnitMember, int]:
    rows = UnitMember.objects.filter(user_id=user_id).order_by("unit_id")
    return rows.values_list("unit_id", flat=True)


@compiled_query()
def _absent(*, day: date) -> QuerySet[Absence, int]:
    return absences_on(day).values_list("user_id", flat=True)
