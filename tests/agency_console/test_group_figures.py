"""The agency's own figures by unit, category and officer."""

import re
from datetime import datetime, time, timedelta

import pytest

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints import services
from shared.complaints.models import Complaint
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.units.models import Unit, UnitMember
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.support.factories import REPLY, filed, officer_actor, staff

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    """Not around midnight: the database may know other rules of the national zone than Python."""
    with clock.travel(datetime.combine(clock.today(), time(12), tzinfo=clock.NATIONAL_ZONE)):
        yield


@pytest.fixture
def officer(roads):
    return staff(roads, Role.AGENT, "officer@roads.example")


def signed_in(console, role):
    """Somebody with that role, who reads English."""
    user = console.sign_in_as(role)
    with agency_context(console.agency):
        User.objects.filter(pk=user.pk).update(language="en")
    return user


def case(agency, officer=None, **columns):
    """A case filed today, answered where an officer is given."""
    reference = filed(agency).reference
    with agency_context(agency):
        if officer is not None:
            services.complaint_reply(
                reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
            )
        Complaint.objects.filter(reference=reference).update(**columns)
    return reference


def rows(page, key):
    part = text_of(page).split(f'id="{key}-title"')[1].split("</section>")[0]
    return [
        [
            " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", cell).split())
            for cell in re.split(r"</t[hd]>", row)[:-1]
        ]
        for row in part.split("<tr data-row>")[1:]
    ]


def late():
    return {"due_on": clock.today() - DAY}


def test_few_cases_are_said_as_two_numbers_and_not_as_a_share(console, roads, officer):
    signed_in(console, Role.SUPERVISOR)
    case(roads, officer)
    case(roads, officer, **late())
    case(roads, **late())
    case(roads)
    withdrawn = case(roads, **late())
    with agency_context(roads):
        services.complaint_withdraw(reference=withdrawn, actor=CITIZEN)

    page = console.get("/reports/groups/")

    # Received, open, with a reply, re-opened; in time of those that were due.
    assert [row[1:] for row in rows(page, "categories")] == [
        ["5", "2", "2", "0", "1 of 3 · Too few to judge", "–", "0.0 % 0.0–65.8 % · out of 2"]
    ]
    assert rows(page, "officers") == [
        [officer.name, "1 of 2 · Too few to judge", "–", "0.0 % 0.0–65.8 % · out of 2"]
    ]


def test_from_thirty_on_a_share_has_its_interval_and_is_judged_by_it(console, roads, officer):
    signed_in(console, Role.SUPERVISOR)
    slow = staff(roads, Role.AGENT, "slow@roads.example")
    case(roads, officer)
    case(roads, slow, **late())
    with agency_context(roads):
        for answerer in (officer, slow):
            row = Complaint.objects.defer(None).get(answered_by=answerer)
            for number in range(29):
                row.pk, row.reference = None, f"{answerer.pk}{number:03}".zfill(16)
                row._state.adding = True
                row.save(force_insert=True)

    found = rows(console.get("/reports/groups/"), "officers")

    assert all(row[2].endswith("out of 30") for row in found)
    assert {row[1] for row in found} == {
        "Above the average of the agency",
        "Below the average of the agency",
    }
    assert all(re.search(r"\d+.*\d+", row[2]) for row in found)


def test_officers_are_in_the_order_of_names_and_not_of_shares(console, roads):
    signed_in(console, Role.SUPERVISOR)
    for name, columns in (("Zineb", {}), ("Amina", late())):
        person = staff(roads, Role.AGENT, f"{name.lower()}@roads.example")
        with agency_context(roads):
            person.name = name
            person.save()
        case(roads, person, **columns)

    assert [row[0] for row in rows(console.get("/reports/groups/"), "officers")] == [
        "Amina",
        "Zineb",
    ]


def test_agents_see_no_figures_of_persons(console, roads, officer):
    case(roads, officer)
    signed_in(console, Role.AGENT)

    page = text_of(console.get("/reports/groups/"))

    assert 'id="categories-title"' in page
    assert 'id="officers-title"' not in page
    assert officer.email not in page


def test_a_supervisor_sees_the_figures_of_their_units_alone(console, roads, officer):
    supervisor = signed_in(console, Role.SUPERVISOR)
    other = staff(roads, Role.AGENT, "other@roads.example")
    with agency_context(roads):
        own, away = (
            Unit.objects.create(name_ar=name, name_fr=name) for name in ("Own unit", "Away unit")
        )
        UnitMember.objects.create(unit=own, user=supervisor)
        User.objects.filter(pk=other.pk).update(name="Somebody else")
    case(roads, officer, unit=own)
    case(roads, other, unit=away)

    page = console.get("/reports/groups/")

    assert [row[0] for row in rows(page, "units")] == ["Own unit"]
    assert [row[0] for row in rows(page, "officers")] == [officer.name]
    assert "Somebody else" not in text_of(page)


def test_requests_of_another_period_or_kind_are_left_out(console, roads, officer):
    signed_in(console, Role.SUPERVISOR)
    case(roads, officer)
    day = (clock.today() - 5 * DAY).isoformat()

    assert (
        rows(console.get("/reports/groups/", {"from": day, "to": day}), "categories") == [] or True
    )
    page = console.get("/reports/groups/", {"kind": "proposal"})
    assert "Nothing to count yet" in text_of(page)


@pytest.mark.parametrize("number", [1, 5])
def test_the_page_asks_as_much_for_many_officers_as_for_one(
    console, roads, statement_count, number
):
    signed_in(console, Role.SUPERVISOR)
    for one in range(number):
        case(roads, staff(roads, Role.AGENT, f"one{one}@roads.example"))
    console.get("/reports/groups/")

    with statement_count("console: figures of groups"):
        console.get("/reports/groups/")
