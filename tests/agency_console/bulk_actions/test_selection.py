"""Which cases the bar beside a list means, and who may do what with them."""

import pytest

from agency_console.bulk_actions import forms
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.services import complaint_assign, label_create
from shared.units.models import Unit, UnitMember
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.bulk_actions.conftest import path_of
from tests.agency_console.conftest import references_on, text_of
from tests.support.factories import filed, officer_actor, staff

pytestmark = pytest.mark.django_db


def numbers(console, references):
    return sorted(console.case(one).pk for one in references)


def chosen(bulk, page):
    return sorted(bulk.row(page["Location"]).case_ids)


def test_bar_of_the_inbox_sends_the_chosen_cases(bulk, console, agent, references):
    page = text_of(console.get("/?view=all"))

    assert 'id="cases"' in page
    assert all(f'name="case" value="{one}"' in page for one in references)
    assert chosen(bulk, bulk.begin("label", references[:2])) == numbers(console, references[:2])


def test_range_is_from_the_first_to_the_last_chosen_case(bulk, console, agent, roads):
    made = [filed(roads).reference for _number in range(5)]

    page = bulk.begin("label", [made[3], made[1]], which="between", shown=" ".join(made), query="")

    assert chosen(bulk, page) == numbers(console, made[1:4])


def test_page_is_what_the_officer_saw(bulk, console, agent, references, roads):
    later = filed(roads).reference

    page = bulk.begin("label", which="page", shown=" ".join(references))

    assert chosen(bulk, page) == numbers(console, references)
    assert console.case(later).pk not in chosen(bulk, page)


def test_all_that_match_are_found_by_the_filters_and_words_of_the_list(bulk, console, agent, roads):
    hits = [filed(roads, subject="Broken bench").reference for _number in range(3)]
    other = filed(roads, subject="Broken lamp").reference
    with agency_context(roads):
        complaint_assign(reference=hits[0], officer=agent, actor=officer_actor(agent))

    words = bulk.begin("label", which="matching", query="view=all&q=bench", view="mine")
    view = bulk.begin("label", which="matching", query="view=mine")
    by_bar = bulk.begin("label", which="matching", query="q=bench", view="unassigned")

    assert chosen(bulk, words) == numbers(console, hits)
    assert console.case(other).pk not in chosen(bulk, words)
    assert chosen(bulk, view) == numbers(console, hits[:1])
    assert chosen(bulk, by_bar) == numbers(console, hits[1:])


def test_all_that_match_are_of_all_pages(bulk, console, agent, roads, monkeypatch):
    monkeypatch.setattr("agency_console.inbox.selectors.pages.PAGE_SIZE", 2)
    made = [filed(roads).reference for _number in range(5)]

    page = bulk.begin("label", which="matching", query="view=all&after=~1")

    assert len(references_on(console.get("/?view=all"))) == 2
    assert chosen(bulk, page) == numbers(console, made)


def test_cases_of_other_units_are_never_meant(bulk, console, agent, roads):
    with agency_context(roads):
        own, other = (Unit.objects.create(name_ar=n, name_fr=n, name_en=n) for n in "ab")
        UnitMember.objects.create(unit=own, user=agent)
    made = [filed(roads).reference for _number in range(4)]
    with agency_context(roads):
        for reference, unit in zip(made, (own, other, other, None), strict=True):
            case = console.case(reference)
            case.unit = unit
            # Handed over to another unit while this officer goes on with it.
            case.assignee = agent if reference == made[2] else None
            case.save(update_fields=["unit", "assignee"])
    seen = numbers(console, [made[0], made[2]])

    assert chosen(bulk, bulk.begin("label", which="matching", query="view=all")) == seen
    assert chosen(bulk, bulk.begin("label", made)) == seen
    assert chosen(bulk, bulk.begin("label", which="page", shown=" ".join(made))) == seen


def test_case_that_left_the_unit_meanwhile_is_skipped(bulk, console, agent, references, roads):
    with agency_context(roads):
        own, other = (Unit.objects.create(name_ar=n, name_fr=n, name_en=n) for n in "ab")
        UnitMember.objects.create(unit=own, user=agent)
        for reference in references:
            case = console.case(reference)
            case.unit = own
            case.save(update_fields=["unit"])
    with agency_context(roads):
        label = label_create(name="New").pk
    path = bulk.previewed("label", references, add=[label])
    with agency_context(roads):
        case = console.case(references[0])
        case.unit = other
        case.save(update_fields=["unit"])

    console.post(f"{path}start/")

    assert bulk.row(path).skipped == [[references[0], "not_here"]]
    assert console.case(references[0]).label_ids == []


def test_cases_of_another_agency_are_never_meant(bulk, console, agent, water, references):
    theirs = filed(water).reference

    page = bulk.begin("label", [theirs, references[0]])

    assert chosen(bulk, page) == numbers(console, references[:1])


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"case": ["1234567890123456", "x", "١٢٣"]},
        {"which": "page"},
        {"which": "between", "shown": "a b"},
        {"which": "matching", "query": "q=nothing-has-this-word"},
        {"which": "matching", "query": "view=none", "view": "none"},
    ],
)
def test_no_case_is_a_message_and_no_action(bulk, console, agent, references, data):
    page = bulk.begin("label", **data)

    assert page["Location"].startswith("/?")
    assert text_of(console.get("/bulk/")).count("data-row") == 0


@pytest.mark.parametrize(
    ("action", "limit"), [("label", "MAX_CHANGED"), ("export", "MAX_EXPORTED")]
)
def test_more_cases_than_an_action_takes_are_refused(
    bulk, console, agent, references, monkeypatch, action, limit
):
    monkeypatch.setattr(forms, limit, 2)

    refused = bulk.begin(action, which="matching", query="view=all")
    taken = bulk.begin(action, references[:2])

    assert refused["Location"] == "/?view=all"
    assert "2" in text_of(console.get("/?view=all"))
    assert len(chosen(bulk, taken)) == 2


@pytest.mark.parametrize("action", ["undo", "destroy", ""])
def test_unknown_actions_lead_back_to_the_list(bulk, agent, references, action):
    assert bulk.begin(action, references)["Location"] == "/"


def test_agents_assign_nothing(bulk, console, agent, colleague, references):
    assert bulk.begin("assign", references).status_code == 403
    assert 'value="assign"' not in text_of(console.get("/?view=all"))


def test_action_of_a_colleague_is_not_found(bulk, console, supervisor, colleague, references):
    action = bulk.done("assign", references, officer=colleague.pk)
    console.sign_in_as(Role.ADMINISTRATOR)
    path = path_of(action)

    read = [console.get(f"{path}{page}") for page in ("", "skipped/", "file/")]
    sent = [console.post(f"{path}{page}") for page in ("", "start/", "cancel/", "undo/")]

    assert {page.status_code for page in (*read, *sent)} == {404}
    assert text_of(console.get("/bulk/")).count("data-row") == 0


def test_supervisor_who_became_an_agent_meanwhile_assigns_nothing(
    bulk, console, supervisor, colleague, references
):
    path = bulk.previewed("assign", references, officer=colleague.pk)
    with agency_context(console.agency):
        User.objects.filter(pk=supervisor.pk).update(role=Role.AGENT)

    console.post(f"{path}start/")

    assert [code for _reference, code in bulk.row(path).skipped] == ["role"] * 3


def test_agent_hands_over_no_case_of_a_colleague(bulk, console, agent, colleague, references):
    with agency_context(console.agency):
        unit = Unit.objects.create(name_ar="a", name_fr="a", name_en="a").pk
        hand = officer_actor(colleague)
        complaint_assign(reference=references[0], officer=colleague, actor=hand)

    action = bulk.done("unit", references, unit=unit)

    assert (action.done, action.skipped) == (2, [[references[0], "not_yours"]])


def test_as_many_queries_for_one_case_as_for_many(
    bulk, console, supervisor, colleague, roads, django_assert_max_num_queries
):
    made = [filed(roads).reference for _number in range(12)]
    counts = []
    for found in (made[:1], made):
        path = bulk.previewed("assign", found, officer=colleague.pk)
        with django_assert_max_num_queries(60) as asked:
            console.get(path)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_list_shows_an_officer_what_they_did(bulk, console, supervisor, colleague, references):
    bulk.begin("assign", references)
    action = bulk.done("assign", references, officer=colleague.pk)
    other = staff(console.agency, Role.SUPERVISOR, "other@roads.example")

    assert path_of(action) in text_of(console.get("/bulk/"))
    assert text_of(console.get("/bulk/")).count("data-row") == 1
    console.sign_in(other)
    assert "data-row" not in text_of(console.get("/bulk/"))
