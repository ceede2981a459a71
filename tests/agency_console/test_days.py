"""Both clocks on an officer's page, in words and shapes."""

import re
from datetime import UTC, datetime

import pytest

from shared.complaints import services
from shared.kernel import clock
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of
from tests.support.factories import filed, officer_actor

pytestmark = pytest.mark.django_db


def on(day, month=3):
    """The clock stands at that day of 2026 (the 2nd of March is a Monday)."""
    return clock.travel(datetime(2026, month, day, 10, tzinfo=UTC))


@pytest.fixture
def reference(roads, water):
    with on(2):
        filed(water)
        return filed(roads).reference


@pytest.fixture
def english(console, agent):
    """The console as an English-speaking officer reads it."""
    console.client.cookies["language"] = "en"
    return console


def shapes(page):
    return re.findall(r'class="deadline deadline-(\w+)"', page.split("<aside")[1])


@pytest.mark.parametrize(
    ("day", "shape", "words"),
    [
        (13, "ok", "11 working days left"),
        (25, "soon", "3 working days left"),
        (30, "soon", "Last working day"),
        (31, "late", "1 working day late"),
    ],
)
def test_the_promise_is_told_in_words_with_a_shape_of_its_own(
    english, reference, day, shape, words
):
    with on(day):
        page = text_of(english.get(f"/cases/{reference}/"))

    assert shapes(page)[-1] == shape
    assert words in page


def test_on_the_day_of_filing_the_legal_period_begins_tomorrow(english, reference):
    with on(2):
        page = text_of(english.get(f"/cases/{reference}/"))

    assert "The legal period begins tomorrow; it is never paused." in page
    assert "0 days have passed" not in page


def test_while_the_citizen_is_awaited_the_promise_pauses_and_the_law_does_not(
    english, agent, roads, reference
):
    hand = officer_actor(agent)
    with on(3), agency_context(roads):
        services.complaint_assign(reference=reference, officer=agent, actor=hand)
        services.question_ask(reference=reference, body="Which?", officer=agent, actor=hand)

    with on(5):
        page = text_of(english.get(f"/cases/{reference}/"))

    assert shapes(page) == ["ok", "paused"]
    assert "Paused since 3 March 2026, because the citizen&#x27;s answer is awaited." in page


def test_an_officer_reads_the_days(english, reference):
    with on(3):
        page = text_of(english.get(f"/cases/{reference}/days/"))

    assert "Not counted: the day of filing" in page
    assert page.count('<tr class="ledger-') == 2


def test_the_days_of_another_agencys_case_are_not_there(english, water):
    theirs = filed(water).reference

    assert english.get(f"/cases/{theirs}/days/").status_code == 404
