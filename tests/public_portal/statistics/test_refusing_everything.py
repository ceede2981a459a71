"""Refusing everything on day one is never shown as good, on no page, file or answer."""

import csv
import html
import re
from datetime import date
from io import StringIO

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.services.users import user_create
from shared.complaints import services
from shared.complaints.models import Complaint
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context, start_in
from tests.shared.register.factories import at, registered, story
from tests.support.factories import PASSWORD, REPLY, filed, officer_actor, staff
from tests.support.reviewed import REFUSAL
from tests.support.sessions import open_session

pytestmark = pytest.mark.django_db

PERIOD = "from=2025-05-01&to=2026-04-30"
GOOD = ("Above the national", "Above the average")
WORDS = "Refuses 100.0\xa0% of its requests"


@pytest.fixture(autouse=True)
def _on_day_100():
    with clock.travel(at(100)):
        yield


@pytest.fixture
def lives(roads, water):
    """Roads refuses all 60 on day one, and 6 are reversed; water answers 45 of 50 in time."""
    registered(roads, *[story(("received", 0), ("inadmissible", 0)) for _ in range(46)])
    registered(
        roads,
        *[story(("received", 0), ("inadmissible", 0), ("reopened", 3)) for _ in range(8)],
        *[
            story(("received", 0), ("inadmissible", 0), ("reopened", 3), ("answered", 20))
            for _ in range(6)
        ],
    )
    registered(water, *[story(("received", 0), ("answered", 30)) for _ in range(45)])
    registered(water, *[story(("received", 0)) for _ in range(5)])


def browser(host, user=None):
    client = Client(headers={"host": host, "accept-language": "en"})
    if user is not None:
        open_session(client, user)
    return client


@pytest.fixture
def analyst(db):
    user = user_create(
        email="analyst@oversight.example",
        name="An analyst",
        role=Role.ANALYST,
        password=PASSWORD,
        actor=SYSTEM,
    )
    return browser("oversight.testserver", user)


def text_of(page):
    assert page.status_code == 200
    return html.unescape(page.content.decode())


def cells_of(page, label):
    """The texts of the row that begins with this name."""
    text = re.sub(r"<svg.*?</svg>", "[drawing]", text_of(page), flags=re.DOTALL)
    row = next(one for one in re.findall(r"<tr.*?</tr>", text, re.DOTALL) if f">{label}<" in one)
    return [
        " ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.split(r"</t[hd]>", row)[:-1]
    ]


def rows_of(page):
    text = page.content.decode("utf-8-sig")
    return {(row["group"], row["measure"]): row for row in csv.DictReader(StringIO(text))}


def test_refusing_everything_on_day_one_is_never_shown_as_good_to_the_public(client, lives):
    page = client.get(f"/en/statistics/?{PERIOD}")
    english = {"accept-language": "en"}
    asked = f"{PERIOD}&group=agency"
    answer = client.get(f"/api/v1/statistics/?{asked}", headers=english).json()
    file = rows_of(client.get(f"/en/statistics/figures.csv?{asked}"))

    cells = cells_of(page, "Roads")
    # No dot at the right end of a drawing: the words stand there.
    assert WORDS.replace("\xa0", " ") in cells
    assert "[drawing]" not in cells
    assert "[drawing]" in cells_of(page, "Water")
    assert not any(word in text_of(page) for word in GOOD)
    figures = next(one for one in answer["groups"] if one["key"] == "roads")["figures"]
    assert [figures[name]["value"] for name in ("in_time", "reasoned_in_time", "refused")] == [
        1.0, 0.0, 1.0,
    ]  # fmt: skip
    assert (figures["refused"]["n"], figures["refused"]["low"] > 0.9) == (60, True)
    assert figures["refused_reopened"]["value"] == round(14 / 60, 6)
    assert figures["refused_reversed"]["value"] == 0.1
    assert figures["standing"]["note"] == file["roads", "standing"]["note"] == WORDS
    assert float(file["roads", "refused"]["value"]) == 1.0
    assert "standing" not in next(o for o in answer["groups"] if o["key"] == "water")["figures"]


@pytest.mark.parametrize("path", ["/en/statistics/roads/?", "/en/statistics/?agency=roads&"])
def test_the_page_of_the_agency_says_what_it_refuses_beside_its_time(client, lives, path):
    page = text_of(client.get(f"{path}{PERIOD}"))

    measures = re.findall(r'data-measure="(\w+)"', page)
    place = measures.index("in_time")
    assert measures[place : place + 5] == [
        "in_time", "reasoned_in_time", "refused", "refused_reopened", "refused_reversed",
    ]  # fmt: skip
    assert not any(word in page for word in GOOD)


def test_a_body_page_and_the_first_page_show_refusals_beside_the_time(client, lives):
    for path in ("/en/", "/en/organisations/roads/"):
        context = client.get(path).context
        headline = context.get("headline") or context["body"].headline
        measures = [line.measure.value for line in headline.lines]
        place = measures.index("in_time")
        assert measures[place : place + 3] == ["in_time", "refused", "refused_reversed"]


def test_refusing_everything_on_day_one_is_never_shown_as_good_to_oversight(analyst, lives):
    page = analyst.get(f"/?{PERIOD}")
    told = analyst.get(f"/api/v1/comparison/?{PERIOD}").json()
    file = rows_of(analyst.get(f"/comparison.csv?{PERIOD}"))

    assert not any(word in text_of(page) for word in GOOD)
    assert WORDS.replace("\xa0", " ") in cells_of(page, "Roads")
    figures = next(one for one in told["agencies"] if one["key"] == "roads")["figures"]
    assert figures["standing"]["note"] == file["roads", "standing"]["note"] == WORDS
    assert (figures["refused"]["value"], figures["refused"]["n"]) == (1.0, 60)
    assert (told["average_reasoned"]["value"], told["average_refused"]["n"]) == (
        round(45 / 110, 6), 105,
    )  # fmt: skip


def test_oversight_lists_whose_refusals_stand_out_with_their_outcome(analyst, lives):
    page = analyst.get(f"/refusals/?{PERIOD}")

    rows = re.findall(r'<tr data-agency="([\w-]+)"', text_of(page))
    assert rows == ["roads"]
    cells = cells_of(page, "Roads")
    assert cells[:2] == ["Roads", "100.0 % out of 60"]
    assert cells[3].startswith("100.0 %")
    assert [cells[4], cells[5]] == ["23.3 % out of 60", "10.0 % out of 60"]
    assert f'href="/agencies/roads/?{PERIOD}"' in text_of(page)


def test_nobody_is_listed_where_all_refuse_alike(analyst, roads, water):
    for agency in (roads, water):
        registered(agency, *[story(("received", 0), ("inadmissible", 1)) for _ in range(5)])
        registered(agency, *[story(("received", 0), ("answered", 1)) for _ in range(40)])

    page = text_of(analyst.get(f"/refusals/?{PERIOD}"))

    assert "No administration stands out by its share of refusals." in page
    assert "2 administrations with 30 replies or more were compared." in page


def test_the_list_costs_the_same_for_one_agency_and_for_two(
    analyst, roads, water, django_assert_max_num_queries
):
    registered(roads, *[story(("received", 0), ("inadmissible", 0)) for _ in range(40)])
    registered(water, *[story(("received", 0), ("answered", 1)) for _ in range(40)])

    with django_assert_max_num_queries(10):
        analyst.get(f"/refusals/?{PERIOD}")


def cases_of(agency, officer, *, category, refused, **columns):
    """Thirty cases of a category, decided today."""
    for _ in range(30):
        hand = {
            "reference": filed(agency).reference,
            "officer": officer,
            "actor": officer_actor(officer),
        }
        with agency_context(agency):
            if refused:
                services.complaint_refuse(draft=REFUSAL, **hand)
            else:
                services.complaint_reply(draft=REPLY, **hand)
            rows = Complaint.objects.filter(reference=hand["reference"])
            rows.update(category_code=category, **columns)


def test_an_agencys_own_report_never_calls_refusing_good(roads):
    officer = staff(roads, Role.ADMINISTRATOR)
    with agency_context(roads):
        User.objects.filter(pk=officer.pk).update(language="en")
    cases_of(roads, officer, category="refusing", refused=True)
    cases_of(roads, officer, category="late", refused=False, due_on=date(2020, 1, 1))
    client = browser("roads.testserver")
    with agency_context(roads):
        open_session(client, officer)
    try:
        page = text_of(client.get("/reports/groups/"))
        report = text_of(client.get("/reports/"))
    finally:
        start_in(None)

    assert not any(word in page for word in GOOD)
    assert "Refuses 100.0\xa0% of the requests" in page
    measures = re.findall(r'data-measure="(\w+)"', report)
    assert measures.index("refused") == measures.index("in_time") + 2
