"""Who keeps the public pages of every day learns nothing of a request filed in between."""

from itertools import product
from typing import Any

import pytest

from shared.kernel import clock
from tests.factories import organisation_of
from tests.register.factories import at, registered, story

pytestmark = pytest.mark.django_db
API = "/api/v1/statistics/"
# Days of 2026: in February, the day after, and the first of March.
EVENING, MORNING, NEXT_MONTH = 45, 46, 59


@pytest.fixture
def before(roads, water):
    """Requests of the month that is over, at two administrations."""
    organisation_of(roads)
    for agency in (roads, water):
        registered(agency, *[story(("received", 3), ("answered", 9)) for _ in range(8)])


def published(client, day):
    """All that a stranger reads on that day about everybody, one administration and one kind."""
    with clock.travel(at(day)):
        pages = [client.get(path) for path in ("/en/", "/en/organisations/roads/")]
        found: dict[tuple[str, ...], Any] = {
            (path,): headline_on(page) for path, page in zip(("first", "body"), pages, strict=True)
        }
        asked = product(("", "roads", "water"), ("", "complaint"), ("month", "agency"))
        for agency, kind, group in asked:
            query = {"agency": agency, "kind": kind, "group": group, "from": "2026-01-01"}
            for path in (API, "/en/statistics/figures.csv"):
                answer = client.get(path, query)
                told = answer.json() if path == API else {"file": answer.content}
                found[path, agency, kind, group] = {
                    name: value for name, value in told.items() if name != "as_of"
                }
    return found


def headline_on(page):
    headline = page.context.get("headline") or page.context["body"].headline
    return [(line.measure, line.value, line.n) for line in headline.lines]


def test_the_page_of_the_next_day_says_nothing_of_a_request_filed_since(client, roads, before):
    evening = published(client, EVENING)
    registered(roads, story(("received", EVENING)))

    assert published(client, MORNING) == evening


def test_when_the_month_is_over_its_requests_are_counted(client, roads, before):
    evening = published(client, EVENING)
    registered(roads, story(("received", EVENING)))

    after = published(client, NEXT_MONTH)

    asked = (API, "roads", "", "month")
    assert evening[asked]["figures"]["received"]["value"] == 8
    assert after[asked]["figures"]["received"]["value"] == 9
    assert [group["key"] for group in after[asked]["groups"]] == ["2026-01", "2026-02"]


def test_a_question_about_the_month_that_runs_is_told_when_to_come_again(client, before):
    with clock.travel(at(EVENING)):
        page = client.get("/en/statistics/?from=2026-02-01").content.decode()
        answer = client.get(f"{API}?from=2026-02-01")

    assert "The figures of a month are published when it is over." in page
    assert answer.status_code == 400
