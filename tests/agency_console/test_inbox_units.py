"""Whose cases the lists show: an officer of a unit never meets those of another one."""

import html
import re

import pytest

from shared.accounts.enums import Role
from shared.complaints.models import Complaint
from shared.complaints.selectors import (
    INBOX_VIEWS,
    NO_UNIT,
    CaseFilter,
    inbox,
    inbox_cases,
    inbox_counts,
    inbox_neighbours,
    position_of,
    saved_counts,
)
from shared.complaints.selectors.list_orders import list_sort
from shared.complaints.services import (
    citizen_message_add,
    complaint_assign,
    complaint_reopen,
    complaint_reply,
    question_ask,
)
from shared.kernel.actors import CITIZEN
from shared.units.models import Unit, UnitMember
from shared.units.selectors import unit_scope
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import asked_by, numbers_on, references_on, text_of
from tests.support.factories import REPLY, filed, officer_actor, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(roads):
    """Two units, and one below the first."""
    with agency_context(roads):
        north = Unit.objects.create(name_ar="الشمال", name_fr="Nord", name_en="North")
        south = Unit.objects.create(name_ar="الجنوب", name_fr="Sud", name_en="South")
        below = Unit.objects.create(
            name_ar="طنجة", name_fr="Tanger", name_en="Tangier", parent=north
        )
    return {"north": north, "south": south, "below": below}


@pytest.fixture
def member(agent, roads, tree):
    """The agent belongs to the unit of the north."""
    with agency_context(roads):
        UnitMember.objects.create(unit=tree["north"], user=agent)
    return agent


def filed_for(roads, unit, **columns) -> str:
    """A case of a unit; ``None`` for the agency as a whole."""
    reference = filed(roads).reference
    with agency_context(roads):
        Complaint.objects.filter(reference=reference).update(unit=unit, **columns)
    return reference


@pytest.fixture
def of_all_kinds(roads, tree):
    """In each unit a case for each view: nobody's, late, waiting, re-opened, answered, new."""
    colleague = staff(roads, Role.AGENT, "colleague@roads.example")
    hand = officer_actor(colleague)
    found = {}
    for name, unit in {**tree, "whole": None}.items():
        found[name] = [filed_for(roads, unit) for _ in range(5)]
        late, waiting, answered, reopened, _unheld = found[name]
        with agency_context(roads):
            for reference in (waiting, answered, reopened):
                complaint_assign(reference=reference, officer=colleague, actor=hand)
            question_ask(reference=waiting, body="Which street?", officer=colleague, actor=hand)
            for reference in (answered, reopened):
                complaint_reply(reference=reference, draft=REPLY, officer=colleague, actor=hand)
            complaint_reopen(reference=reopened, body="It is still dark.", actor=CITIZEN)
            citizen_message_add(reference=waiting, body="The second one.", actor=CITIZEN)
            rows = Complaint.objects.filter(reference=late)
            rows.update(due_on="2026-01-01", working_due_on="2026-01-01", risk_on="2026-01-01")
    return found


def test_no_list_number_or_neighbour_is_of_another_unit(roads, member, tree, of_all_kinds):
    own = {*of_all_kinds["north"], *of_all_kinds["below"]}
    with agency_context(roads):
        scope = unit_scope(user=member)
        asked = asked_by(member, scope=scope)
        counts = inbox_counts(**asked, at_most=100)
        for view in INBOX_VIEWS:
            rows = list(inbox(view=view, **asked))
            shown = inbox_cases(view=view, at_most=100, **asked)
            whole = {row.reference for row in inbox(view=view, **asked_by(member))}

            assert {row.reference for row in rows} == whole & own
            assert [line.reference for line in shown] == [row.reference for row in rows]
            assert counts[view].number == len(rows)
            # Of all four; or the test would prove nothing.
            assert not rows or len(whole) == 2 * len(rows)
            for row in rows:
                around = inbox_neighbours(view=view, at=position_of(row, list_sort(view)), **asked)
                beside = {one.reference for one in (around.previous, around.following) if one}
                assert beside <= own - {row.reference}


def test_the_pages_show_an_officer_of_a_unit_nothing_else(console, roads, member, of_all_kinds):
    others = {*of_all_kinds["south"], *of_all_kinds["whole"]}

    for address in ("/?view=open", "/?view=all", "/?view=new", "/?view=answered", "/?q=lamp"):
        page = console.get(address)
        polled = console.get(address.replace("/?", "/inbox/rows/?"))

        assert references_on(page)
        assert not {reference for reference in others if reference in text_of(page)}
        assert references_on(polled) == references_on(page)
    searched = console.get("/", {"view": "all", "q": of_all_kinds["south"][0]})
    assert references_on(searched) == []
    assert numbers_on(console.get("/?view=open"))["all"] == "10"


def test_next_and_previous_stay_in_the_unit(console, roads, member, of_all_kinds):
    own = {*of_all_kinds["north"], *of_all_kinds["below"]}
    reference, seen = of_all_kinds["north"][0], set()
    url = f"/cases/{reference}/?view=all"

    while reference not in seen:
        seen.add(reference)
        page = text_of(console.get(url))
        before = re.findall(r'href="/cases/(\d+)/[^"]*" rel="prev"', page)
        assert set(before) <= own
        url = html.unescape(re.search(r'href="([^"]+)" rel="next"', page).group(1))
        reference = url.split("/")[2]

    assert seen == own


def test_a_case_of_another_unit_that_is_assigned_to_the_officer_is_theirs(
    console, roads, member, tree
):
    reference = filed_for(roads, tree["south"], assignee=member)
    filed_for(roads, tree["south"])

    assert references_on(console.get("/?view=open")) == [reference]


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_who_belongs_to_no_unit_sees_all(console, roads, of_all_kinds, role):
    console.sign_in_as(role, "none@roads.example")

    assert len(references_on(console.get("/?view=all"))) == 20


def test_the_filter_of_a_unit_has_the_units_below_it(console, roads, agent, tree, of_all_kinds):
    north, below = of_all_kinds["north"], of_all_kinds["below"]
    pages = {
        name: references_on(console.get(f"/?view=all&unit={value}"))
        for name, value in (
            ("north", tree["north"].pk), ("below", tree["below"].pk), ("whole", "none"),
        )
    }  # fmt: skip

    assert set(pages["north"]) == {*north, *below}
    assert set(pages["below"]) == set(below)
    assert set(pages["whole"]) == set(of_all_kinds["whole"])


def test_an_officer_of_a_unit_is_offered_no_other_and_cannot_ask_for_one(
    console, roads, member, tree, of_all_kinds
):
    page = text_of(console.get("/inbox/filter/?view=all"))
    asked = console.get(f"/?view=all&unit={tree['south'].pk}")

    offered = re.search(r'<select name="unit".*?</select>', page, re.DOTALL).group()
    assert f'value="{tree["below"].pk}"' in offered
    assert f'value="{tree["south"].pk}"' not in offered
    assert 'value="none"' not in offered
    assert references_on(asked) == []


def test_the_number_of_a_saved_view_is_that_of_the_unit(roads, member, tree, of_all_kinds):
    with agency_context(roads):
        found = saved_counts(
            **asked_by(member, scope=unit_scope(user=member)),
            asked=(
                ("all", CaseFilter()),
                ("open", CaseFilter(kind="complaint")),
                ("all", CaseFilter(unit_id=tree["south"].pk)),
                ("answered", CaseFilter()),
                ("open", CaseFilter(unit_id=NO_UNIT)),
            ),
            at_most=100,
        )

    assert [number for number, _more in found] == [10, 8, 0, 2, 0]


def test_an_officer_whose_units_have_no_case_is_told_why(console, roads, member, tree):
    filed_for(roads, tree["south"])
    console.client.cookies["language"] = "en"

    page = text_of(console.get("/?view=open"))

    assert "Your units have no cases" in page
