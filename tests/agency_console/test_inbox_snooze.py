"""Cases that an officer puts aside: out of their lists until a day, unless the citizen writes."""

import html
import re
from datetime import date, datetime, timedelta

import pytest

from shared.audit.models import AuditEntry
from shared.complaints.models import Complaint, OfficerCaseState
from shared.complaints.services import case_snooze, citizen_message_add, complaint_assign
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import numbers_on, references_on, text_of
from tests.support.factories import filed, officer_actor
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db


def snoozed_until(roads, officer, reference) -> date | None:
    """Until when that officer has put the case aside."""
    with agency_context(roads):
        rows = OfficerCaseState.objects.filter(complaint__reference=reference, user=officer)
        return rows.values_list("snoozed_until", flat=True).first()


def test_a_case_put_aside_leaves_the_officers_lists_alone(console, roads, mine, colleague, agent):
    other = filed(roads).reference
    before = numbers_on(console.get("/?view=open"))

    answer = console.post(f"/inbox/cases/{mine}/snooze/", {"until": "tomorrow"})

    page = console.get("/?view=open")
    assert answer.url == "/"
    assert references_on(page) == [other]
    assert (before["mine"], numbers_on(page)["mine"]) == ("1", "0")
    assert references_on(console.get("/?view=snoozed")) == [mine]
    assert numbers_on(page)["snoozed"] == "1"
    # The list of all cases is a list of all cases.
    assert set(references_on(console.get("/?view=all"))) == {mine, other}
    assert snoozed_until(roads, agent, mine) == clock.today() + timedelta(days=1)
    console.sign_in(colleague)
    assert set(references_on(console.get("/?view=open"))) == {mine, other}
    assert references_on(console.get("/?view=snoozed")) == []


def test_it_is_back_on_its_day(console, roads, mine, agent):
    console.post(f"/inbox/cases/{mine}/snooze/", {"until_on": clock.today() + timedelta(days=2)})
    soon, then = (clock.now() + timedelta(days=days) for days in (1, 2))

    pages = []
    for moment in (soon, then):
        with clock.travel(moment):
            console.sign_in(agent)
            pages.append(references_on(console.get("/?view=mine")))

    assert pages == [[], [mine]]


def test_what_the_citizen_writes_brings_it_back(console, roads, mine):
    console.post(f"/inbox/cases/{mine}/snooze/", {"until": "week"})
    with agency_context(roads):
        citizen_message_add(reference=mine, body="It is urgent.", actor=CITIZEN)

    page = console.get("/?view=mine")

    assert references_on(page) == [mine]
    assert numbers_on(page)["mine"] == "1"


@pytest.mark.parametrize(("until", "days"), [("tomorrow", 1), ("week", 5), ("none", None)])
def test_the_words_for_a_day_mean_it(console, roads, mine, agent, until, days):
    # A Wednesday.
    with clock.travel(datetime(2026, 12, 2, 12, tzinfo=clock.NATIONAL_ZONE)):
        console.sign_in(agent)
        console.post(f"/inbox/cases/{mine}/snooze/", {"until": until})

    expected = date(2026, 12, 2) + timedelta(days=days) if days else None
    assert snoozed_until(roads, agent, mine) == expected


@pytest.mark.parametrize(
    "sent", [{}, {"until": "x"}, {"until_on": "2020-01-01"}, {"until_on": "x"}]
)
def test_a_day_that_makes_no_sense_is_refused_on_the_page_of_the_form(
    console, roads, mine, agent, sent
):
    page = console.post(f"/inbox/cases/{mine}/snooze/", sent)

    assert is_refused(page)
    assert 'class="error-summary"' in text_of(page)
    assert snoozed_until(roads, agent, mine) is None


def test_the_officer_returns_to_the_same_place_of_the_list(console, roads, mine):
    back = "?view=mine&sort=newest&kind=complaint&at=~1~7"

    answer = console.post(f"/inbox/cases/{mine}/snooze/", {"until": "tomorrow", "back": back})
    foreign = console.post(
        f"/inbox/cases/{mine}/snooze/",
        {"until": "tomorrow", "back": "https://evil.example/?view=x"},
    )

    assert answer.url == "/?view=mine&sort=newest&kind=complaint&at=~1~7"
    assert foreign.url == "/"


def test_a_search_finds_what_was_put_aside(console, roads, mine):
    console.post(f"/inbox/cases/{mine}/snooze/", {"until": "tomorrow"})

    page = console.get("/", {"view": "open", "q": mine})

    assert references_on(page) == [mine]


def test_the_menu_of_a_line_puts_aside_and_takes_back(console, roads, mine):
    first = text_of(console.get("/?view=mine"))
    console.post(f"/inbox/cases/{mine}/snooze/", {"until": "tomorrow"})
    second = text_of(console.get("/?view=snoozed"))

    offered = rf'form="snooze" formaction="/inbox/cases/{mine}/snooze/" name="until" value="(\w+)"'
    assert re.findall(offered, first) == ["tomorrow", "week"]
    assert re.findall(offered, second) == ["none"]


def test_the_page_of_the_form_leads_back_to_its_list(console, roads, mine):
    page = text_of(console.get(f"/inbox/cases/{mine}/snooze/?view=mine&label=3"))

    back = re.search(r'name="back" value="([^"]*)"', page).group(1)
    assert html.unescape(back) == "?view=mine&label=3"


def test_putting_aside_leaves_the_case_as_it_is(console, roads, mine, agent):
    before = console.case(mine).version

    console.post(f"/inbox/cases/{mine}/snooze/", {"until": "tomorrow"})

    assert console.case(mine).version == before
    with agency_context(roads):
        assert AuditEntry.objects.filter(action="case.viewed", subject=mine).count() == 1


def test_two_officers_put_the_same_case_aside_each_for_themselves(
    console, roads, reference, agent, colleague
):
    with agency_context(roads):
        case = Complaint.objects.get(reference=reference)
        case_snooze(complaint=case, user=colleague, until=clock.today() + timedelta(days=3))
        complaint_assign(reference=reference, officer=agent, actor=officer_actor(agent))

    assert references_on(console.get("/?view=mine")) == [reference]
