"""The history of a case says to officers who got it, and to the citizen no officer's name."""

import re

import pytest

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.selectors import case_events, public_case
from shared.complaints.services import complaint_assign, complaint_reply
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.support.factories import REPLY, officer_actor, staff

GIVER, TAKER = "Salma Berrada", "Anass Chraibi"


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


@pytest.fixture
def people(console, roads):
    """A supervisor, signed in, and an agent, with names that stand nowhere else."""
    giver = console.sign_in_as(Role.SUPERVISOR, "giver@roads.example")
    taker = staff(roads, Role.AGENT, "taker@roads.example")
    with agency_context(roads):
        for user, name in ((giver, GIVER), (taker, TAKER)):
            user.name = name
            User.objects.filter(pk=user.pk).update(name=name)
    return giver, taker


def told(console, reference):
    """What the history says of each assignment."""
    page = text_of(console.get(f"/cases/{reference}/"))
    return re.findall(r"Assigned to: \u2068([^\u2069]+)\u2069", page)


def test_the_history_says_who_got_the_case(console, people, reference):
    _giver, taker = people
    console.post(
        f"/cases/{reference}/assign/",
        {"officer": taker.pk, "version": console.case(reference).version},
    )
    console.post(f"/cases/{reference}/take/", {"version": console.case(reference).version})

    assert told(console, reference) == [TAKER, GIVER]


def test_the_name_stays_what_it_was_on_that_day(console, people, reference, roads):
    giver, taker = people
    with agency_context(roads):
        complaint_assign(reference=reference, officer=taker, actor=officer_actor(giver))
        User.objects.filter(pk=taker.pk).update(name="Anass El Fassi")

    assert told(console, reference) == [TAKER]


def test_who_answers_a_case_that_nobody_had_is_named_too(console, people, reference, roads):
    giver, _taker = people
    with agency_context(roads):
        complaint_reply(reference=reference, draft=REPLY, officer=giver, actor=officer_actor(giver))
        names = [(one.kind, one.assigned_to) for one in case_events(console.case(reference))]

    assert names == [("received", ""), ("assigned", GIVER), ("answered", "")]


def test_the_system_names_whom_it_gives_a_case(console, people, reference, roads):
    with agency_context(roads):
        complaint_assign(reference=reference, officer=people[1], actor=SYSTEM)

    page = text_of(console.get(f"/cases/{reference}/"))
    assert told(console, reference) == [TAKER]
    assert "Action by: \u2068The system\u2069" in page


def test_the_citizen_reads_no_officers_name(console, people, reference, roads):
    giver, taker = people
    with agency_context(roads):
        complaint_assign(reference=reference, officer=taker, actor=officer_actor(giver))
        complaint_reply(reference=reference, draft=REPLY, officer=taker, actor=officer_actor(taker))
        shown = repr(public_case(reference=reference))

    assert told(console, reference) == [TAKER]
    assert [name for name in (GIVER, TAKER) if name in shown] == []
