"""Selectors of colleagues: their roles, sign-ins and open cases."""

from datetime import date

from agency_console.staff.types import Colleague
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.selectors import officers_with_access, staff_list
from shared.complaints.selectors import open_cases_by
from shared.kernel import clock
from shared.ui.links import page_language
from shared.units import selectors as all_units


def colleagues() -> list[Colleague]:
    """Return all colleagues, active colleagues first; the number of queries is constant."""
    language = page_language()
    names = {unit.id: unit.names.text(language) for unit in all_units.units() if unit.is_active}
    members, absent = all_units.unit_members(), all_units.absent_until(on=clock.today())
    held = open_cases_by("assignee")
    return [
        colleague_of(
            user,
            units=tuple(names[one] for one in members.get(user.pk, ()) if one in names),
            is_unit_retired=user.pk in members and not names.keys() & set(members[user.pk]),
            absent_until=absent.get(user.pk),
            open_cases=held.get(user.pk, 0),
        )
        for user in staff_list()
    ]


def colleague_of(
    user: User,
    *,
    units: tuple[str, ...] = (),
    is_unit_retired: bool = False,
    absent_until: date | None = None,
    open_cases: int = 0,
) -> Colleague:
    """Return the data of one person for the staff pages."""
    return Colleague(
        pk=user.pk,
        name=user.name,
        email=user.email,
        role=Role(user.role),
        is_active=user.is_active,
        last_login=user.last_login,
        units=units,
        is_unit_retired=is_unit_retired,
        absent_until=absent_until,
        open_cases=open_cases,
    )


def units_unattended() -> list[str]:
    """Return the names of units without a member who can answer today."""
    language, flagged = page_language(), all_units.units_without_officer()
    return [unit.names.text(language) for unit in all_units.units() if unit.id in flagged]


def successor_choices(*, leaving: User) -> list[tuple[str, str]]:
    """Return the colleagues to whom a leaving officer's cases can be reassigned."""
    absent = all_units.absent_until(on=clock.today())
    return [
        (str(one.pk), one.name)
        for one in officers_with_access()
        if one.pk != leaving.pk and one.pk not in absent
    ]
