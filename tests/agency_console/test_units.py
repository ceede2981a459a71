"""The tree of units and their members, as administrators and supervisors change it."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.complaints.enums import EventKind
from shared.complaints.selectors import case_events, complaint_get
from shared.complaints.services import absence_enter, complaint_assign
from shared.directory.models import Organisation
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.units.models import Unit
from shared.units.selectors import unit_members, unit_scope, units, units_without_officer
from shared.units.services import unit_close
from shared.units.types import UnitScope
from tenants.agencies.selectors import address_book_clear
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.support.factories import filed, organisation_of, staff
from tests.support.refused_forms import is_refused
from tests.support.units import join, unit

NEW = {"name_ar": "مصلحة الطرق", "name_fr": "Service des routes", "name_en": "", "parent": "agency"}


@pytest.fixture
def administrator(console):
    """An administrator, signed in; the pages are in English."""
    console.client.cookies["language"] = "en"
    return console.sign_in_as(Role.ADMINISTRATOR)


@pytest.fixture
def tree(roads):
    """A unit, one below it, and one beside."""
    with agency_context(roads):
        above = unit("Above")
        return {"above": above, "below": unit("Below", parent=above), "beside": unit("Beside")}


def known(console):
    """Names and parents of the units in use."""
    with agency_context(console.agency):
        return {one.names.fr: one.parent_id for one in units() if one.is_active}


def members(console, number):
    """The numbers of the members of a unit."""
    with agency_context(console.agency):
        return {user for user, numbers in unit_members().items() if number in numbers}


def log(console):
    """What the agency's log says of units, oldest first."""
    with agency_context(console.agency):
        rows = AuditEntry.objects.filter(action__startswith="unit.").order_by("pk")
        return [(row.action, row.actor_label) for row in rows]


def shown(page):
    """The names of the units on the page, in order."""
    found = re.findall(r'<h2>(?:<a href="/units/\d+/">)?<bdi>(.*?)</bdi>', text_of(page))
    assert page.status_code == 200
    return found


def test_an_administrator_makes_a_unit_that_handles_its_things(console, administrator, roads):
    with agency_context(roads):
        organisation_of(roads)
    Organisation.objects.create(
        code="bridges", kind="institution", name_ar="x", name_fr="Passerelles", name_en="Bridges",
        agency_code="roads",
    )  # fmt: skip
    address_book_clear()

    made = console.post(
        "/units/add/",
        {**NEW, "organisations": ["bridges"], "places": "Fès\r\n\r\n فاس \r\nfes"},
    )

    assert made.url == "/units/"
    with agency_context(roads):
        (one,) = units()
    # Two spellings that read the same are one place.
    assert (one.names.en, one.organisation_codes) == ("Service des routes", ("bridges",))
    assert {"فاس"} < set(one.places)
    assert len(one.places) == 2
    assert log(console) == [("unit.created", administrator.name)]


@pytest.mark.parametrize(
    "change",
    [{"name_ar": ""}, {"name_fr": " "}, {"name_fr": "x" * 121}, {"parent": "77"}, {"parent": ""}],
)
def test_no_unit_is_made_from_a_bad_form(console, administrator, change):
    page = console.post("/units/add/", {**NEW, **change})

    assert is_refused(page)
    assert known(console) == {}


def test_a_unit_is_renamed_and_keeps_its_place(console, administrator, tree):
    page = text_of(console.get(f"/units/{tree['below']}/"))
    console.post(f"/units/{tree['below']}/", {**NEW, "places": "Rabat"})

    assert 'value="Below"' in page
    assert known(console) == {
        "Above": None, "Service des routes": tree["above"], "Beside": None,
    }  # fmt: skip


def test_a_unit_is_moved_with_those_below_it(console, administrator, tree):
    console.post(f"/units/{tree['above']}/move/", {"parent": tree["beside"]})
    page = console.get("/units/")

    assert shown(page) == ["Beside", "Above", "Below"]
    assert known(console)["Above"] == tree["beside"]
    assert log(console)[-1] == ("unit.moved", administrator.name)


@pytest.mark.parametrize("under", ["above", "below"])
def test_a_unit_is_never_moved_under_itself(console, administrator, tree, under):
    page = console.post(f"/units/{tree['above']}/move/", {"parent": tree[under]})

    assert is_refused(page)
    assert known(console) == {"Above": None, "Below": tree["above"], "Beside": None}


def test_a_retired_units_open_cases_go_to_its_parent_and_keep_their_officers(
    console, administrator, tree, roads
):
    officer = staff(roads, Role.AGENT)
    with agency_context(roads):
        below = unit("Street", parent=tree["below"])
        Unit.objects.filter(pk=tree["below"]).update(places=["Fès"])
        held, free, other = (
            filed(roads, place=place).reference for place in ("Fès", "Fès", "Rabat")
        )
        complaint_assign(reference=held, officer=officer, actor=SYSTEM)
    asked = text_of(console.get(f"/units/{tree['below']}/retire/"))

    console.post(f"/units/{tree['below']}/retire/")

    assert "It has 2 open cases. They go to “<bdi>Above</bdi>”" in asked
    assert known(console) == {"Above": None, "Beside": None, "Street": tree["above"]}
    with agency_context(roads):
        cases = [complaint_get(reference=one) for one in (held, free, other)]
        last = [case_events(case)[-1] for case in cases]
        assert [case.unit_id for case in cases] == [tree["above"], tree["above"], None]
        assert [case.assignee for case in cases] == [officer, None, None]
        assert [event.kind for event in last] == [
            EventKind.UNIT_CHANGED, EventKind.UNIT_CHANGED, EventKind.RECEIVED,
        ]  # fmt: skip
        assert last[0].actor_label == administrator.name
    assert below


@pytest.mark.parametrize("path", ["", "move/", "retire/", "members/"])
@pytest.mark.parametrize("number", ["retired", "7777777", "9" * 30])
def test_what_is_no_unit_in_use_is_not_there(console, administrator, tree, roads, path, number):
    if number == "retired":
        number = tree["beside"]
        with agency_context(roads):
            unit_close(unit_id=number, actor=SYSTEM)

    assert console.get(f"/units/{number}/{path}").status_code == 404
    assert console.post(f"/units/{number}/{path}", NEW).status_code == 404


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
def test_only_administrators_change_the_tree(console, tree, role):
    console.sign_in_as(role)
    before = known(console)

    pages = [
        console.post(path, {**NEW, "parent": tree["beside"]})
        for path in (
            "/units/add/", f"/units/{tree['below']}/", f"/units/{tree['below']}/move/",
            f"/units/{tree['below']}/retire/",
        )
    ]  # fmt: skip

    assert {page.status_code for page in pages} == {403}
    assert known(console) == before
    assert console.get("/units/").status_code == (403 if role == Role.AGENT else 200)


@pytest.fixture
def supervisor(console, tree, roads):
    """A supervisor of one unit, signed in; the pages are in English."""
    console.client.cookies["language"] = "en"
    user = staff(roads, Role.SUPERVISOR, "boss@roads.example")
    with agency_context(roads):
        join(tree["above"], user)
    return console.sign_in(user)


def test_a_supervisor_manages_the_members_of_their_units_and_of_no_others(
    console, supervisor, tree, roads
):
    agent = staff(roads, Role.AGENT)
    page = console.get("/units/")

    done = {
        name: console.post(f"/units/{tree[name]}/members/", {"members": [agent.pk]}).status_code
        for name in tree
    }

    assert done == {"above": 302, "below": 302, "beside": 404}
    assert f"/units/{tree['beside']}/members/" not in text_of(page)
    assert members(console, tree["above"]) == {agent.pk, supervisor.pk}
    assert members(console, tree["below"]) == {agent.pk}
    assert members(console, tree["beside"]) == set()
    assert log(console)[-1] == ("unit.member_added", supervisor.name)


def test_a_supervisor_changes_no_rights_of_supervisors_and_administrators(
    console, supervisor, tree, roads
):
    boss = staff(roads, Role.ADMINISTRATOR)
    with agency_context(roads):
        join(tree["above"], boss)
    page = text_of(console.get(f"/units/{tree['above']}/members/"))

    left_out = console.post(f"/units/{tree['above']}/members/", {"members": []})
    put_in = console.post(f"/units/{tree['below']}/members/", {"members": [supervisor.pk]})

    assert f'value="{supervisor.pk}"' not in page
    assert supervisor.name in page
    assert (left_out.status_code, is_refused(put_in)) == (302, True)
    assert members(console, tree["above"]) == {boss.pk, supervisor.pk}


def test_a_supervisor_of_a_unit_lets_nobody_out_into_the_whole_agency(
    console, supervisor, tree, roads
):
    agent = staff(roads, Role.AGENT)
    with agency_context(roads):
        join(tree["below"], agent)

    refused = console.post(f"/units/{tree['below']}/members/", {"members": []})
    with agency_context(roads):
        scope = unit_scope(user=agent)
        join(tree["beside"], agent)
    allowed = console.post(f"/units/{tree['below']}/members/", {"members": []})

    assert (is_refused(refused), allowed.status_code) == (True, 302)
    assert "would then see all cases of the administration" in text_of(refused)
    assert scope == UnitScope(unit_ids=frozenset({tree["below"]}))
    assert members(console, tree["beside"]) == {agent.pk}


def test_an_administrator_takes_anybody_out_of_their_last_unit(console, administrator, tree, roads):
    agent = staff(roads, Role.AGENT)
    with agency_context(roads):
        join(tree["below"], agent)

    console.post(f"/units/{tree['below']}/members/", {"members": []})

    assert members(console, tree["below"]) == set()
    assert log(console)[-1][0] == "unit.member_removed"


def test_a_unit_without_a_present_officer_is_flagged(console, administrator, tree, roads):
    present, away, gone = (
        staff(roads, Role.AGENT, f"{name}@roads.example") for name in ("a", "b", "c")
    )
    invited = staff(roads, Role.AGENT, "d@roads.example")
    with agency_context(roads):
        join(tree["above"], present, away)
        join(tree["below"], away, gone, invited)
        for user, change in ((gone, {"is_active": False}), (invited, {"password": ""})):
            type(user).objects.filter(pk=user.pk).update(**change)
        before = units_without_officer()
        today = clock.today()
        for user in (away, present):
            absence_enter(user=user, first_day=today, last_day=today, substitute=None, actor=SYSTEM)
            if user == away:
                halfway = units_without_officer()
        after = units_without_officer()
    tree_page, staff_page = text_of(console.get("/units/")), text_of(console.get("/staff/"))

    assert before == {tree["beside"]}
    assert halfway == {tree["below"], tree["beside"]}
    assert after == set(tree.values())
    assert tree_page.count("Nobody is present") == 3
    assert "Units in which nobody is present" in staff_page


def test_the_tree_costs_as_many_queries_for_one_unit_as_for_fifty(console, administrator, roads):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert console.get("/units/").status_code == 200
        return len(asked)

    people = [staff(roads, Role.AGENT, f"p{number}@roads.example") for number in range(3)]
    with agency_context(roads):
        parent = unit("First", people[0])
    console.get("/units/")
    one = cost()
    with agency_context(roads):
        for number in range(49):
            parent = unit(f"Unit {number}", *people, parent=parent if number % 7 else None)

    assert cost() == one


def test_the_bodies_of_a_large_agency_are_typed(console, administrator, roads):
    with agency_context(roads):
        organisation_of(roads)
    Organisation.objects.bulk_create(
        Organisation(
            code=f"c{number}", kind="commune", name_ar=f"جماعة {number}", agency_code="roads",
            name_fr=f"Commune d’Été {number}", name_en=f"Summer {number}",
        )
        for number in range(60)
    )  # fmt: skip
    address_book_clear()

    unknown = console.post("/units/add/", {**NEW, "organisations": "Summer 7\r\nWinter 3"})
    made = console.post("/units/add/", {**NEW, "organisations": "summer 7\r\nSUMMER 12"})

    assert (is_refused(unknown), made.status_code) == (True, 302)
    assert "Winter 3" in text_of(unknown)
    with agency_context(roads):
        (one,) = units()
    assert one.organisation_codes == ("c12", "c7")
