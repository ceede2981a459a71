"""Reassignment of cases because an officer is absent or leaves, or because a unit is retired.

Each reassigned case gets an event. Every service locks people before cases; in the other order, two
transactions could wait for each other.
"""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from shared.accounts.models import User
from shared.complaints.errors import SameOfficer
from shared.complaints.models import Complaint
from shared.complaints.selectors import cases_held, cases_of_unit, cases_to_return, inactive_holders
from shared.complaints.services.case_attributes import case_unit_change
from shared.complaints.services.conversation import note_add
from shared.complaints.services.decisions import complaint_assign, complaint_unassign
from shared.complaints.services.history import case_lock
from shared.complaints.types.lists import Reassignment
from shared.kernel import clock
from shared.kernel.actors import Actor
from shared.units import services as units
from shared.units.errors import OfficerAbsent, OfficerInactive, OfficerOutsideUnit
from shared.units.models import Absence
from shared.units.selectors import absences_to_begin, absences_to_end

# After one of these errors the colleague cannot get a case, so the case stays or is left to its
# unit.
_UNFIT = (SameOfficer, OfficerAbsent, OfficerInactive, OfficerOutsideUnit)


@transaction.atomic
def cases_reassign(
    *, officer: User, to: User | None, actor: Actor, is_for_absence: bool = False
) -> Reassignment:
    """Reassign every open case of an officer to a colleague, or leave the cases to their units.

    A case that the colleague may not open or decide is left to its unit. ``is_for_absence``: the
    cases that the colleague gets return to the officer after the absence. A case that the officer
    has for another absent officer returns to that other officer instead.
    """
    for user_id in sorted({officer.pk, to.pk if to else officer.pk}):
        units.officer_lock(user_id=user_id)
    given = left = 0
    for reference in cases_held(user_id=officer.pk):
        complaint = case_lock(reference=reference)
        # The case was answered or assigned to another officer since the list was read.
        if not complaint.is_open or complaint.assignee_id != officer.pk:
            continue
        returns_to = complaint.stands_in_for or (officer if is_for_absence else None)
        if to is not None and _is_given(reference, to, returns_to=returns_to, actor=actor):
            given += 1
            continue
        complaint_unassign(reference=reference, actor=actor, is_hand_over=True)
        left += 1
    return Reassignment(given=given, left=left)


@transaction.atomic
def accounts_closed(*, user_ids: Collection[int], actor: Actor) -> None:
    """Leave the open cases of officers who cannot sign in any more to the units of the cases.

    Every service that closes an account calls this function. No case returns to these officers
    later.
    """
    for officer in User.objects.filter(pk__in=user_ids).order_by("pk"):
        cases_reassign(officer=officer, to=None, actor=actor)
    units.absences_of_closed(user_ids=user_ids, actor=actor)
    Complaint.objects.filter(stands_in_for__in=user_ids).update(stands_in_for=None)


def cases_of_closed_accounts(*, actor: Actor) -> int:
    """Leave cases to their units if their officer's account was closed without ``accounts_closed``.

    Returns the number of such accounts. Such accounts were closed by an earlier release, in a
    restored agency, or directly in the database.
    """
    found = inactive_holders()
    if found:
        accounts_closed(user_ids=found, actor=actor)
    return len(found)


@transaction.atomic
def absence_enter(
    *, user: User, first_day: date, last_day: date, substitute: User | None, actor: Actor
) -> Absence:
    """Create an absence; if it begins today, the officer's open cases are reassigned at once.

    Raises ``AbsenceDaysInvalid``, ``AbsenceOverlaps``, ``SubstituteAbsent`` or ``SubstituteUnfit``.
    """
    absence = units.absence_create(
        user=user, first_day=first_day, last_day=last_day, substitute=substitute, actor=actor
    )
    _begin_if_due(absence, actor=actor)
    return absence


@transaction.atomic
def absence_change(
    *, absence_id: int, first_day: date, last_day: date, substitute: User | None, actor: Actor
) -> None:
    """Change an absence; if the absence has begun, only its last day can change.

    Raises the errors of ``absence_enter``, and ``AbsenceNotFound``.
    """
    absence = units.absence_update(
        absence_id=absence_id,
        first_day=first_day,
        last_day=last_day,
        substitute=substitute,
        actor=actor,
    )
    _begin_if_due(absence, actor=actor)


@transaction.atomic
def absence_end(*, absence_id: int, actor: Actor) -> int:
    """End an absence now, or cancel an absence that has not begun; return the count of returned
    cases.

    Only open cases whose ``stands_in_for`` is the officer return. Raises ``AbsenceNotFound``.
    """
    absence = units.absence_lock(absence_id=absence_id)
    units.absence_close(absence, actor=actor)
    return sum(
        _is_returned(reference, absence.user, actor)
        for reference in cases_to_return(user_id=absence.user_id)
    )


def absences_apply(*, actor: Actor) -> int:
    """End and begin the absences whose day has come; return the count of absences.

    Each absence has its own transaction, so that an error does not undo the earlier absences.
    Closed accounts whose cases are left to their units are counted too. A second run returns 0.
    """
    today = clock.today()
    ending = absences_to_end(on=today)
    for absence_id in ending:
        absence_end(absence_id=absence_id, actor=actor)
    beginning = absences_to_begin(on=today)
    for absence_id in beginning:
        with transaction.atomic():
            _begin_if_due(units.absence_lock(absence_id=absence_id), actor=actor)
    return len(ending) + len(beginning) + cases_of_closed_accounts(actor=actor)


@transaction.atomic
def unit_retire(*, unit_id: int, actor: Actor) -> None:
    """Retire a unit: its open cases go to its parent unit, and the officers keep their cases.

    Raises ``UnitNotFound``.
    """
    unit = units.unit_close(unit_id=unit_id, actor=actor)
    for reference in cases_of_unit(unit_id=unit_id):
        complaint = case_lock(reference=reference)
        if complaint.is_open and complaint.unit_id == unit_id:
            case_unit_change(
                reference=reference, unit_id=unit.parent_id, actor=actor, keeps_officer=True
            )


@transaction.atomic
def case_reassign_unit(
    *,
    reference: str,
    unit_id: int | None,
    reason: str,
    officer: User,
    actor: Actor,
    version: int | None = None,
) -> None:
    """Reassign a case to another unit, without an officer; store the reason as an internal note.

    Raises ``TransitionNotAllowed``, ``CaseMerged``, ``UnitNotFound``, ``StaleCase`` or
    ``InvalidDraft``.
    """
    case_unit_change(reference=reference, unit_id=unit_id, actor=actor, version=version)
    note_add(reference=reference, body=reason, officer=officer, actor=actor)


def _begin_if_due(absence: Absence, *, actor: Actor) -> None:
    if absence.began_at is not None or absence.first_day > clock.today():
        return
    units.absence_begin(absence)
    cases_reassign(officer=absence.user, to=absence.substitute, actor=actor, is_for_absence=True)


def _is_given(reference: str, to: User, *, returns_to: User | None, actor: Actor) -> bool:
    # A case that was to return to this colleague now belongs to the colleague again.
    stands_in_for = None if returns_to == to else returns_to
    try:
        complaint_assign(
            reference=reference,
            officer=to,
            actor=actor,
            stands_in_for=stands_in_for,
            is_hand_over=True,
        )
    except _UNFIT:
        return False
    return True


def _is_returned(reference: str, officer: User, actor: Actor) -> bool:
    complaint = case_lock(reference=reference)
    if not complaint.is_open or complaint.stands_in_for_id != officer.pk:
        return False
    return _is_given(reference, officer, returns_to=None, actor=actor)
