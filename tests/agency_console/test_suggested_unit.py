"""A case is handed to the unit that past cases suggest, by a button and never by itself."""

import html
import re

import pytest

from shared.accounts.enums import Role
from shared.complaints.models import Complaint
from shared.complaints.selectors import case_events, case_notes
from shared.complaints.services import citizen_message_add, complaint_assign, complaint_withdraw
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.support.factories import filed, officer_actor
from tests.support.refused_forms import is_refused
from tests.support.units import join, unit

CARD = {
    "subject": "National identity card: how long to wait",
    "body": "My national identity card is not ready and nobody tells me how long I wait for it.",
    "language": "en",
}
FORM = re.compile(r'<form method="post" action="(/units/cases/[^"]+)">(.*?)</form>', re.DOTALL)


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


@pytest.fixture
def cards(roads):
    """A unit that has eight cases of the same matter."""
    for _ in range(8):
        filed(roads, **CARD)
    with agency_context(roads):
        number = unit("Cards")
        Complaint.objects.update(unit=number)
    return number


@pytest.fixture
def case_here(roads, cards):
    return filed(roads, **CARD).reference


def button(console, reference):
    """Where the button sends, and what; nothing where there is no button."""
    found = FORM.search(text_of(console.get(f"/cases/{reference}/similar/")))
    if found is None:
        return None
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', found.group(2))
    return found.group(1), {name: html.unescape(value) for name, value in fields}


def test_the_button_hands_the_case_over_with_the_evidence_as_its_reason(
    console, agent, case_here, cards, roads
):
    where, words = button(console, case_here)
    before = console.case(case_here).unit_id

    page = console.post(where, words)

    case = console.case(case_here)
    with agency_context(roads):
        events = case_events(case)
        (note,) = case_notes(case, events=events)
    assert (before, case.unit_id) == (None, cards)
    assert [event.kind for event in events].count("unit_changed") == 1
    assert note.body == "8 of 8 similar cases are in this unit."
    assert page.url == f"/cases/{case_here}/"


def test_nothing_is_handed_over_by_reading(console, agent, case_here):
    button(console, case_here)

    assert console.case(case_here).unit_id is None


def test_a_case_that_has_changed_meanwhile_stays(console, agent, case_here, roads):
    where, words = button(console, case_here)
    with agency_context(roads):
        citizen_message_add(reference=case_here, body="It came today.", actor=CITIZEN)

    page = console.post(where, words)

    assert is_refused(page)
    assert console.case(case_here).unit_id is None


def test_who_may_not_handle_the_case_has_no_button(console, agent, case_here, colleague, roads):
    with agency_context(roads):
        complaint_assign(reference=case_here, officer=colleague, actor=officer_actor(colleague))

    assert button(console, case_here) is None


def test_a_case_that_has_ended_has_no_button(console, agent, case_here, roads):
    with agency_context(roads):
        complaint_withdraw(reference=case_here, actor=CITIZEN)

    assert button(console, case_here) is None


def test_who_hands_it_to_another_unit_reads_what_follows(console, case_here, cards, roads):
    user = console.sign_in_as(Role.AGENT, "north@roads.example")
    with agency_context(roads):
        north = unit("North")
        join(north, user)
        Complaint.objects.filter(reference=case_here).update(unit=north)
    told = "You can open it afterwards only if you belong to that unit"
    shown = text_of(console.get(f"/cases/{case_here}/similar/"))
    where, words = button(console, case_here)

    page = console.post(where, words)

    assert told in shown
    assert page.url == "/"
    assert console.get(f"/cases/{case_here}/").status_code == 404
