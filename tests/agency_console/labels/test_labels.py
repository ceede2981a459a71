"""Labels: made, renamed and retired by supervisors, put on cases by everybody."""

import re

import pytest

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.complaints.errors import TooManyLabels
from shared.complaints.selectors import case_events, label_counts, label_list
from shared.complaints.services import case_label, label_create, label_retire
from shared.complaints.services.case_attributes import MAX_LABELS
from shared.units.types import WHOLE_AGENCY
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.support.factories import filed, officer_actor, staff
from tests.support.refused_forms import is_refused
from tests.support.units import unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(console):
    return console.sign_in_as(Role.SUPERVISOR)


def labels(console):
    with agency_context(console.agency):
        return {one.name: one for one in label_list()}


def made(console, *names):
    with agency_context(console.agency):
        return [label_create(name=name).pk for name in names]


def test_supervisor_adds_renames_and_retires_a_label(console, supervisor):
    console.post("/labels/", {"name": "Clinic"})
    number = labels(console)["Clinic"].id
    console.post(f"/labels/{number}/", {"name": "Hospital"})
    console.post(f"/labels/{number}/retire/", {"step": "retire"})

    found = labels(console)
    assert [(one.name, one.is_active) for one in found.values()] == [("Hospital", False)]

    console.post(f"/labels/{number}/retire/", {"step": "restore"})

    assert labels(console)["Hospital"].is_active
    with agency_context(console.agency):
        entries = AuditEntry.objects.filter(action__startswith="label.").order_by("pk")
        assert [(one.action, one.subject) for one in entries] == [
            (f"label.{done}", f"label {number}")
            for done in ("created", "renamed", "retired", "restored")
        ]


@pytest.mark.parametrize("path", ["/labels/", "/labels/{0}/"])
def test_name_that_another_label_has_is_refused(console, supervisor, path):
    number, _other = made(console, "Clinic", "School")

    page = console.post(path.format(number), {"name": "SCHOOL"})

    assert is_refused(page)
    assert 'value="SCHOOL"' in text_of(page)
    assert sorted(labels(console)) == ["Clinic", "School"]


def test_agent_sees_labels_and_changes_none(console, agent):
    (number,) = made(console, "Clinic")

    shown = text_of(console.get("/labels/"))
    pages = [
        console.post("/labels/", {"name": "School"}),
        console.post(f"/labels/{number}/", {"name": "School"}),
        console.post(f"/labels/{number}/retire/", {"step": "retire"}),
    ]

    assert "Clinic" in shown
    assert 'name="name"' not in shown
    assert [page.status_code for page in pages] == [403, 403, 403]
    assert [(one.name, one.is_active) for one in labels(console).values()] == [("Clinic", True)]


def test_labels_are_put_on_a_case_and_taken_off(console, agent, reference):
    clinic, school = made(console, "Clinic", "School")
    path = f"/cases/{reference}/labels/?view=mine&q=a+b"

    page = console.post(path, {"labels": [clinic, school]})
    assert page["Location"] == f"/cases/{reference}/?view=mine&q=a+b"
    assert console.case(reference).label_ids == [clinic, school]

    console.post(path, {"labels": [school], "had": [clinic, school]})

    assert console.case(reference).label_ids == [school]


def test_label_that_a_colleague_put_on_meanwhile_stays(console, agent, reference):
    clinic, school, road = made(console, "Clinic", "School", "Road")
    with agency_context(console.agency):
        case_label(reference=reference, actor=officer_actor(agent), add=[clinic, road])

    # The page was opened when the case had none of them.
    console.post(f"/cases/{reference}/labels/", {"labels": [school]})

    assert console.case(reference).label_ids == [clinic, road, school]


def test_retired_label_is_offered_on_cases_that_have_it_alone(console, agent, reference):
    clinic, school = made(console, "Clinic", "School")
    with agency_context(console.agency):
        case_label(reference=reference, actor=officer_actor(agent), add=[clinic])
        label_retire(label_id=clinic)
        label_retire(label_id=school)

    shown = text_of(console.get(f"/cases/{reference}/labels/"))
    console.post(f"/cases/{reference}/labels/", {"had": [clinic]})

    assert ("Clinic" in shown, "School" in shown) == (True, False)
    assert console.case(reference).label_ids == []
    console.post(f"/cases/{reference}/labels/", {"labels": [school]})
    assert console.case(reference).label_ids == []


def test_label_beyond_the_limit_is_refused_and_none_is_lost(console, agent, reference):
    numbers = made(console, *(f"Label {number}" for number in range(MAX_LABELS + 1)))
    with agency_context(console.agency):
        hand = officer_actor(agent)
        case_label(reference=reference, actor=hand, add=numbers[:-1])
        with pytest.raises(TooManyLabels):
            case_label(reference=reference, actor=hand, add=numbers[-1:])
        case_label(reference=reference, actor=hand, add=numbers[-1:], remove=numbers[:1])

        assert console.case(reference).label_ids == numbers[1:]


def test_labelling_a_case_leaves_an_event(console, agent, reference):
    (clinic,) = made(console, "Clinic")

    console.post(f"/cases/{reference}/labels/", {"labels": [clinic]})
    console.post(f"/cases/{reference}/labels/", {"labels": [clinic], "had": [clinic]})

    with agency_context(console.agency):
        events = case_events(console.case(reference))
        assert [event.kind for event in events] == ["received", "labelled"]


def test_open_cases_of_each_label_are_counted(console, agent, reference, django_assert_num_queries):
    clinic, _school = made(console, "Clinic", "School")
    with agency_context(console.agency):
        case_label(reference=reference, actor=officer_actor(agent), add=[clinic])
        with django_assert_num_queries(2):
            found = label_counts(scope=WHOLE_AGENCY, user_id=agent.pk)

    assert {one.label.name: one.open_cases for one in found} == {"Clinic": 1, "School": 0}


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_of_each_label_the_cases_are_counted_that_the_officer_may_open(
    console, agent, roads, where
):
    (clinic,) = made(console, "Clinic")
    with agency_context(roads):
        unit("here", agent, places=("here",))
        unit("elsewhere", places=("elsewhere",))
        reference = filed(roads, place=where).reference
        case_label(reference=reference, actor=officer_actor(agent), add=[clinic])

    page = text_of(console.get("/labels/"))

    assert re.findall(r'<td class="cell-tight number">(\d+)</td>', page) == [
        "1" if where == "here" else "0"
    ]


def test_case_and_labels_of_another_agency_are_not_found(console, agent, reference, water):
    (number,) = made(console, "Clinic")
    elsewhere = staff(water, Role.SUPERVISOR)
    console.agency = water
    console.sign_in(elsewhere)

    assert console.get(f"/cases/{reference}/labels/").status_code == 404
    assert console.post(f"/labels/{number}/", {"name": "Ours"}).status_code == 404
    assert labels(console) == {}


def test_where_there_is_no_label_the_form_says_who_adds_them(console, agent, reference):
    console.client.cookies["language"] = "en"
    told = "A supervisor or an administrator of your administration can add labels."
    before = text_of(console.get(f"/cases/{reference}/labels/"))
    made(console, "Clinic")

    after = text_of(console.get(f"/cases/{reference}/labels/"))

    assert (told in before, told in after) == (True, False)
