"""FS14 in the console: the chain is set, heads are marked, and late cases stand out."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import EventKind
from shared.complaints.selectors import escalation_chain
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.units.models import UnitMember
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import lines_on, numbers_on, references_on, text_of
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.refused_forms import is_refused
from tests.support.units import unit

PAGE = "/setup/escalation/"
USUAL = {
    "term_in_15": "15",
    "term_in_15_audience": "officer",
    "term_in_5": "5",
    "term_in_5_audience": "officer",
    "term_reached_audience": "head",
    "escalated_unit": "1",
    "escalated_agency": "5",
    "escalated_oversight": "15",
}
FILED = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


def chain_of(agency):
    with agency_context(agency):
        return {step.kind: (step.days, step.is_active) for step in escalation_chain()}


def test_fs14_the_form_shows_the_national_chain_and_stores_another_one(console, roads, water):
    console.sign_in_as(Role.ADMINISTRATOR)
    page = text_of(console.get(PAGE))
    for name in ("term_in_15", "escalated_oversight"):
        assert f'name="{name}" value="{USUAL[name]}"' in page

    answer = console.post(PAGE, {**USUAL, "term_in_15": "", "term_in_5": "10"})

    assert answer.status_code == 302
    assert chain_of(roads)[EventKind.TERM_IN_15] == (-1, False)
    assert chain_of(roads)[EventKind.TERM_IN_5] == (-10, True)
    assert chain_of(water)[EventKind.TERM_IN_5] == (-5, True)
    page = text_of(console.get(PAGE))
    assert 'name="term_in_5" value="10"' in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"escalated_oversight": "16"}, "Choose a number of days from 3 to 15."),
        ({"escalated_oversight": ""}, "Choose a number of days from 3 to 15."),
        ({"escalated_unit": "0"}, "Choose a number of days from 1 to 5."),
        ({"escalated_agency": "x"}, "Choose a number of days from 3 to 10."),
        ({"term_in_15": "31"}, "Choose a number of days from 1 to 30."),
        ({"term_in_15": "3"}, "This step cannot come before the one above it."),
        ({"escalated_oversight": "4"}, "This step cannot come before the one above it."),
        ({"term_in_15": "", "term_in_5": ""}, "Keep at least one of the two reminders."),
    ],
)
def test_what_is_outside_the_bounds_is_said_beside_its_field(console, roads, changes, said):
    console.sign_in_as(Role.ADMINISTRATOR)
    before = chain_of(roads)

    answer = console.post(PAGE, {**USUAL, **changes})

    assert is_refused(answer)
    assert said in text_of(answer)
    assert chain_of(roads) == before


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
def test_only_an_administrator_sets_the_chain(console, roads, role):
    console.sign_in_as(role)

    assert console.get(PAGE).status_code == 403
    assert console.post(PAGE, {**USUAL, "term_in_5": "4"}).status_code == 403
    assert chain_of(roads)[EventKind.TERM_IN_5] == (-5, True)


# --- the head of a unit --------------------------------------------------------------------------


def heads_of(agency):
    with agency_context(agency):
        return list(UnitMember.objects.filter(is_head=True).values_list("user_id", flat=True))


def test_fs14_the_head_of_a_unit_is_marked_on_the_page_of_its_members(console, roads):
    console.sign_in_as(Role.ADMINISTRATOR)
    agent, other = (staff(roads, Role.AGENT, f"{one}@roads.example") for one in ("a", "b"))
    with agency_context(roads):
        number = unit("Lamps", agent, other)
    address = f"/units/{number}/members/"

    console.post(address, {"members": [agent.pk, other.pk], "heads": [agent.pk]})

    assert heads_of(roads) == [agent.pk]
    assert "(head of the unit)" in text_of(console.get("/units/"))
    console.post(address, {"members": [agent.pk, other.pk], "heads": []})
    assert heads_of(roads) == []


def test_nobody_heads_a_unit_without_being_its_member(console, roads):
    console.sign_in_as(Role.ADMINISTRATOR)
    agent, stranger = (staff(roads, Role.AGENT, f"{one}@roads.example") for one in ("a", "b"))
    with agency_context(roads):
        number = unit("Lamps", agent)

    answer = console.post(
        f"/units/{number}/members/", {"members": [agent.pk], "heads": [stranger.pk]}
    )

    assert is_refused(answer)
    assert "The head of a unit must be one of its members." in text_of(answer)
    assert heads_of(roads) == []


def test_a_member_who_leaves_is_no_head_any_more(console, roads):
    console.sign_in_as(Role.ADMINISTRATOR)
    agent = staff(roads, Role.AGENT, "a@roads.example")
    with agency_context(roads):
        number = unit("Lamps", agent)
    address = f"/units/{number}/members/"
    console.post(address, {"members": [agent.pk], "heads": [agent.pk]})

    console.post(address, {"members": [], "heads": []})
    console.post(address, {"members": [agent.pk], "heads": []})

    assert heads_of(roads) == []


# --- lists ---------------------------------------------------------------------------------------


@pytest.fixture
def late(roads):
    """A case for each step of the chain, the one of the last step first; and one on time."""
    found = []
    for days in (16, 5, 1, 0, -5, -15, -40):
        with clock.travel(FILED - timedelta(days)):
            found.append(filed(roads).reference)
    with agency_context(roads), at_term():
        services.cases_escalate(actor=SYSTEM)
    return found


def at_term():
    return clock.travel(FILED + timedelta(60))


def test_fs14_escalated_cases_have_a_list_a_number_and_a_mark(console, agent, late):
    with at_term():
        page = console.get("/?view=escalated")
        everything = console.get("/?view=open")

    assert references_on(page) == late[:3]
    assert numbers_on(page)["escalated"] == "3"
    marked = [line for line in lines_on(everything) if ">escalated<" in line]
    assert len(marked) == 3
    assert all(">escalated<" in line for line in lines_on(page))


def test_fs14_the_list_costs_as_many_queries_for_one_case_as_for_fifty(console, agent, roads):
    def asked(number):
        for _one in range(number):
            with clock.travel(FILED - timedelta(20)):
                filed(roads)
        with agency_context(roads), at_term():
            services.cases_escalate(actor=SYSTEM)
        with at_term():
            console.get("/?view=escalated")
            with CaptureQueriesContext(connection) as found:
                page = console.get("/?view=escalated")
        return len(found), len(references_on(page))

    first, more = asked(1), asked(49)

    assert (first[1], more[1]) == (1, 50)
    assert first[0] == more[0]


def test_the_page_of_the_case_says_to_whom_it_was_brought(console, agent, late):
    with at_term():
        pages = [text_of(console.get(f"/cases/{one}/")) for one in late]

    said = [
        "<strong>Overdue: brought to national oversight</strong>",
        "<strong>Overdue: brought to the head of the agency</strong>",
        "<strong>Overdue: brought to the head of the unit</strong>",
    ]
    assert [words in page for words, page in zip(said, pages, strict=False)] == [True] * 3
    assert not any("<strong>Overdue" in page for page in pages[3:])


def test_an_answered_case_is_in_the_list_no_more(console, agent, roads, late):
    with agency_context(roads), at_term():
        services.complaint_reply(
            reference=late[0], draft=REPLY, officer=agent, actor=officer_actor(agent)
        )

    with at_term():
        page = console.get("/?view=escalated")
    assert references_on(page) == late[1:3]
    with at_term():
        assert "<strong>Overdue" not in text_of(console.get(f"/cases/{late[0]}/"))


def test_fs9_the_page_of_the_days_says_what_happened(console, agent, late):
    with at_term():
        page = text_of(console.get(f"/cases/{late[1]}/days/"))

    with at_term():
        reminded = text_of(console.get(f"/cases/{late[5]}/days/"))
    assert "The administration was reminded of the legal deadline" in reminded
    for words in (
        "The last day of the legal term",
        "Overdue: brought to the head of the unit",
        "Overdue: brought to the head of the agency",
    ):
        assert words in page
    assert "Overdue: brought to national oversight" not in page
