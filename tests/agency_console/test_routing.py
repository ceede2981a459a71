"""Routing rules, as administrators and supervisors of the whole agency keep and try them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.accounts.services.users import user_change
from shared.catalogue.models import Category
from shared.complaints.services import absence_enter, unit_retire
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.routing.enums import Occasion, Target
from shared.routing.models import RoutingRule
from shared.routing.selectors import rules
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.shared.jobs.workers import run_queue
from tests.support.factories import filed, organisation_of, staff
from tests.support.refused_forms import is_refused
from tests.support.routing import rule
from tests.support.units import join, unit

pytestmark = pytest.mark.django_db

NAMES = {
    "name_ar": "صنف",
    "name_fr": "Catégorie",
    "name_en": "Category",
    "position": 900,
    "kinds": ["complaint"],
}
NEW = {
    "name": "Water",
    "occasions": ["filed"],
    "languages": ["ar"],
    "words": "fuite d'eau\n  انقطاع   الماء \n\n",
    "places": "Fès",
    "unit": "agency",
    "target": "in_turn",
    "officer": "",
}


@pytest.fixture
def administrator(console):
    """An administrator, signed in; the pages are in English."""
    console.client.cookies["language"] = "en"
    return console.sign_in_as(Role.ADMINISTRATOR)


def kept(console):
    with agency_context(console.agency):
        return rules()


def made(console, name="Rule", **says):
    with agency_context(console.agency):
        return rule(name, **says)


def test_fs13_list_without_rules_says_what_happens_without(console, administrator):
    page = text_of(console.get("/routing/"))

    assert "There are no rules yet" in page
    assert "/routing/add/" in page
    assert "/routing/" in text_of(console.get("/units/"))


def test_fs13_rule_is_added_out_of_use_and_read_in_plain_words(console, administrator, roads):
    answer = console.post("/routing/add/", NEW)

    assert answer.status_code == 302
    [one] = kept(console)
    assert (one.is_active, one.draft.words) == (False, ("fuite d'eau", "انقطاع الماء"))
    page = text_of(console.get("/routing/"))
    for text in (">Water<", "Not in use", "It is filed", "العربية", "Fès", "fuite d&#x27;eau"):
        assert text in page
    assert re.search(r"Goes to</dt><dd>.*given to its officers in turn", page)


def test_fs13_rule_is_changed_put_in_use_moved_and_deleted(console, administrator):
    first, second = made(console, "First", is_active=False), made(console, "Second")

    assert console.get(f"/routing/{first}/").status_code == 200
    console.post(f"/routing/{first}/", {**NEW, "name": "Other"})
    console.post(f"/routing/{first}/activate/", {"step": "activate"})
    console.post(f"/routing/{second}/activate/", {"step": "deactivate"})
    console.post(f"/routing/{second}/move/", {"to": "up"})
    assert [(one.draft.name, one.is_active) for one in kept(console)] == [
        ("Second", False),
        ("Other", True),
    ]

    assert "Delete the rule" in text_of(console.get(f"/routing/{second}/delete/"))
    assert len(kept(console)) == 2
    console.post(f"/routing/{second}/delete/")
    assert [one.id for one in kept(console)] == [first]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "name"),
        ({"occasions": []}, "Choose at least one occasion"),
        ({"unit": ""}, "Choose a unit."),
        ({"target": ""}, "Choose who gets it."),
        ({"target": "officer"}, "Choose an officer."),
        ({"words": "x" * 81}, "at most 60 words or places"),
    ],
)
def test_form_of_a_rule_says_what_is_missing(console, administrator, changes, said):
    page = console.post("/routing/add/", {**NEW, **changes})

    assert is_refused(page)
    assert said in text_of(page)
    assert kept(console) == []


def test_rule_for_an_officer_of_another_unit_is_refused_at_the_officer(console, administrator):
    with agency_context(console.agency):
        officer = staff(console.agency, Role.AGENT)
        here = unit("Here", officer)
        there = unit("There")
    wrong = {**NEW, "unit": str(there), "target": "officer", "officer": str(officer.pk)}

    page = text_of(console.post("/routing/add/", wrong))
    assert "This officer does not work for the unit of the case." in page

    assert console.post("/routing/add/", {**wrong, "unit": str(here)}).status_code == 302
    assert "given to" in text_of(console.get("/routing/"))


@pytest.mark.parametrize("path", ["", "add/", "try/?days=30"])
def test_fs13_rules_are_for_those_who_see_the_whole_agency(console, path):
    with agency_context(console.agency):
        there = unit("There")
    supervisor = console.sign_in_as(Role.SUPERVISOR)
    assert console.get(f"/routing/{path}").status_code == 200

    with agency_context(console.agency):
        join(there, supervisor)

    assert console.get(f"/routing/{path}").status_code == 403
    console.client.cookies["language"] = "en"
    assert "Routing rules" not in text_of(console.get("/units/"))
    console.sign_in_as(Role.AGENT)
    assert console.get(f"/routing/{path}").status_code == 403


def test_fs13_list_warns_of_retired_units_and_absent_or_closed_officers(console, administrator):
    with agency_context(console.agency):
        agency = console.agency
        away = staff(agency, Role.AGENT, "away@roads.example")
        closed = staff(agency, Role.AGENT, "closed@roads.example")
        moved = staff(agency, Role.AGENT, "moved@roads.example")
        there = unit("There", away, closed, moved)
        old = unit("Old", parent=there)
        empty = unit("Empty")
        for officer in (away, closed, moved):
            rule(target=Target.OFFICER, unit_id=there, officer_id=officer.pk)
        rule("Old", unit_id=old)
        rule("Empty", target=Target.IN_TURN, unit_id=empty)
        today = clock.today()
        absence_enter(user=away, first_day=today, last_day=today, substitute=None, actor=SYSTEM)
        user_change(user=closed, role=Role.AGENT, is_active=False, actor=SYSTEM)
        RoutingRule.objects.filter(officer=moved).update(unit=empty)
        unit_retire(unit_id=old, actor=SYSTEM)

    page = text_of(console.get("/routing/"))

    assert "is absent until" in page
    assert "cannot sign in: nobody is assigned." in page
    assert "does not work for this unit any more: nobody is assigned." in page
    assert re.search(r"This unit has been retired: cases go to \W*There", page)
    assert "No officer among whom cases are shared is present" in page
    assert page.count("notice notice-warn") == 9


def test_form_of_a_rule_whose_unit_was_retired_asks_for_another(console, administrator):
    with agency_context(console.agency):
        old = unit("Old")
        number = rule("Old", unit_id=old)
        unit_retire(unit_id=old, actor=SYSTEM)

    page = text_of(console.get(f"/routing/{number}/"))
    [select] = re.findall(r'<select name="unit".*?</select>', page, re.DOTALL)

    assert "selected" not in select.replace('value="" selected', "")


def test_fs13_page_of_the_dry_run_counts_moves_and_links_examples(console, administrator):
    with agency_context(console.agency):
        unit("North", category_codes=("fees",))
        south = unit("South")
        rule("All fees", category_codes=("fees",), unit_id=south, is_active=False)
        rule("Hidden", category_codes=("fees",), is_active=False)
        rule("Never", category_codes=("delay",))
    reference = filed(console.agency, category_code="fees").reference

    page = text_of(console.get("/routing/try/?days=7&inactive=on"))

    assert "1 case was received in this period." in page
    assert "Never applies: earlier rules, above all “<bdi>All fees</bdi>”, take its cases." in page
    assert "Fits no case." in page
    assert f"/cases/{reference}/" in page
    assert "1 case would be in another one." in page
    without = text_of(console.get("/routing/try/?days=7"))
    assert "All fees" not in without
    assert "1 case would be in another one." not in without
    # Under the number that it has in the list of all rules.
    assert "3. <bdi>Never</bdi>" in without


def test_dry_run_of_days_that_are_not_offered_is_refused(console, administrator):
    page = console.get("/routing/try/?days=4000")

    assert page.status_code == 400
    assert "Choose a period." in text_of(page)
    assert "received in this period" not in text_of(page)


def test_fs13_list_of_rules_costs_the_same_for_one_and_for_fifty(console, administrator):
    with agency_context(console.agency):
        officer = staff(console.agency, Role.AGENT)
        there = unit("There", officer)
        rule("1", target=Target.OFFICER, unit_id=there, officer_id=officer.pk)
    console.get("/routing/")
    with CaptureQueriesContext(connection) as one:
        console.get("/routing/")
    with agency_context(console.agency):
        for number in range(49):
            rule(str(number), target=Target.IN_TURN, unit_id=there)
    with CaptureQueriesContext(connection) as fifty:
        assert console.get("/routing/").status_code == 200

    assert len(one) == len(fifty)


def test_fs13_officer_reads_by_which_rule_a_case_came_and_the_citizen_does_not(
    console, administrator
):
    with agency_context(console.agency):
        officer = staff(console.agency, Role.AGENT)
        rule("Secret lamps", target=Target.IN_TURN, unit_id=unit("There", officer))
    reference = filed(console.agency).reference
    run_queue()

    assert "By the rule: \u2068Secret lamps\u2069" in text_of(console.get(f"/cases/{reference}/"))


def test_rule_behind_one_that_takes_all_its_requests_is_called_dead(console, administrator, roads):
    made(console, "Everything")
    made(console, "Arabic", languages=("ar",))
    filed(roads)

    page = text_of(console.get("/routing/"))
    tried = text_of(console.get("/routing/try/", {"days": "30"}))

    assert "This rule is never reached: “\u2068Everything\u2069”" in page
    assert "Never reached: “" in tried


@pytest.mark.parametrize(
    ("earlier", "later", "is_dead"),
    [
        ({}, {"words": ("eau",)}, True),
        ({"languages": ("ar", "fr")}, {"languages": ("ar",), "kinds": ("complaint",)}, True),
        ({"languages": ("ar",)}, {}, False),
        ({"languages": ("ar",)}, {"languages": ("ar", "fr")}, False),
        ({"is_active": False}, {"words": ("eau",)}, False),
        ({"occasions": (Occasion.FILED,)}, {"occasions": tuple(Occasion)}, False),
    ],
)
def test_only_a_rule_that_fits_nothing_more_is_called_dead(
    console, administrator, earlier, later, is_dead
):
    made(console, "Before", **earlier)
    made(console, "Behind", **later)

    assert ("This rule is never reached" in text_of(console.get("/routing/"))) == is_dead


def test_rule_form_offers_the_categories_that_the_bodies_can_get(console, administrator, roads):
    Category.objects.create(code="visa", organisation_kinds=["embassy"], **NAMES)
    Category.objects.create(code="lamp", organisation_kinds=[body_kind(roads)], **NAMES)
    one = made(console, "Old", category_codes=("visa",))

    new = console.get("/routing/add/").context["form"]
    kept_one = console.get(f"/routing/{one}/").context["form"]

    offered = [code for code, _name in new.fields["categories"].choices]
    assert ("lamp" in offered, "visa" in offered) == (True, False)
    assert "visa" in [code for code, _name in kept_one.fields["categories"].choices]


def test_retiring_a_unit_names_the_rules_that_use_it(console, administrator):
    with agency_context(console.agency):
        here = unit("Here")
    made(console, "Water leaks", unit_id=here)
    made(console, "Other matters")

    page = text_of(console.get(f"/units/{here}/retire/"))

    assert "Water leaks" in page
    assert "Other matters" not in page


def body_kind(agency):
    """Of which kind the agency's only body is."""
    return organisation_of(agency).kind
