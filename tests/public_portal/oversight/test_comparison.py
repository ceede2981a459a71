"""National oversight compares agencies: fairly, and for itself alone."""

import csv
import html
import re
from io import StringIO

import pytest

from shared.accounts.enums import Role
from shared.directory.models import Organisation
from shared.kernel import clock
from tests.shared.register.factories import at, registered, story

pytestmark = pytest.mark.django_db

PERIOD = "from=2026-01-01&to=2026-12-31"
PAGES = [
    "/",
    "/comparison.csv",
    "/agencies/roads/",
    "/agencies/roads/figures.csv",
    "/refusals/",
]


@pytest.fixture(autouse=True)
def _on_day_100():
    with clock.travel(at(100)):
        yield


@pytest.fixture
def lives(roads, water):
    """Roads answer 45 of 50 in time, water 24 of 40."""
    registered(roads, *[story(("received", 0), ("answered", 5)) for _ in range(45)])
    registered(roads, *[story(("received", 0)) for _ in range(5)])
    registered(water, *[story(("received", 0), ("answered", 40)) for _ in range(24)])
    registered(water, *[story(("received", 0), ("answered", 70)) for _ in range(16)])


def cells(page):
    """The texts of each agency's row, without markup."""
    rows = re.findall(r'<tr data-agency="([\w-]+)">(.*?)</tr>', page.content.decode(), re.DOTALL)
    return {
        code: [
            html.unescape(re.sub(r"<(svg.*?</svg|[^>]+)>", "", cell, flags=re.DOTALL)).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for code, row in rows
    }


@pytest.mark.parametrize("path", PAGES)
def test_nobody_reads_it_without_signing_in(anybody, roads, path):
    answer = anybody.get(path)

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_nobody_reads_it_without_the_role(signed_in, roads, role, path):
    assert signed_in(role).get(path).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_an_analyst_reads_it(analyst, roads, path):
    assert analyst.get(path).status_code == 200


def test_programmes_need_the_role_too(anybody, signed_in, roads):
    stranger = anybody.get("/api/v1/comparison/").status_code
    agent = signed_in(Role.AGENT).get("/api/v1/comparison/").status_code

    assert (stranger, agent) == (403, 403)


def test_the_comparison_is_not_on_the_citizens_host(anybody, roads):
    assert anybody.get("/comparison.csv", headers={"host": "testserver"}).status_code == 404


def test_agencies_stand_side_by_side_by_name(analyst, lives):
    rows = cells(analyst.get(f"/?{PERIOD}", headers={"accept-language": "en"}))

    assert rows == {
        "roads": [
            "Roads", "50", "5", "", "90.0\xa0%", "78.6–95.7\xa0%", "50",
            "90.0\xa0%78.6–95.7\xa0%", "0.0\xa0%0.0–7.9\xa0% · out of 45", "–", "–",
            "Above the national average", "5 days", "5 days", "0.0\xa0%out of 45", "–", "–",
        ],
        "water": [
            "Water", "40", "0", "", "60.0\xa0%", "44.6–73.7\xa0%", "40",
            "60.0\xa0%44.6–73.7\xa0%", "0.0\xa0%0.0–8.8\xa0% · out of 40", "–", "–",
            "Below the national average", "40 days", "Not within 60 days", "0.0\xa0%out of 40", "–",
            "–",
        ],
    }  # fmt: skip


def test_the_columns_of_the_comparison_name_numbers_and_shares(analyst, lives):
    page = analyst.get(f"/?{PERIOD}", headers={"accept-language": "fr"}).content.decode()

    headings = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page)
    assert [one for one in headings if one in ("Reçues", "Taux de réouverture", "Rouverte")] == [
        "Reçues", "Taux de réouverture",
    ]  # fmt: skip


def test_page_file_and_programme_show_the_same_numbers(analyst, lives):
    text = analyst.get(f"/comparison.csv?{PERIOD}").content.decode("utf-8-sig")
    answer = analyst.get(f"/api/v1/comparison/?{PERIOD}").json()

    written = {
        (row["group"], row["measure"]): [
            float(row[column]) if row[column] else None for column in ("value", "n", "low", "high")
        ]
        for row in csv.DictReader(StringIO(text))
    }
    told = {
        (group["key"], measure): [figure[column] for column in ("value", "n", "low", "high")]
        for group in answer["agencies"]
        for measure, figure in group["figures"].items()
    }
    assert written == told
    assert told["roads", "in_time"][:2] == [0.9, 50]


def test_the_average_counts_every_case_alike(analyst, lives):
    answer = analyst.get(f"/api/v1/comparison/?{PERIOD}").json()

    assert (answer["average"]["value"], answer["average"]["n"]) == (round(69 / 90, 6), 90)


def test_bodies_are_compared_within_their_kind(analyst, lives):
    Organisation.objects.filter(code="water").update(kind="commune")

    rows = cells(analyst.get(f"/?{PERIOD}&body=commune", headers={"accept-language": "en"}))

    assert {code: row[11] for code, row in rows.items()} == {
        "water": "Cannot be told apart from the average of these bodies"
    }


def test_the_sheet_of_an_agency_shows_the_same_share(analyst, lives):
    page = analyst.get(f"/agencies/roads/?{PERIOD}", headers={"accept-language": "en"})

    shown = re.search(
        r'data-measure="in_time".*?measure-value"><bdi>(.*?)</bdi>',
        page.content.decode(),
        re.DOTALL,
    )
    assert html.unescape(shown.group(1)) == "90.0\xa0%"


def test_oversight_sees_small_counts(analyst, roads):
    registered(roads, *[story(("received", 0), ("withdrawn", 3)) for _ in range(2)])

    text = analyst.get(f"/agencies/roads/figures.csv?{PERIOD}").content.decode("utf-8-sig")

    rows = {row["measure"]: row["value"] for row in csv.DictReader(StringIO(text))}
    assert (rows["received"], rows["withdrawn"]) == ("2", "2")


def test_the_months_of_an_agency_are_a_file_too(analyst, lives):
    text = analyst.get(f"/agencies/water/figures.csv?{PERIOD}&months=1").content.decode("utf-8-sig")

    rows = [(row["group"], row["measure"], row["value"]) for row in csv.DictReader(StringIO(text))]
    assert rows == [("2026-01", "received", "40"), ("2026-01", "replied", "40")]


def test_an_unknown_agency_has_no_sheet(analyst):
    assert analyst.get("/agencies/moon/").status_code == 404


@pytest.mark.parametrize("path", ["/", "/agencies/roads/"])
def test_a_wrong_day_is_explained_on_the_page(analyst, roads, path):
    page = analyst.get(f"{path}?from=abc", headers={"accept-language": "en"})

    assert (page.status_code, list(page.context["form"].errors)) == (200, ["from"])


@pytest.mark.parametrize("path", ["/comparison.csv", "/agencies/roads/figures.csv"])
def test_the_file_of_a_wrong_question_is_refused(analyst, roads, path):
    assert analyst.get(f"{path}?to=2199-13-01").status_code == 400


def test_a_wrong_question_is_told_to_programmes(analyst):
    answer = analyst.get("/api/v1/comparison/?body=castle")

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (
        400, ["body"],
    )  # fmt: skip


def test_the_comparison_costs_the_same_for_one_agency_and_for_two(
    analyst, roads, water, django_assert_num_queries, django_assert_max_num_queries
):
    registered(roads, story(("received", 0)))
    registered(water, *[story(("received", 0)) for _ in range(3)])

    with django_assert_max_num_queries(10):
        analyst.get(f"/?{PERIOD}")
