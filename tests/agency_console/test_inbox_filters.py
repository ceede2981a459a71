"""The inbox of one organisation, of one category: what each line names, and what is left out."""

import html
import re
from types import SimpleNamespace

import pytest
from django.db import connection

from agency_console.inbox.selectors import controls
from shared.accounts.enums import Role
from shared.catalogue.models import Category
from shared.complaints.models import Complaint
from shared.complaints.selectors import (
    INBOX_VIEWS,
    CaseFilter,
    inbox,
    inbox_cases,
    inbox_counts,
)
from shared.complaints.selectors.list_counts import CATEGORIES_PRESENT
from shared.complaints.services import complaint_assign
from shared.complaints.services.search_words import words_of_filing
from shared.complaints.types.lists import CaseCount
from shared.directory.models import Alias, Organisation
from shared.directory.selectors.organisations import handlers_and_labels
from shared.kernel.text import search_phrase, sound_key
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import asked_by, numbers_on, references_on, text_of
from tests.agency_console.test_lists import ONLY_IN_ORDER, nodes
from tests.support.factories import filed, officer_actor, organisation_of
from tests.support.sampling import each_once

pytestmark = pytest.mark.django_db

VILLAGES = {
    "tiznit": ("تيزنيت", "Commune de Tiznit", "Tiznit"),
    "taroudant": ("تارودانت", "Commune de Taroudant", "Taroudant"),
    "tata": ("طاطا", "Commune de Tata", "Tata"),
}


def body(code, names, agency=None, parent=None):
    """A body of the directory that is found by its names."""
    row = Organisation.objects.create(
        code=code, kind="commune", name_ar=names[0], name_fr=names[1], name_en=names[2],
        agency_code=agency.code if agency else "", parent=parent,
    )  # fmt: skip
    for text in dict.fromkeys(names):
        key = search_phrase(text)
        Alias.objects.create(
            organisation=row, kind="name", text=text, key=key, sound=sound_key(text)
        )
    return row


@pytest.fixture
def category(db):
    """Two categories of the catalogue."""
    for place, (code, names) in enumerate(
        {
            "delay": ("تأخر", "Retard & attente", "Delay"),
            "lamp": ("إنارة", "Éclairage", "Lamp"),
        }.items()
    ):
        Category.objects.update_or_create(
            code=code,
            defaults={
                "name_ar": names[0], "name_fr": names[1], "name_en": names[2],
                "kinds": ["complaint"], "position": 900 + place,
            },
        )  # fmt: skip


@pytest.fixture
def villages(roads, category):
    """The agency answers for its own body and three villages; a fourth belongs to nobody."""
    for code, names in VILLAGES.items():
        body(code, names, agency=roads)
    body("elsewhere", ("بعيد", "Commune de Loin", "Far"))


@pytest.fixture
def cases(villages, roads, water, category):
    """A case for each village, two categories among them; another agency's beside them."""
    filed(water)
    made = {
        "tiznit": filed(roads, organisation_code="tiznit", category_code="delay").reference,
        "taroudant": filed(roads, organisation_code="taroudant", category_code="lamp").reference,
        "tata": filed(roads, organisation_code="tata").reference,
        "own": filed(roads, category_code="delay").reference,
    }
    return SimpleNamespace(**made)


@pytest.fixture
def many(monkeypatch):
    """So many bodies that one types a name."""
    monkeypatch.setattr(controls, "MAX_LISTED_BODIES", 2)


def english(console):
    console.client.cookies["language"] = "en"
    return console


def filter_form(console, query):
    """The page with the form that narrows that list."""
    return text_of(console.get(f"/inbox/filter/{query}"))


def abouts(page):
    """Under each subject, which organisation and category the line names."""
    found = re.findall(r'<p class="case-about">.*?</bdi>(.*?)</p>', text_of(page), re.DOTALL)
    parts = [re.sub(r"<[^>]+>", "", about).split(" · ")[1:] for about in found]
    # After kind and language, before how long the citizen waits.
    return [" · ".join(one[2:-1]) for one in parts]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Tiznit · Delay", "Taroudant · Lamp", "Tata"]),
        ("fr", ["Commune de Tiznit · Retard &amp; attente", "Commune de Taroudant · Éclairage"]),
        ("ar", ["تيزنيت · تأخر", "تارودانت · إنارة", "طاطا"]),
    ],
)
def test_a_line_names_organisation_and_category_in_the_readers_language(
    console, agent, cases, language, expected
):
    console.client.cookies["language"] = language

    page = console.get("/?view=open")

    assert abouts(page)[: len(expected)] == expected


def test_the_orientation_desk_filters_by_bodies_without_an_agency(console, agent, roads):
    body("orientation", ("التوجيه", "Orientation", "Orientation"), agency=roads)
    body("alone", ("وحيدة", "Commune seule", "Alone"))
    theirs = filed(roads, organisation_code="alone").reference
    filed(roads, organisation_code="orientation")

    page = english(console).get("/?view=open&body=alone")

    assert references_on(page) == [theirs]
    assert abouts(page) == ["Alone"]
    assert '<option value="alone" selected>' in filter_form(console, "?view=open&body=alone")


def test_an_agency_of_one_body_does_not_repeat_its_name(console, agent, roads, category):
    filed(roads, category_code="delay")
    filed(roads)

    page = english(console).get("/?view=open")

    assert abouts(page) == ["Delay", ""]
    assert 'name="body' not in filter_form(console, "?view=open")


def test_a_body_that_went_elsewhere_is_still_named(console, agent, roads, category):
    organisation_of(roads)
    gone = body("gone", ("ذهبت", "Commune partie", "Gone"), agency=roads)
    filed(roads, organisation_code="gone")
    filed(roads)
    Organisation.objects.filter(pk=gone.pk).update(agency_code="", is_active=False)

    assert abouts(english(console).get("/?view=open"))[0] == "Gone"


def test_the_page_of_a_case_names_both(console, agent, roads, cases):
    english(console)

    pages = {
        name: re.sub(r"<[^>]+>", "", text_of(console.get(f"/cases/{reference}/")))
        for name, reference in vars(cases).items()
    }

    assert "Organisation: Tiznit · Category: Delay" in pages["tiznit"]
    assert "Organisation: Tata" in pages["tata"]
    assert "Category:" not in pages["tata"]
    # Of an agency with one body or many alike.
    assert f"Organisation: {roads.name_en}" in pages["own"]


@pytest.mark.parametrize(
    ("query", "expected", "text"),
    each_once(
        [
            ("body=tiznit", ["tiznit"]),
            ("category=delay", ["tiznit", "own"]),
            ("category=delay&body=tiznit", ["tiznit"]),
            ("category=lamp&body=tiznit", []),
            ("body=elsewhere", []),
            ("body=%00&category='", ["tiznit", "taroudant", "tata", "own"]),
        ],
        ["", "lamp"],
    ),
)
def test_only_what_was_chosen_is_listed_and_counted(console, agent, cases, query, expected, text):
    page = console.get(f"/?view=open&{query}&q={text}")

    assert references_on(page) == [getattr(cases, name) for name in expected]
    counts = numbers_on(page)
    assert [int(counts[view]) for view in ("mine", "unassigned", "overdue", "open", "all")] == [
        *(0, len(expected), 0, len(expected), len(expected)),
    ]


@pytest.mark.parametrize("only", [{}, {"category_code": "delay"}, {"place": "rabat"}])
def test_every_list_and_its_number_hold_the_same_cases(roads, agent, cases, only):
    asked = asked_by(agent, only=CaseFilter(**only))
    with agency_context(roads):
        complaint_assign(reference=cases.own, officer=agent, actor=officer_actor(agent))
        case = Complaint.objects.select_related("party").get(reference=cases.own)
        case.place = "حي الرباط, RABÂT"
        Complaint.objects.filter(pk=case.pk).update(
            place=case.place, more_words=words_of_filing(case, case.party)
        )

        counts = inbox_counts(**asked, at_most=50)
        lists = {view: inbox_cases(view=view, at_most=9, **asked) for view in INBOX_VIEWS}
        slow = {view: list(inbox(view=view, **asked)) for view in INBOX_VIEWS}

    assert counts == {view: CaseCount(len(rows)) for view, rows in lists.items()}
    assert counts["mine"] == CaseCount(1)
    assert {view: [row.reference for row in rows] for view, rows in slow.items()} == {
        view: [row.reference for row in rows] for view, rows in lists.items()
    }


def test_the_categories_are_looked_up_by_index_at_every_step(in_roads):
    with connection.cursor() as cursor:
        cursor.execute(ONLY_IN_ORDER)
        cursor.execute(f"EXPLAIN (FORMAT JSON) {CATEGORIES_PRESENT}")
        (found,) = cursor.fetchone()[0]

    scans = [one for one in nodes(found["Plan"]) if one.get("Relation Name")]
    assert {one.get("Index Name") for one in scans} == {"complaint_category"}


@pytest.mark.parametrize(
    ("written", "typed", "is_found", "view"),
    each_once(
        [
            ("Fès, Médina", "medina fes", True),
            ("FÈS, MÉDINA", "fès", True),
            ("طَنجة المدينة", "طنجه", True),
            ("أگادير", "اكادير", True),
            ("Hay Ryad 2", "ryad", True),
            ("Hay Ryad 2", "ryad 3", False),
            ("Agdal", "agd", True),
            ("Agdal", "dal", False),
            ("مدينة الرباط", "رباط", True),
            ("حي رباط الفتح", "الرباط", True),
            ("d'Agdal, Rabat", "agdal", True),
            ("Zone 3bis", "3", True),
            ("Salé", "rabat", False),
            ("Aïn (Sebaâ)", "ain sebaa", True),
            ("Salé", "[a-z]*", False),
            ("Salé", "\\w .* ( | ]", False),
            ("Salé", "...", True),
        ],
        ["open", "all"],
    ),
)
def test_a_place_is_found_by_words_of_it(console, agent, roads, written, typed, is_found, view):
    reference = filed(roads, place=written).reference

    page = console.get("/", {"view": view, "place": typed})

    assert references_on(page) == ([reference] if is_found else [])


def test_the_filter_stays_in_all_addresses(console, agent, cases):
    page = text_of(console.get("/?view=open&category=delay&body=tiznit"))
    case = text_of(console.get(f"/cases/{cases.tiznit}/?view=open&category=delay"))

    kept = "&amp;body=tiznit&amp;category=delay"
    assert f'href="/cases/{cases.tiznit}/?view=open{kept}&amp;at=' in page
    assert f'href="/?view=mine{kept}"' in page
    assert 'href="/?view=open&amp;category=delay"' in case
    # The next of the same list, not the next of all open ones.
    following = re.search(r'href="([^"]+)" rel="next"', case).group(1)
    assert following.startswith(f"/cases/{cases.own}/?view=open&amp;category=delay&amp;at=")


def test_few_bodies_are_chosen_from_a_list(console, agent, cases, roads):
    page = filter_form(english(console), "?view=open&body=tata")

    options = re.findall(r'<option value="([^"]*)"( selected)?>', page)
    assert [code for code, _chosen in options if code in VILLAGES] == sorted(
        VILLAGES, key=lambda code: VILLAGES[code][2]
    )
    assert ("tata", " selected") in options
    assert "elsewhere" not in dict(options)


def test_only_categories_that_occur_are_offered(console, agent, cases):
    Category.objects.update_or_create(
        code="unused",
        defaults={
            "name_ar": "x",
            "name_fr": "x",
            "name_en": "x",
            "kinds": ["complaint"],
            "position": 990,
        },
    )

    page = filter_form(english(console), "?view=open")

    assert re.findall(r'<option value="(delay|lamp|unused)">(\w+)<', page) == [
        ("delay", "Delay"),
        ("lamp", "Lamp"),
    ]


@pytest.mark.parametrize("typed", ["Commune de Tiznit", "tiznit", "تيزنيت", "TIZNIT "])
def test_of_many_bodies_a_name_is_typed(console, agent, cases, many, typed):
    page = console.get(
        "/", {"view": "open", "category": "delay", "body_text": typed, "after": "~~1"}
    )

    assert page.status_code == 302
    assert page.url == "/?view=open&body=tiznit&category=delay"
    shown = text_of(console.get(page.url))
    assert "تيزنيت" in re.search(r'<ul class="inbox-chips".*?</ul>', shown, re.DOTALL).group()
    assert '<input type="hidden" name="body" value="tiznit">' in shown


def test_a_name_that_may_mean_several_is_asked_back(console, agent, cases, many):
    page = english(console).get("/", {"view": "open", "body_text": "commune"})

    asked = re.search(r'<ul class="plain-list inbox-found">.*?</ul>', text_of(page), re.DOTALL)
    links = re.findall(r'<li><a href="([^"]+)"><bdi>(\w+)</bdi>', asked.group())
    assert page.status_code == 200
    assert {name for _link, name in links} <= {"Tiznit", "Taroudant", "Tata"}
    assert len(links) == 2
    assert all(
        references_on(console.get(html.unescape(link))) != references_on(page) for link, _n in links
    )


@pytest.mark.parametrize("typed", ["Loin", "Commune de Loin", "zzzzzz", "%00", "x" * 200])
def test_a_name_of_no_own_body_is_an_error_at_its_field(console, agent, cases, many, typed):
    page = text_of(english(console).get("/", {"view": "open", "body_text": typed}))

    assert 'href="#id_body_text"' in page
    assert cases.tiznit in page


def test_an_empty_filtered_list_says_how_to_go_on(console, agent, cases, roads):
    page = text_of(english(console).get("/?view=open&body=tata&category=lamp"))
    none = text_of(english(console).get("/?view=all&body=elsewhere"))

    for shown in (page, none):
        assert "No case in this list matches" in shown
        assert "Remove a part of the filter, or try another list." in shown
    assert 'href="/?view=open"' in page


def test_two_bodies_of_one_name_are_told_apart(db):
    above = [
        body(f"p{number}", (f"ا{number}", f"Province {number}", f"P{number}")) for number in (1, 2)
    ]
    for number, parent in enumerate(above, 1):
        body(f"twin{number}", ("توأم", "Commune des Jumeaux", f"Twin {number}"), parent=parent)

    _handlers, labels = handlers_and_labels()

    assert labels["twin1"].fr == "Commune des Jumeaux (Province 1)"
    assert labels["twin2"].ar == "توأم (ا2)"
    assert labels["twin2"].en == "Twin 2"


def test_nothing_of_another_agency_is_offered(console, agent, cases, water):
    body("source", ("عين", "Commune de Source", "Source"), agency=water)
    Category.objects.update_or_create(
        code="pipe",
        defaults={
            "name_ar": "x",
            "name_fr": "x",
            "name_en": "Pipe",
            "kinds": ["complaint"],
            "position": 991,
        },
    )
    theirs = filed(water, organisation_code="source", category_code="pipe").reference
    console.sign_in_as(Role.SUPERVISOR)

    page = text_of(english(console).get("/?view=open")) + filter_form(console, "?view=open")
    chosen = console.get("/?view=all&body=source&category=pipe")

    assert ("Source" in page, "Pipe" in page, theirs in page) == (False, False, False)
    assert references_on(chosen) == []
