"""The forms above a list: each is loaded when it is opened, and is a page without script."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agency_console.inbox.selectors import controls
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.enums import Kind
from shared.complaints.models import Complaint, Label
from shared.complaints.services import label_create
from shared.units.models import Unit
from tenants.isolation.schema_switch import agency_context, start_in
from tests.agency_console.conftest import references_on, rows_address, text_of
from tests.support.factories import filed, staff
from tests.support.refused_forms import is_refused
from tests.support.units import join, unit

pytestmark = pytest.mark.django_db

NARROWED = "?view=open&q=lamp&sort=newest&kind=proposal&place=Agdal&from=2026-01-02"
# Which table is asked for names. Of people, the session and its owner are always asked for.
TABLES = {
    "labels": 'FROM "complaints_label"',
    "units": 'FROM "units_unit" ',
    "officers": '"accounts_user"."name" AS "name", "accounts_user"."is_active"',
    "categories": "WITH RECURSIVE present",
}


def part(console, path):
    """What the script of a page asks for."""
    headers = {"host": f"{console.agency.code}.testserver", "hx-request": "true"}
    answer = console.client.get(path, headers=headers)
    start_in(None)
    return answer


def asked_for(console, path):
    """Which names are read from the database for a page."""
    with CaptureQueriesContext(connection) as queries:
        assert console.get(path).status_code == 200
    asked = " ".join(one["sql"] for one in queries.captured_queries)
    return {name for name, table in TABLES.items() if table in asked}


def form_on(page, kind):
    """The form of that class or action, without its token and its key, which is of a second."""
    found = re.search(rf"<form [^>]*{kind}.*?</form>", text_of(page), re.DOTALL)
    return re.sub(r'name="(csrfmiddlewaretoken|form_key)" value="[^"]+"', "", found.group())


def chips(page):
    """What of the filter is set, each part with its value."""
    found = re.findall(r'<a class="chip"[^>]*>(.*?) ?<strong><bdi>(.*?)</bdi>', text_of(page))
    return {label.rstrip(" :"): html.unescape(value) for label, value in found}


@pytest.fixture
def names(console, roads, agent):
    """Two labels, a unit and a colleague, and two cases, of which one has a label and the unit."""
    console.client.cookies["language"] = "en"
    officer = staff(roads, Role.AGENT, "amina@roads.example")
    plain, named = filed(roads, kind=Kind.PROPOSAL).reference, filed(roads).reference
    with agency_context(roads):
        User.objects.filter(pk=officer.pk).update(name="Amina Alaoui")
        label_create(name="Lamps")
        label, north = label_create(name="Roadworks").pk, unit("Northern unit")
        rows = Complaint.objects.filter(reference=named)
        rows.update(label_ids=[label], unit=north)
    return {"label": label, "unit": north, "officer": officer.pk, "plain": plain, "named": named}


def test_filter_is_the_same_form_on_a_page_and_in_the_list(console, agent, names):
    address = f"/inbox/filter/{NARROWED}"
    page, loaded = console.get(address), part(console, address)

    assert ("<html" in text_of(page), "<html" in text_of(loaded)) == (True, False)
    assert text_of(loaded).strip() == form_on(page, "inbox-filters")
    assert f'<a class="back" href="/{html.escape(NARROWED)}"' in text_of(page)
    assert "<h1>Filter the cases</h1>" in text_of(page)


def test_filter_shows_what_is_set_and_keeps_the_rest_of_the_address(console, agent, names):
    form = text_of(part(console, f"/inbox/filter/{NARROWED}"))

    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    assert hidden == [("view", "open"), ("q", "lamp"), ("sort", "newest")]
    assert '<option value="proposal" selected>' in form
    assert 'name="place" id="id_place" value="Agdal"' in form
    assert 'name="from" id="id_from" value="2026-01-02"' in form
    assert 'href="/?view=open&amp;q=lamp&amp;sort=newest">Clear the filters' in form
    assert "Clear the filters" not in text_of(part(console, "/inbox/filter/?view=open"))


def test_filter_offers_every_name_of_the_agency(console, agent, names):
    form = text_of(part(console, "/inbox/filter/?view=mine"))

    for name, text in (("label", "Roadworks"), ("unit", "Northern unit"), ("officer", "Amina")):
        assert f'<option value="{names[name]}">{text}' in form


@pytest.mark.parametrize("number", [1, 50])
def test_number_of_queries_of_the_filter_does_not_follow_the_names(
    console, agent, roads, number, statement_count
):
    with agency_context(roads):
        for place in range(number):
            Label.objects.create(name=f"label {place}")
            Unit.objects.create(name_ar=f"وحدة {place}", name_fr=f"unit {place}")
            staff(roads, email=f"{place}@roads.example")
    part(console, "/inbox/filter/?view=open")

    # The session, the person and their units, then labels, units, people and categories.
    with statement_count("console: the filter of the inbox"):
        page = part(console, "/inbox/filter/?view=open")

    assert text_of(page).count(">وحدة ") == number


def test_list_leads_to_its_forms_and_holds_neither(console, agent, names):
    page = text_of(console.get(NARROWED.replace("?", "/?", 1)))

    for path in ("/inbox/filter/", "/inbox/views/save/"):
        address = f"{path}{html.escape(NARROWED)}"
        assert f'<a href="{address}">' in page
        assert f'hx-get="{address}"' in page
    assert re.findall(r'<select name="(\w+)"', page) == ["which"]
    assert 'name="name"' not in page


def test_list_asks_only_for_the_names_that_it_shows(console, agent, names):
    found = {
        query: (asked_for(console, f"/{query}"), asked_for(console, f"/inbox/rows/{query}"))
        for query in (
            "?view=open&kind=proposal",
            "?view=open",
            f"?view=mine&label={names['label']}",
            f"?view=mine&officer={names['officer']}",
        )
    }
    with_unit = asked_for(console, f"/?view=mine&unit={names['unit']}")

    both = {"labels", "units"}
    assert list(found.values()) == [
        (set(), set()), (both, both), ({"labels"}, set()), ({"officers"}, set()),
    ]  # fmt: skip
    assert "units" in with_unit
    # Or nothing would be proven: these are names that a page could show.
    everything = asked_for(console, "/inbox/filter/?view=open")
    assert everything == set(TABLES)


def test_parts_of_the_filter_are_named_above_the_list(console, agent, names):
    numbers = "&".join(f"{part}={names[part]}" for part in ("label", "unit", "officer"))

    page = console.get(f"/?view=open&{numbers}&kind=proposal&channel=portal&to=2026-01-02")
    none = console.get("/?view=open&unit=none&category=gone")

    assert chips(page) == {
        "Kind": "Proposal",
        "Channel": "Portal",
        "Officer": "Amina Alaoui",
        "Unit": "Northern unit",
        "Label": "Roadworks",
        "Received until": "2 January 2026",
    }
    assert chips(none) == {"Category": "gone", "Unit": "The administration as a whole"}


def test_unit_of_others_is_named_nowhere(console, agent, roads, names):
    with agency_context(roads):
        south = unit("Southern unit", agent)
        below = unit("Part of the south", parent=south)
    asked = [
        *(f"/inbox/filter/?view=open&unit={one}" for one in (names["unit"], south, "none")),
        *(f"/?view=open&unit={one}" for one in (names["unit"], south, "none")),
    ]

    pages = [text_of(console.get(path)) for path in asked]

    assert ["Northern unit" in page for page in pages] == [False] * len(pages)
    assert ["The administration as a whole" in page for page in pages] == [False] * len(pages)
    for page in pages[:3]:
        assert re.findall(r'<option value="(\d+)"[^>]*>[– ]*(Southern|Part)', page) == [
            (str(south), "Southern"), (str(below), "Part"),
        ]  # fmt: skip
    assert chips(console.get(asked[4])) == {"Unit": "Southern unit"}


@pytest.mark.parametrize(
    ("query", "is_open"),
    [
        ({"body_text": "zzzz"}, True),
        ({"body_text": "of"}, True),
        ({"body_text": "x" * 200}, True),
        ({"body_text": "roads", "q": "x" * 200}, True),
        ({"body_text": " "}, False),
        ({"q": "x" * 200}, False),
    ],
)
def test_what_was_typed_for_an_organisation_is_not_lost(
    console, agent, roads, names, monkeypatch, query, is_open
):
    monkeypatch.setattr(controls, "MAX_LISTED_BODIES", 0)

    page = text_of(console.get("/", {"view": "open", "kind": "proposal", **query}))

    assert ('<details class="inbox-tool" id="filter" open>' in page) == is_open
    if is_open:
        assert f'name="body_text" value="{query["body_text"]}"' in page
        assert '<option value="proposal" selected>' in page
        assert f'<option value="{names["label"]}">Roadworks' in page
    assert references_on(console.get("/?view=open&kind=proposal")) == [names["plain"]]


def test_list_is_saved_from_a_page_or_from_the_list(console, agent):
    address = f"/inbox/views/save/{NARROWED}&after=~~3&at=~~4&evil=1"
    page, loaded = console.get(address), part(console, address)
    query = re.search(r'name="query" value="([^"]*)"', text_of(loaded)).group(1)

    answer = console.post("/inbox/views/save/", {"name": "x", "query": html.unescape(query)})

    kind = 'action="/inbox/views/save/"'
    assert ("<html" in text_of(page), "<html" in text_of(loaded)) == (True, False)
    assert form_on(loaded, kind) == form_on(page, kind)
    assert html.unescape(query) == NARROWED
    assert answer.url == f"/{NARROWED}"


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
def test_only_those_who_may_are_offered_to_share_a_list(console, role):
    console.sign_in_as(role)

    form = text_of(part(console, "/inbox/views/save/?view=open"))

    assert ('name="is_shared"' in form) == (role == Role.SUPERVISOR)


def test_refused_name_comes_back_with_what_was_chosen(console):
    console.sign_in_as(Role.SUPERVISOR)

    page = console.post(
        "/inbox/views/save/", {"name": "", "query": f"{NARROWED}&evil=1", "is_shared": "on"}
    )

    assert is_refused(page)
    assert re.search(r'name="is_shared"[^>]* checked', text_of(page))
    assert f'<a class="back" href="/{html.escape(NARROWED)}"' in text_of(page)


@pytest.mark.parametrize(
    ("what", "status"),
    [("label", 200), ("unit", 200), ("other label", 304), ("other unit", 304), ("officer", 304)],
)
def test_list_is_sent_again_when_a_name_on_it_changes_and_not_for_others(
    console, agent, roads, names, what, status
):
    page = console.get("/?view=open")
    address = rows_address(page)
    with agency_context(roads):
        join(names["unit"], User.objects.get(pk=names["officer"]))
        if what == "label":
            Label.objects.filter(pk=names["label"]).update(name="Street works")
        elif what == "unit":
            Unit.objects.filter(pk=names["unit"]).update(name_en="Centre")
        elif what == "other label":
            label_create(name="Another")
        elif what == "other unit":
            unit("Another", parent=names["unit"])
        else:
            User.objects.filter(pk=names["officer"]).update(name="Amina B.")

    headers = {"host": "roads.testserver", "if-none-match": page["ETag"]}
    answer = console.client.get(address, headers=headers)
    start_in(None)

    assert answer.status_code == status


def test_the_only_label_of_an_agency_can_be_chosen(console, roads, agent):
    """Unlike the only unit or officer: most cases have no label."""
    filed(roads)
    none = console.get("/inbox/filter/?view=open")
    with agency_context(roads):
        label_create(name="Lamps")

    one = console.get("/inbox/filter/?view=open")

    assert ['name="label"' in text_of(page) for page in (none, one)] == [False, True]
