"""Services that change units, their members, and absences.

No function here changes a case; ``shared.complaints.services`` does that.
"""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import date, timedelta

from django.db import transaction

from shared.accounts.enums import STAFF_ROLES
from shared.accounts.models import User
from shared.accounts.selectors import is_displaced, officers_with_access
from shared.audit.services import audit_record
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.rows.selectors import first_or_refuse
from shared.units.errors import (
    AbsenceDaysInvalid,
    AbsenceNotFound,
    AbsenceOverlaps,
    HeadNotMember,
    LastUnit,
    SubstituteAbsent,
    SubstituteUnfit,
    UnitBelowItself,
    UnitInvalid,
    UnitNotFound,
)
from shared.units.models import Absence, Unit, UnitMember
from shared.units.selectors import (
    absences_on,
    place_key,
    unit_scope,
    units_of,
)
from shared.units.types import OfficerState, UnitDraft, with_descendants

MAX_NAME_LENGTH = 120
MAX_PLACES = 60
MAX_PLACE_LENGTH = 80
MAX_ABSENCE = timedelta(days=366)


@transaction.atomic
def unit_create(*, draft: UnitDraft, parent_id: int | None, actor: Actor) -> Unit:
    """Create a unit below another unit, or below the agency as a whole.

    Raises ``UnitNotFound`` or ``UnitInvalid``.
    """
    rows = _units_locked()
    if parent_id is not None:
        _in_use(rows, parent_id)
    unit = Unit.objects.create(parent_id=parent_id, **_columns(draft))
    audit_record(actor=actor, action="unit.created", subject=f"unit {unit.pk}")
    return unit


@transaction.atomic
def unit_change(*, unit_id: int, draft: UnitDraft, actor: Actor) -> Unit:
    """Change the names and the conditions of a unit; the cases of the unit do not change.

    Raises ``UnitNotFound`` or ``UnitInvalid``.
    """
    unit = _in_use(_units_locked(), unit_id)
    columns = _columns(draft)
    for name, value in columns.items():
        setattr(unit, name, value)
    unit.save(update_fields=list(columns))
    audit_record(actor=actor, action="unit.changed", subject=f"unit {unit.pk}")
    return unit


@transaction.atomic
def unit_move(*, unit_id: int, parent_id: int | None, actor: Actor) -> Unit:
    """Move a unit, with all units below it, to another parent unit or directly below the agency.

    Raises ``UnitNotFound`` or ``UnitBelowItself``.
    """
    # Without the lock, two moves at once could make a loop in the tree.
    rows = _units_locked()
    unit = _in_use(rows, unit_id)
    parents = {pk: row.parent_id for pk, row in rows.items()}
    if parent_id in with_descendants([unit_id], parents):
        raise UnitBelowItself(str(unit_id), field="parent")
    unit.parent = None if parent_id is None else _in_use(rows, parent_id)
    unit.save(update_fields=["parent"])
    audit_record(actor=actor, action="unit.moved", subject=f"unit {unit.pk}")
    return unit


@transaction.atomic
def unit_close(*, unit_id: int, actor: Actor) -> Unit:
    """Retire a unit; active units right below it move to its parent. Raises ``UnitNotFound``.

    The members stay members, because an officer without a unit would see all cases of the agency.
    """
    rows = _units_locked()
    unit = _in_use(rows, unit_id)
    for below in rows.values():
        if below.parent_id == unit_id and below.is_active:
            below.parent_id = unit.parent_id
            below.save(update_fields=["parent"])
    unit.is_active = False
    unit.save(update_fields=["is_active"])
    audit_record(actor=actor, action="unit.retired", subject=f"unit {unit.pk}")
    return unit


@transaction.atomic
def unit_members_set(
    *,
    unit_id: int,
    user_ids: Collection[int],
    of: Collection[int],
    is_last_kept: bool,
    actor: Actor,
    head_ids: Collection[int] | None = None,
) -> None:
    """Add officers to a unit and remove officers from the unit.

    ``of``: the officers whose membership may change. ``user_ids``: those of these officers who are
    members after the change. ``is_last_kept``: refuse to remove an officer from their only unit.
    ``head_ids``: the heads after the change, or ``None`` for no change. Raises ``UnitNotFound``,
    ``LastUnit`` or ``HeadNotMember``.
    """
    _in_use(_units_locked(), unit_id)
    before = set(
        UnitMember.objects.filter(unit=unit_id, user__in=of).values_list("user_id", flat=True)
    )
    wanted = set(user_ids) & set(of)
    for user in User.objects.filter(pk__in=before - wanted).order_by("name", "pk"):
        if is_last_kept and units_of(user_id=user.pk) == (unit_id,):
            raise LastUnit(user.name)
        UnitMember.objects.filter(unit=unit_id, user=user).delete()
        audit_record(actor=actor, action="unit.member_removed", subject=_pair(unit_id, user.pk))
    for user_id in sorted(wanted - before):
        UnitMember.objects.create(unit_id=unit_id, user_id=user_id)
        audit_record(actor=actor, action="unit.member_added", subject=_pair(unit_id, user_id))
    if head_ids is not None:
        _heads_set(unit_id, set(head_ids) & set(of), of=of, actor=actor)


def _heads_set(unit_id: int, wanted: set[int], *, of: Collection[int], actor: Actor) -> None:
    rows = UnitMember.objects.filter(unit=unit_id, user__in=of).order_by("user_id")
    members = {row.user_id: row for row in rows}
    if not wanted <= members.keys():
        raise HeadNotMember(field="heads")
    for user_id, row in members.items():
        if row.is_head == (user_id in wanted):
            continue
        row.is_head = user_id in wanted
        row.save(update_fields=["is_head"])
        action = "unit.head_named" if row.is_head else "unit.head_removed"
        audit_record(actor=actor, action=action, subject=_pair(unit_id, user_id))


def officer_lock(*, user_id: int) -> OfficerState:
    """Lock an officer's row, and return the officer's state.

    During the lock no other transaction can close the account or begin an absence. To prevent a
    deadlock, callers must lock an officer before a case.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    absence = absences_on(clock.today(), user=user_id).order_by("-last_day").first()
    return OfficerState(
        is_able=user.is_active and user.role in STAFF_ROLES and not is_displaced(role=user.role),
        absent_until=absence.last_day if absence else None,
        scope=unit_scope(user=user),
    )


@transaction.atomic
def absence_create(
    *, user: User, first_day: date, last_day: date, substitute: User | None, actor: Actor
) -> Absence:
    """Create an absence of an officer.

    Raises ``AbsenceDaysInvalid``, ``AbsenceOverlaps``, ``SubstituteAbsent`` or ``SubstituteUnfit``.
    """
    officer_lock(user_id=user.pk)
    absence = Absence(user=user)
    _fill(absence, first_day=first_day, last_day=last_day, substitute=substitute)
    absence.save()
    audit_record(actor=actor, action="absence.entered", subject=f"user {user.pk}")
    return absence


@transaction.atomic
def absence_update(
    *, absence_id: int, first_day: date, last_day: date, substitute: User | None, actor: Actor
) -> Absence:
    """Change an absence; if the absence has begun, only the last day is changed.

    Raises the errors of ``absence_create``, and ``AbsenceNotFound``.
    """
    absence = absence_lock(absence_id=absence_id)
    if absence.began_at is not None:
        first_day, substitute = absence.first_day, absence.substitute
    _fill(absence, first_day=first_day, last_day=last_day, substitute=substitute)
    absence.save()
    audit_record(actor=actor, action="absence.changed", subject=f"user {absence.user_id}")
    return absence


def absence_begin(absence: Absence) -> None:
    """Set the start time of an absence to now; the caller must lock the absence."""
    absence.began_at = clock.now()
    absence.save(update_fields=["began_at"])


def absence_close(absence: Absence, *, actor: Actor) -> None:
    """Set the end time of an absence to now; the caller must lock the absence."""
    absence.ended_at = clock.now()
    absence.save(update_fields=["ended_at"])
    action = "absence.ended" if absence.began_at else "absence.cancelled"
    audit_record(actor=actor, action=action, subject=f"user {absence.user_id}")


def absence_lock(*, absence_id: int) -> Absence:
    """Lock an officer and their absence that is not closed; return the absence.

    Raises ``AbsenceNotFound``.
    """
    rows = Absence.objects.filter(pk=absence_id, ended_at=None)
    officer_lock(user_id=first_or_refuse(rows, AbsenceNotFound(str(absence_id))).user_id)
    locked = rows.select_for_update(of=("self",)).select_related("user", "substitute")
    return first_or_refuse(locked, AbsenceNotFound(str(absence_id)))


def absences_of_closed(*, user_ids: Iterable[int], actor: Actor) -> None:
    """Close the absences of officers whose accounts are closed, without giving cases back."""
    rows = Absence.objects.filter(user__in=list(user_ids), ended_at=None).order_by("pk")
    for absence in rows.select_for_update():
        absence_close(absence, actor=actor)


def _fill(absence: Absence, *, first_day: date, last_day: date, substitute: User | None) -> None:
    today = clock.today()
    if absence.began_at is None and first_day < today:
        raise AbsenceDaysInvalid(field="first_day")
    if last_day < max(first_day, today) or last_day - first_day > MAX_ABSENCE:
        raise AbsenceDaysInvalid(field="last_day")
    same = absences_on(first_day, until=last_day, user=absence.user_id).exclude(pk=absence.pk)
    if same.exists():
        raise AbsenceOverlaps
    if substitute is not None and absence.began_at is None:
        _require_fit(substitute, absence.user)
    if substitute is not None and substitute.is_active:
        other = absences_on(max(first_day, today), until=last_day, user=substitute.pk).first()
        if other is not None:
            raise SubstituteAbsent(substitute.name, other.first_day, other.last_day)
    absence.first_day, absence.last_day, absence.substitute = first_day, last_day, substitute


def _require_fit(substitute: User, user: User) -> None:
    """Require that ``substitute`` is not ``user``, can sign in, and may open the cases of ``user``.

    Raises ``SubstituteUnfit``.
    """
    is_able = officers_with_access().filter(pk=substitute.pk).exclude(pk=user.pk).exists()
    if not is_able or not unit_scope(user=substitute).holds_all(units_of(user_id=user.pk)):
        raise SubstituteUnfit(str(substitute.pk), field="substitute")


def _units_locked() -> dict[int, Unit]:
    """Lock all units, and return the units as a dict keyed by id."""
    rows = Unit.objects.select_for_update(no_key=True).order_by("pk")
    return {row.pk: row for row in rows}


def _in_use(rows: dict[int, Unit], unit_id: int) -> Unit:
    unit = rows.get(unit_id)
    if unit is None or not unit.is_active:
        raise UnitNotFound(str(unit_id))
    return unit


def _columns(draft: UnitDraft) -> dict[str, object]:
    """Return the column values of a unit's draft. Raises ``UnitInvalid``."""
    names = {
        f"name_{one.name}": getattr(draft.names, one.name).strip() for one in fields(draft.names)
    }
    for field, name in names.items():
        if len(name) > MAX_NAME_LENGTH or (not name and field != "name_en"):
            raise UnitInvalid(field=field)
    places = {place_key(one): one.strip() for one in draft.places}
    places.pop("", None)
    if len(places) > MAX_PLACES or any(len(one) > MAX_PLACE_LENGTH for one in places.values()):
        raise UnitInvalid(field="places")
    return {
        **names,
        "category_codes": sorted(set(draft.category_codes)),
        "organisation_codes": sorted(set(draft.organisation_codes)),
        "places": list(places.values()),
    }


def _pair(unit_id: int, user_id: int) -> str:
    return f"unit {unit_id} user {user_id}"
