"""The agency's own figures."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest

from shared.complaints.services import complaint_reply
from shared.kernel import clock
from shared.register.services import register_project
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import references_on, text_of
from tests.support.factories import REPLY, filed, officer_actor

MARCH = "from=2026-03-01&to=2026-03-31"


@pytest.fixture
def march(console, agent, roads, water):
    """In March roads receives two complaints and answers one in ten days; water receives one."""
    console.client.cookies["language"] = "en"
    with clock.travel(datetime(2026, 3, 2, 9, tzinfo=UTC)):
        filed(water)
        answered = filed(roads).reference
        filed(roads)
    with clock.travel(datetime(2026, 3, 12, 9, tzinfo=UTC)), agency_context(roads):
        complaint_reply(reference=answered, draft=REPLY, officer=agent, actor=officer_actor(agent))
    register_project(limit=100)


def test_figures_of_the_moment_lead_to_their_lists(console, agent, roads):
    with clock.travel(datetime.now(UTC) - timedelta(days=61)):
        filed(roads)
    filed(roads)

    page = text_of(console.get("/reports/"))

    shown = re.findall(r'href="(/\?view=\w+)"><span class="figure-value">(\d+)<', page)
    assert shown == [
        ("/?view=overdue", "1"),
        ("/?view=escalated", "0"),
        ("/?view=unassigned", "2"),
        ("/?view=awaiting", "0"),
        ("/?view=open", "2"),
    ]
    lists = [len(references_on(console.get(url))) for url, _number in shown]
    assert lists == [int(number) for _url, number in shown]


def test_figures_of_a_period_are_those_of_this_agency(console, march):
    file = console.get(f"/reports/download/?{MARCH}").content.decode("utf-8-sig")

    figures = {row["measure"]: row["value"] for row in csv.DictReader(io.StringIO(file))}
    asked = ("received", "answered", "open", "answered_by_15")
    assert {name: float(figures[name]) for name in asked} == {
        "received": 2,
        "answered": 1,
        "open": 1,
        "answered_by_15": 0.5,
    }


def test_the_months_come_as_a_file_too(console, march):
    file = console.get(f"/reports/download/?{MARCH}&months=1").content.decode("utf-8-sig")

    rows = csv.DictReader(io.StringIO(file))
    months = [(row["group"], row["measure"], row["value"]) for row in rows]
    assert months == [("2026-03", "received", "2"), ("2026-03", "replied", "1")]


def test_the_page_shows_the_numbers_of_the_file(console, march):
    page = text_of(console.get(f"/reports/?{MARCH}"))

    assert "Requests filed from 1 March 2026 to 31 March 2026" in page
    assert re.search(r"Received.*?>2<", page, re.DOTALL)


@pytest.mark.parametrize(
    "query", ["from=x", "from=2026-05-01&to=2026-04-01", "to=2010-01-01", "kind=poem", "from=a%00"]
)
def test_a_period_that_makes_no_sense_is_told_and_breaks_nothing(console, agent, query):
    page = console.get(f"/reports/?{query}")
    file = console.get(f"/reports/download/?{query}")

    assert (page.status_code, file.status_code) == (200, 400)
    assert "error-summary" in text_of(page)
