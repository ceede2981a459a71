"""Queries for units, their members, and absences."""

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
from shared.rows.data_versions import SETTINGS
from shared.rows.kept_values import kept_until
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

# In Arabic, "in" and "and" are written together with the article of a place's name.
_JOINED_PARTICLE = re.compile(r"\b[بو]ال")


def units() -> list[UnitInfo]:
    """Return all units of the agency, also retired units, sorted by creation."""
    return list(_unit_infos())


@kept_until(SETTINGS)
def _unit_infos() -> tuple[UnitInfo, ...]:
    return tuple(
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
    )


def unit_scope(*, user: User) -> UnitScope:
    """Return the units whose cases an officer may open.

    Administrators and officers without a unit may open all cases of the agency. Other officers may
    open the cases of their units and of all units below their units.
    """
    return WHOLE_AGENCY if may_administer(user.role) else _member_scope(user_id=user.pk)


@kept_until(SETTINGS)
def _member_scope(*, user_id: int) -> UnitScope:
    own = _own_units(user_id=user_id)
    return UnitScope(unit_ids=with_descendants(own, _parents(_units()))) if own else WHOLE_AGENCY


def _scope(user: User, own: Sequence[int], parents: Mapping[int, int | None]) -> UnitScope:
    if may_administer(user.role) or not own:
        return WHOLE_AGENCY
    return UnitScope(unit_ids=with_descendants(own, parents))


def unit_of_request(
    units: Sequence[UnitReach], *, category_code: str, organisation_code: str, place: str
) -> int | None:
    """Return the id of the unit that handles a request, or ``None`` for the agency as a whole.

    If several units match, the unit with the largest count of matching conditions is chosen, then
    the unit on the lowest level of the tree, then the oldest unit.
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
    """Return the count of a unit's conditions if a request meets all of them, otherwise 0."""
    wanted = [
        (unit.category_codes, category_code in unit.category_codes),
        (unit.organisation_codes, organisation_code in unit.organisation_codes),
        (unit.places, any(f" {place_key(one)} " in f" {place} " for one in unit.places)),
    ]
    given = [fits for listed, fits in wanted if listed]
    return len(given) if all(given) else 0


def place_key(text: str) -> str:
    """Return the normalized words of a place's name, equal for all usual spellings."""
    return _JOINED_PARTICLE.sub("ال", search_key(text))


def unit_in_use(*, unit_id: int) -> int | None:
    """Return the id of a unit, or for a retired unit the nearest unit above that is in use.

    Returns ``None`` (the agency as a whole) if there is no such unit.
    """
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
    """Return the ids of the units of each officer, as a dict keyed by the officer's id."""
    found = grouped((one.user_id, one.unit_id) for one in memberships())
    return {user_id: tuple(numbers) for user_id, numbers in found.items()}


def memberships() -> list[Membership]:
    """Return all memberships of officers in units."""
    rows = UnitMember.objects.order_by("unit_id", "user_id")
    return [Membership(*row) for row in rows.values_list("user_id", "unit_id", "is_head")]


def unit_heads() -> dict[int, frozenset[int]]:
    """Return the user ids of the heads of each unit, as a dict keyed by the unit's id."""
    found = grouped((one.unit_id, one.user_id) for one in memberships() if one.is_head)
    return {unit_id: frozenset(numbers) for unit_id, numbers in found.items()}


def units_of(*, user_id: int) -> tuple[int, ...]:
    """Return the ids of the units of an officer."""
    return tuple(_own_units(user_id=user_id))


def may_substitute_ids(*, user_id: int) -> frozenset[int]:
    """Return the ids of the other officers who may open the cases of all units of an officer."""
    members, parents = unit_members(), _parents(_units())
    wanted = members.get(user_id, ())
    return frozenset(
        one.pk
        for one in officers()
        if one.pk != user_id and _scope(one, members.get(one.pk, ()), parents).holds_all(wanted)
    )


def officers_in_scope(*, unit_id: int | None) -> QuerySet[User]:
    """Return the officers, also absent officers, who may open a unit's cases, sorted by name.

    ``unit_id`` is ``None`` for the agency as a whole.
    """
    own = UnitMember.objects.filter(user=OuterRef("pk"))
    may = Q(role=Role.ADMINISTRATOR) | Q(~Exists(own))
    if unit_id is not None:
        may |= Q(Exists(own.filter(unit__in=with_ancestors(unit_id, _parents(_units())))))
    return officers().filter(may)


def officers_assignable(*, unit_id: int | None) -> QuerySet[User]:
    """Return the officers to whom a unit's case can be assigned today, sorted by name.

    These officers may open the case, can sign in to the console, and are not absent.
    """
    return officers_in_scope(unit_id=unit_id).filter(pk__in=officers_able_to_answer().values("pk"))


def officers_able_to_answer() -> QuerySet[User]:
    """Return the officers who can sign in and are not absent today, sorted by name."""
    return officers_with_access().filter(~Exists(absences_on(clock.today(), user=OuterRef("pk"))))


def members_able_to_answer(*, unit_id: int | None) -> QuerySet[User]:
    """Return the members of a unit who can sign in and are not absent today, sorted by name.

    For the agency as a whole, these are the officers without a unit except administrators.
    """
    able = officers_able_to_answer()
    own = UnitMember.objects.filter(user=OuterRef("pk"))
    if unit_id is None:
        return able.filter(~Exists(own)).exclude(role=Role.ADMINISTRATOR)
    return able.filter(Exists(own.filter(unit=unit_id)))


def units_without_officer() -> frozenset[int]:
    """Return the ids of active units of which no member is in ``officers_able_to_answer``."""
    present = UnitMember.objects.filter(
        unit=OuterRef("pk"), user__in=officers_able_to_answer().values("pk")
    )
    rows = Unit.objects.filter(~Exists(present), is_active=True)
    return frozenset(rows.values_list("pk", flat=True))


def absences_on(day: date, *, until: date | None = None, **of: object) -> QuerySet[Absence]:
    """Return the absences that are not closed and have a day from ``day`` to ``until``.

    Without ``until``, the absences must include ``day``.
    """
    return Absence.objects.filter(
        first_day__lte=until or day, last_day__gte=day, ended_at=None, **of
    )


def absences(*, user_ids: Iterable[int] | None = None) -> list[AbsenceInfo]:
    """Return the absences of some officers, or of all, that are not closed and not past.

    The absences are sorted by their first day.
    """
    rows = Absence.objects.filter(ended_at=None, last_day__gte=clock.today())
    if user_ids is not None:
        rows = rows.filter(user__in=list(user_ids))
    rows = rows.select_related("user", "substitute").order_by("first_day", "user__name", "pk")
    return [_absence_info(row) for row in rows]


def absence_get(*, absence_id: int) -> AbsenceInfo:
    """Return an absence that is not closed. Raises ``AbsenceNotFound``."""
    rows = Absence.objects.filter(pk=absence_id, ended_at=None)
    rows = rows.select_related("user", "substitute")
    return _absence_info(first_or_refuse(rows, AbsenceNotFound(str(absence_id))))


def absences_to_begin(*, on: date) -> list[int]:
    """Return the ids of absences whose cases must be reassigned, because the first day has come."""
    rows = Absence.objects.filter(first_day__lte=on, began_at=None, ended_at=None)
    return list(rows.order_by("first_day", "pk").values_list("pk", flat=True))


def absences_to_end(*, on: date) -> list[int]:
    """Return the ids of absences that must be closed, because the last day has passed."""
    rows = Absence.objects.filter(last_day__lt=on, ended_at=None)
    return list(rows.order_by("last_day", "pk").values_list("pk", flat=True))


def absent_until(*, on: date) -> dict[int, date]:
    """Return the last days of the absences on a day, as a dict keyed by the officer's id."""
    return dict(absences_on(on).order_by("last_day").values_list("user_id", "last_day"))


def unit_scopes(*, users: Iterable[User]) -> dict[int, UnitScope]:
    """Return the ``unit_scope`` of each officer in ``users``, as a dict keyed by the user id."""
    members, parents = unit_members(), _parents(_units())
    return {user.pk: _scope(user, members.get(user.pk, ()), parents) for user in users}


def absent_ids(*, on: date) -> frozenset[int]:
    """Return the ids of the officers who are absent on a day."""
    return _absent_ids(on=on)


@kept_until(SETTINGS)
def _absent_ids(*, on: date) -> frozenset[int]:
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
