"""Absences as officers and their supervisors enter, change and end them."""

from datetime import timedelta

import pytest

from shared.accounts.enums import Role
from shared.complaints.services import complaint_assign
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.units.selectors import absences
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import Console, text_of
from tests.support.factories import filed, staff
from tests.support.refused_forms import is_refused
from tests.support.units import join, unit

DAY = timedelta(days=1)


def days(first=0, last=2, **more):
    """What the form of an absence sends; days from today on."""
    today = clock.today()
    return {"first_day": today + first * DAY, "last_day": today + last * DAY, **more}


def entered(console):
    """Who is absent, when, and for whom somebody stands in."""
    with agency_context(console.agency):
        return [(one.user_id, one.first_day, one.last_day, one.substitute_id) for one in absences()]


@pytest.fixture
def own(console, agent, colleague, roads):
    """An agent with an open case, signed in, and a colleague."""
    console.client.cookies["language"] = "en"
    reference = filed(roads).reference
    with agency_context(roads):
        complaint_assign(reference=reference, officer=agent, actor=SYSTEM)
    return reference


def test_an_officer_enters_changes_and_ends_their_own_absence(console, agent, colleague, own):
    settings = text_of(console.get("/setup/"))
    console.post(f"/units/absences/add/{agent.pk}/", days(substitute=colleague.pk))
    handed = console.case(own).assignee
    with agency_context(console.agency):
        (absence,) = absences()
    page = text_of(console.get("/units/absences/"))
    console.post(f"/units/absences/{absence.id}/", days(last=5))
    longer = entered(console)
    history = text_of(console.get(f"/cases/{own}/"))
    console.post(f"/units/absences/{absence.id}/end/")

    today = clock.today()
    assert "/units/absences/" in settings
    assert handed == colleague
    assert "Absent now" in page
    assert longer == [(agent.pk, today, today + 5 * DAY, colleague.pk)]
    assert history.count("An officer was assigned") == 2
    assert console.case(own).assignee == agent
    assert entered(console) == []


@pytest.mark.parametrize(
    "sent",
    [
        {"first_day": "", "last_day": ""},
        {"first_day": "tomorrow", "last_day": "2026-13-01"},
        days(first=-1),
        days(first=2, last=1),
        days(substitute="999999"),
        days(last=500),
    ],
)
def test_nothing_is_entered_from_a_bad_form(console, agent, own, sent):
    page = console.post(f"/units/absences/add/{agent.pk}/", sent)

    assert is_refused(page)
    assert entered(console) == []
    assert console.case(own).assignee == agent


def test_a_substitute_who_is_absent_too_is_refused_in_a_clear_sentence(
    console, agent, colleague, own, roads
):
    theirs = Console(client=type(console.client)(), agency=roads)
    theirs.sign_in(colleague)
    theirs.post(f"/units/absences/add/{colleague.pk}/", days(first=2, last=2))

    page = console.post(f"/units/absences/add/{agent.pk}/", days(substitute=colleague.pk))

    assert is_refused(page)
    assert f"{colleague.name} is absent too" in text_of(page)
    assert len(entered(console)) == 1


def test_an_agent_enters_and_changes_nothing_for_others(console, agent, colleague, own, roads):
    theirs = Console(client=type(console.client)(), agency=roads)
    theirs.sign_in(colleague)
    theirs.post(f"/units/absences/add/{colleague.pk}/", days(first=2, last=2))
    with agency_context(roads):
        (absence,) = absences()
    before = entered(console)

    pages = [
        console.post(f"/units/absences/add/{colleague.pk}/", days()),
        console.post(f"/units/absences/{absence.id}/", days()),
        console.post(f"/units/absences/{absence.id}/end/"),
        console.get(f"/units/absences/{absence.id}/"),
    ]

    assert {page.status_code for page in pages} == {404}
    assert console.get("/units/absences/add/").status_code == 403
    assert f"/units/absences/{absence.id}/" not in text_of(console.get("/units/absences/"))
    assert entered(console) == before


@pytest.mark.parametrize(
    ("where", "may"), [("same", True), ("below", True), ("beside", False), ("nowhere", False)]
)
def test_a_supervisor_of_a_unit_enters_absences_of_its_officers(console, roads, where, may):
    boss = staff(roads, Role.SUPERVISOR)
    officer = staff(roads, Role.AGENT, "officer@roads.example")
    with agency_context(roads):
        same = unit("Same", boss)
        places = {"same": same, "below": unit("Below", parent=same), "beside": unit("Beside")}
        if where in places:
            join(places[where], officer)
    console.sign_in(boss)

    listed = f"/units/absences/add/{officer.pk}/" in text_of(console.get("/units/absences/add/"))
    page = console.post(f"/units/absences/add/{officer.pk}/", days())

    assert (listed, page.status_code) == (may, 302 if may else 404)
    assert [one[0] for one in entered(console)] == ([officer.pk] if may else [])


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_whoever_works_for_the_whole_agency_enters_absences_of_all(console, roads, role):
    officer = staff(roads, Role.AGENT, "officer@roads.example")
    with agency_context(roads):
        unit("Beside", officer)
    console.sign_in_as(role)

    assert console.post(f"/units/absences/add/{officer.pk}/", days()).status_code == 302
    assert officer.name in text_of(console.get("/units/absences/"))


def test_an_absence_that_has_not_begun_is_cancelled(console, agent, own):
    console.post(f"/units/absences/add/{agent.pk}/", days(first=3, last=4))
    with agency_context(console.agency):
        (absence,) = absences()
    page = text_of(console.get("/units/absences/"))

    ended = console.post(f"/units/absences/{absence.id}/end/")
    again = console.post(f"/units/absences/{absence.id}/end/")

    assert "Cancel the absence" in page
    assert (ended.status_code, again.status_code) == (302, 404)
    assert entered(console) == []


def test_an_absent_officer_is_not_offered_for_a_case(console, agent, colleague, own, roads):
    console.post(f"/units/absences/add/{agent.pk}/", days())
    console.sign_in_as(Role.SUPERVISOR)

    page = text_of(console.get(f"/cases/{own}/assign/"))
    refused = console.post(
        f"/cases/{own}/assign/", {"version": console.case(own).version, "officer": agent.pk}
    )

    assert f'<option value="{colleague.pk}"' in page
    assert f'<option value="{agent.pk}"' not in page
    assert refused.status_code != 302
    assert console.case(own).assignee is None


def test_an_absent_officer_takes_no_case(console, agent, own):
    console.post(f"/units/absences/add/{agent.pk}/", days())
    version = console.case(own).version

    page = console.post(f"/cases/{own}/take/", {"version": version})

    assert "absent until" in text_of(console.get(page.url))
    assert console.case(own).assignee is None


@pytest.mark.parametrize("number", ["7777777", "9" * 30])
def test_no_number_breaks_the_pages(console, agent, number):
    paths = [f"/units/absences/{number}/", f"/units/absences/add/{number}/"]

    assert {console.get(path).status_code for path in paths} == {404}
    assert console.post(f"/units/absences/{number}/end/").status_code == 404
