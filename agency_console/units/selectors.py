"""Selectors of units, members and absences for their pages."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from agency_console.access.selectors import name_of, sorted_by_name
from agency_console.units.types import MemberChoices, UnitLine, UnitMemberLine
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.permissions import may_administer, may_assign
from shared.accounts.selectors import officers, officers_with_access, staff_list
from shared.catalogue.selectors import category_codes_offered, category_names_shown
from shared.complaints.selectors import open_cases_by
from shared.directory.selectors.organisations import organisation_kinds
from shared.kernel import clock
from shared.kernel.groups import grouped
from shared.kernel.text import search_key
from shared.routing.selectors import rules
from shared.ui.dates import day_text
from shared.ui.links import page_language
from shared.units.errors import UnitNotFound
from shared.units.selectors import (
    absences,
    absent_until,
    may_substitute_ids,
    memberships,
    unit_members,
    units,
    units_without_officer,
)
from shared.units.types import UnitInfo, UnitScope, with_descendants
from tenants.agencies.selectors import agency_bodies, agency_info
from tenants.models import Agency

# The names of units in a list begin with this indent for each level of the tree.
INDENT = "\u2003"
# The form value of the agency as a whole, because the value "" means no choice.
WHOLE = "agency"


def unit_tree(*, agency: Agency, scope: UnitScope) -> list[UnitLine]:
    """Return every unit in use in the order of the tree; the number of queries is constant."""
    language = page_language()
    bodies, categories = agency_bodies(agency_code=agency.code).labels, category_names_shown()
    unattended, open_cases = units_without_officer(), open_cases_by("unit")
    members = _members_by_unit()
    return [
        UnitLine(
            id=unit.id,
            depth=depth,
            name=unit.names.text(language),
            categories=tuple(name_of(code, categories) for code in unit.category_codes),
            organisations=tuple(name_of(code, bodies) for code in unit.organisation_codes),
            places=unit.places,
            members=tuple(members.get(unit.id, ())),
            open_cases=open_cases.get(unit.id, 0),
            is_unattended=unit.id in unattended,
            may_change_members=scope.holds(unit.id),
        )
        for unit, depth in in_tree_order(units())
    ]


def in_tree_order(found: Sequence[UnitInfo]) -> Iterator[tuple[UnitInfo, int]]:
    """Yield the units in use with their depths, each unit before its subunits."""
    language = page_language()
    below = grouped((unit.parent_id, unit) for unit in found if unit.is_active)
    waiting = [(unit, 0) for unit in _by_name(below.get(None, []), language)]
    while waiting:
        unit, depth = waiting.pop(0)
        yield unit, depth
        waiting[:0] = [(one, depth + 1) for one in _by_name(below.get(unit.id, []), language)]


def unit_choices(*, agency: Agency, leave_out: Iterable[int] = ()) -> list[tuple[str, str]]:
    """Return the agency as a whole and every unit in use as choices, indented as in the tree."""
    language, gone = page_language(), set(leave_out)
    return [
        (WHOLE, agency_info(agency).name(language)),
        *(
            (str(unit.id), f"{INDENT * (depth + 1)}{unit.names.text(language)}")
            for unit, depth in in_tree_order(units())
            if unit.id not in gone
        ),
    ]


def unit_below(unit_id: int) -> frozenset[int]:
    """Return the ids of a unit and of all its subunits."""
    return with_descendants([unit_id], {unit.id: unit.parent_id for unit in units()})


def unit_name(unit: UnitInfo) -> str:
    """Return the name of a unit in the language of the page."""
    return unit.names.text(page_language())


def parent_name(unit: UnitInfo, *, agency: Agency) -> str:
    """Return the name of a unit's parent: a unit, or the agency as a whole."""
    parent = {one.id: one for one in units()}.get(unit.parent_id or 0)
    return unit_name(parent) if parent else agency_info(agency).name(page_language())


def category_choices(agency: Agency, *, chosen: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return the categories of the agency's bodies and those in ``chosen``, sorted by name."""
    own = agency_bodies(agency_code=agency.code).own
    offered = category_codes_offered(bodies=organisation_kinds(codes=own))
    names = category_names()
    return sorted_by_name(
        {code: name for code, name in names.items() if code in {*offered, *chosen}}
    )


def category_names() -> dict[str, str]:
    """Return a dict of all categories: code -> name."""
    return {code: name.text(page_language()) for code, name in category_names_shown().items()}


def rule_names_of_unit(*, unit_id: int) -> list[str]:
    """Return the names of all rules that send requests to a unit, in the rules' order."""
    return [rule.draft.name for rule in rules() if rule.draft.unit_id == unit_id]


def organisation_names_of(agency: Agency) -> dict[str, str]:
    """Return a dict of the agency's own bodies: code -> name."""
    bodies = agency_bodies(agency_code=agency.code)
    return dict(sorted_by_name({code: name_of(code, bodies.labels) for code in bodies.own}))


def member_choices(*, unit: UnitInfo, officer: User, scope: UnitScope) -> MemberChoices:
    """Return the colleagues whom ``officer`` may make members of a unit.

    Administrators may choose everybody; supervisors may choose agents only. Raises
    ``UnitNotFound`` for a unit outside the scope.
    """
    if not scope.holds(unit.id):
        raise UnitNotFound(str(unit.id))
    is_administrator = may_administer(officer.role)
    here = {one.user_id: one.is_head for one in memberships() if one.unit_id == unit.id}
    people = [one for one in staff_list() if one.is_active or one.pk in here]
    may = {one.pk: one.name for one in people if is_administrator or one.role == Role.AGENT}
    return MemberChoices(
        names=may,
        chosen=tuple(user_id for user_id in may if user_id in here),
        heads=tuple(user_id for user_id in may if here.get(user_id)),
        fixed=tuple(one.name for one in people if one.pk in here and one.pk not in may),
    )


def officers_managed(*, officer: User, scope: UnitScope) -> dict[int, str]:
    """Return a dict: id -> name of the officers whose absences the officer may enter."""
    found = {officer.pk: officer.name}
    if not may_assign(officer.role):
        return found
    members = unit_members()
    for one in officers():
        if scope.unit_ids is None or scope.unit_ids & set(members.get(one.pk, ())):
            found.setdefault(one.pk, one.name)
    return found


def substitute_choices(*, user_id: int) -> list[tuple[str, str]]:
    """Return possible substitutes of an officer as choices, with the days of their absences."""
    able = may_substitute_ids(user_id=user_id)
    absent: dict[int, list[str]] = {}
    for one in absences():
        days = _("absent %(first)s to %(last)s") % {
            "first": day_text(one.first_day),
            "last": day_text(one.last_day),
        }
        absent.setdefault(one.user_id, []).append(days)
    return [
        (str(one.pk), " · ".join([one.name, *absent.get(one.pk, [])]))
        for one in officers_with_access()
        if one.pk in able
    ]


def _members_by_unit() -> dict[int, list[UnitMemberLine]]:
    absent = absent_until(on=clock.today())
    people = {one.pk: one for one in staff_list()}
    units_of = grouped((membership.user_id, membership) for membership in memberships())
    found: dict[int, list[UnitMemberLine]] = {}
    for user_id, one in people.items():
        for membership in units_of.get(user_id, ()):
            found.setdefault(membership.unit_id, []).append(
                UnitMemberLine(
                    name=one.name,
                    is_active=one.is_active,
                    is_head=membership.is_head,
                    absent_until=absent.get(one.pk),
                )
            )
    return found


def _by_name(found: Iterable[UnitInfo], language: str) -> list[UnitInfo]:
    return sorted(found, key=lambda one: (search_key(one.names.text(language)), one.id))
