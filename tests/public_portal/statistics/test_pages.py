"""The public figures: page, file and REST interface show the same numbers."""

import csv
import html
import re
from io import StringIO

import pytest
from django.utils.translation import override

from shared.kernel import clock
from shared.register.presenters.charts import share_text
from tests.shared.register.factories import at, registered, story

pytestmark = pytest.mark.django_db

# The last twelve months: for other periods what could point at a person is not published.
PERIOD = "from=2025-05-01&to=2026-04-30"
PAGE = f"/en/statistics/?{PERIOD}"
FILE = f"/en/statistics/figures.csv?{PERIOD}"
API = f"/api/v1/statistics/?{PERIOD}"


@pytest.fixture(autouse=True)
def _on_day_100():
    with clock.travel(at(100)):
        yield


@pytest.fixture
def lives(roads, water):
    """60 cases at one agency, 20 at the other; every ending, every measure."""
    registered(
        roads,
        *[
            story(
                ("received", 0), ("answered", 9 + day), ("rated", 80),
                resolved=day < 14, handling=4,
            )
            for day in range(20)
        ],
        *[story(("received", 5), ("answered", 70), ("reopened", 75)) for _ in range(10)],
        *[story(("received", 40), ("inadmissible", 50)) for _ in range(10)],
        *[story(("received", 35)) for _ in range(10)],
        *[story(("received", 60), ("withdrawn", 61)) for _ in range(5)],
        *[story(("received", 60), ("transferred", 64)) for _ in range(5)],
    )  # fmt: skip
    registered(water, story(("received", 1), ("answered", 2), kind="proposal"))
    registered(water, *[story(("received", 1), ("answered", 2)) for _ in range(19)])


def rows_of(response):
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def shown_on(response):
    """What the page shows of each measure: its text, without markup."""
    page = response.content.decode()
    found = re.findall(r'data-measure="(\w+)"(.*?)</li>', page, re.DOTALL)
    values = {}
    for measure, markup in found:
        value = re.search(r'measure-value"><bdi>(.*?)</bdi>', markup)
        values[measure] = html.unescape(value.group(1)) if value else None
    return values


def as_shown(figure):
    if figure["value"] is None:
        return None
    if figure["unit"] == "share":
        with override("en"):
            return share_text(figure["value"])
    return f"{figure['value']:g}"


def test_page_file_and_programme_show_the_same_numbers(client, lives):
    page = shown_on(client.get(PAGE))
    file = {row["measure"]: row for row in rows_of(client.get(FILE))}
    figures = client.get(API).json()["figures"]

    assert list(page) == list(file) == list(figures)
    for measure, figure in figures.items():
        for column in ("value", "n", "low", "high"):
            written = file[measure][column]
            assert (float(written) if written else None) == figure[column]
        if figure["unit"] in ("share", "count") and measure != "resolved_bounds":
            assert page[measure] == as_shown(figure)


def test_the_parts_add_up_to_what_was_received(client, lives):
    figures = client.get(API).json()["figures"]

    parts = ("answered", "inadmissible", "open", "withdrawn", "transferred")

    assert figures["received"]["value"] == 80
    assert sum(figures[part]["value"] for part in parts) == 80


def test_shares_carry_what_they_rest_on(client, lives):
    figures = client.get(API).json()["figures"]

    assert {
        name: (figure["value"], figure["n"])
        for name, figure in figures.items()
        if name in ("in_time", "response", "resolved", "reopened")
    } == {
        "in_time": (0.661017, 59),
        "response": (0.333333, 60),
        "resolved": (0.7, 20),
        "reopened": (0.166667, 60),
    }


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_page_stands_in_every_language(client, lives, language):
    assert client.get(f"/{language}/statistics/").status_code == 200


def test_the_agency_page_is_the_national_page_with_that_agency(client, lives):
    own = shown_on(client.get(f"/en/statistics/roads/?{PERIOD}"))
    chosen = shown_on(client.get(f"{PAGE}&agency=roads"))

    assert (own["received"], own) == ("60", chosen)


def test_an_unknown_agency_has_no_page(client):
    assert client.get("/en/statistics/moon/").status_code == 404


def test_agencies_stand_in_alphabetical_order_with_and_without_cases(client, roads, water):
    registered(water, story(("received", 0)))

    page = client.get(PAGE).content.decode()

    assert re.findall(r'href="/en/statistics/(\w+)/"', page) == ["roads", "water"]


def test_months_and_agencies_come_as_files_too(client, lives):
    months = rows_of(client.get(f"{FILE}&group=month"))
    agencies = rows_of(client.get(f"{FILE}&group=agency"))

    received = [(row["group"], row["value"]) for row in months if row["measure"] == "received"]
    by_agency = [
        (row["group_label"], row["value"]) for row in agencies if row["measure"] == "received"
    ]
    assert received == [("2026-01", "50"), ("2026-02", "20"), ("2026-03", "10")]
    assert by_agency == [("Roads", "60"), ("Water", "20")]


def test_the_programme_gets_groups_when_it_asks(client, lives):
    groups = client.get(f"{API}&group=agency&kind=complaint").json()["groups"]

    assert [(group["key"], group["figures"]["received"]["value"]) for group in groups] == [
        ("roads", 60),
        ("water", 19),
    ]


def test_a_proposal_carries_no_legal_clock(client, lives):
    figures = client.get(f"{API}&kind=proposal").json()["figures"]

    assert "in_time" not in figures


def test_the_moment_of_the_figures_is_told(client, lives):
    answer = client.get(API).json()

    assert (answer["date_from"], answer["date_to"], answer["as_of"]) == (
        "2025-05-01", "2026-04-11", "2026-04-11T12:00:00+00:00",
    )  # fmt: skip


def test_small_counts_are_not_published(client, roads):
    registered(
        roads,
        *[story(("received", 0), ("answered", 9)) for _ in range(20)],
        *[story(("received", 0), ("withdrawn", 9)) for _ in range(3)],
        *[story(("received", 0), ("transferred", 9)) for _ in range(9)],
        *[story(("received", 0)) for _ in range(2)],
    )

    figures = client.get(API).json()["figures"]

    names = ("answered", "open", "withdrawn", "transferred")
    assert [figures[name]["value"] for name in names] == [20, 2, None, None]
    assert shown_on(client.get(PAGE))["withdrawn"] is None


def test_of_three_requests_only_their_number_is_published(client, roads):
    registered(
        roads,
        *[
            story(("received", 0), ("answered", 9), ("rated", 10), resolved=True, handling=5)
            for _ in range(3)
        ],
    )

    figures = client.get(f"{API}&kind=complaint").json()["figures"]

    shown = {name: figure["value"] for name, figure in figures.items() if figure["value"]}
    assert shown == {"received": 3}


def test_one_unhappy_person_is_not_pointed_at(client, roads):
    registered(
        roads,
        *[
            story(("received", 0), ("answered", 9), ("rated", 10), resolved=happy > 0, handling=5)
            for happy in range(10)
        ],
    )

    figures = client.get(API).json()["figures"]

    assert (figures["resolved"]["value"], figures["resolved"]["n"]) == (None, None)
    assert (figures["resolved_bounds"]["low"], figures["resolved_bounds"]["high"]) == (None, None)


WRONG = [
    ("from=abc", "from"),
    ("from=9223372036854775808", "from"),
    ("to=2026-02-30", "to"),
    ("from=2026-03-02&to=2026-03-01", "to"),
    ("from=2199-01-01", "from"),
    ("to=1999-01-01&from=1998-01-01", "to"),
    ("kind=poem", "kind"),
    ("agency=moon", "agency"),
    ("group=colour", "group"),
    ("from=a%00", "from"),
]


@pytest.mark.parametrize(("query", "field"), WRONG)
def test_a_wrong_question_is_told_to_programmes(client, roads, query, field):
    answer = client.get(f"/api/v1/statistics/?{query}")

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (
        400, [field],
    )  # fmt: skip


@pytest.mark.parametrize(("query", "field"), WRONG)
def test_a_wrong_question_is_told_on_the_page(client, roads, query, field):
    page = client.get(f"/en/statistics/?{query}")

    assert (page.status_code, list(page.context["form"].errors)) == (200, [field])


def test_a_wrong_day_is_kept_and_explained(client):
    page = client.get("/en/statistics/?from=abc&to=2026-02-01").content.decode()

    assert "“abc” is not a day. Write it like 2026-01-31." in page
    assert 'value="2026-02-01"' in page


def test_a_wrong_day_is_explained_on_the_page_of_an_agency(client, roads):
    page = client.get("/en/statistics/roads/?to=abc")

    assert (page.status_code, list(page.context["form"].errors)) == (200, ["to"])


def test_what_was_typed_comes_back_harmless(client):
    page = client.get("/en/statistics/?from=%3Cscript%3E").content.decode()

    assert "<script>" not in page


def test_the_file_of_a_wrong_question_is_refused(client):
    assert client.get("/en/statistics/figures.csv?from=abc").status_code == 400


def test_days_far_apart_are_cut_to_what_was_counted(client, lives):
    answer = client.get("/api/v1/statistics/?from=0001-01-01&to=9999-12-31&group=month").json()

    assert (answer["date_from"], answer["date_to"]) == ("2018-01-01", "2026-04-11")
    assert len(answer["groups"]) == 3


def test_the_whole_page_costs_as_much_with_many_cases_as_with_few(
    client, roads, django_assert_max_num_queries
):
    registered(roads, *[story(("received", day), ("answered", day + 3)) for day in range(40)])

    with django_assert_max_num_queries(12):
        client.get("/en/statistics/?from=2026-01-01&to=2026-12-31")
