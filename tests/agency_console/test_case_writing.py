"""Who writes in a case, what of it is new, and what an officer may write when."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.catalogue.models import Category
from shared.complaints.selectors import complaint_get, versions_read
from shared.complaints.services import case_opened, citizen_message_add
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import WORDS, sent, ten_seconds_later, text_of, typed_in
from tests.support.factories import filed
from tests.support.moments import days_later


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


# --- presence ------------------------------------------------------------------------------------


def test_colleagues_see_who_writes_for_ten_seconds(console, mine, agent, colleague):
    address = f"/cases/{mine}/writers/?version=2"
    console.post(f"/cases/{mine}/draft/reply/", {"facts": "The lamp", "version": "2"})
    own = text_of(console.get(address))
    console.sign_in(colleague)
    theirs = text_of(console.get(address))

    with clock.travel(clock.now() + timedelta(seconds=11)):
        later = text_of(console.get(address))

    told = f"\u2068{agent.name}\u2069 is writing a reply…"
    assert [told in page for page in (own, theirs, later)] == [False, True, False]
    assert f'hx-get="/cases/{mine}/writers/?version=2"' in theirs


def test_whoever_has_the_page_open_learns_that_the_case_changed(console, mine, roads):
    address = f"/cases/{mine}/writers/?version=2"
    before = text_of(console.get(address))
    with agency_context(roads):
        citizen_message_add(reference=mine, body="It burns again.", actor=CITIZEN)

    after = text_of(console.get(address))

    told = "Something has changed in this case since you opened it."
    assert (told in before, told in after) == (False, True)


@pytest.mark.parametrize("act", ["ask who writes", "save what is typed"])
def test_what_a_page_does_every_few_seconds_reads_no_text_and_no_person(console, mine, act):
    with CaptureQueriesContext(connection) as asked:
        if act == "ask who writes":
            console.get(f"/cases/{mine}/writers/?version=2")
        else:
            console.post(f"/cases/{mine}/draft/reply/", {"facts": "The lamp", "version": "2"})

    sql = " ".join(one["sql"] for one in asked.captured_queries)
    read = set(re.findall(r'"complaints_(?:complaint|party)"."(\w+)"', sql))
    assert read == {"id", "reference", "version", "status", "assignee_id", "unit_id"}


# --- read ----------------------------------------------------------------------------------------


@pytest.fixture
def news(console, mine, roads):
    """The agent's case, in which the citizen wrote something."""
    with agency_context(roads):
        citizen_message_add(reference=mine, body="It burns again.", actor=CITIZEN)
    return mine


def test_a_page_that_took_long_does_not_take_back_what_a_later_one_has_noted(mine, agent, roads):
    with agency_context(roads):
        early = complaint_get(reference=mine)
        citizen_message_add(reference=mine, body="It burns again.", actor=CITIZEN)
        late = complaint_get(reference=mine)

        for seen in (late, early):
            case_opened(complaint=seen, user=agent)

        read = versions_read(case_ids=[late.pk], user_id=agent.pk)
    assert read == {late.pk: late.version}


def test_what_is_new_is_marked_until_its_officer_opens_the_case(console, news):
    first, second = (text_of(console.get(f"/cases/{news}/")) for _ in range(2))

    assert ('tag-info">New<' in first, 'tag-info">New<' in second) == (True, False)
    assert not console.case(news).has_citizen_news


def test_a_colleague_who_opens_it_leaves_the_mark(console, news, colleague):
    console.sign_in(colleague)

    console.get(f"/cases/{news}/")

    assert console.case(news).has_citizen_news


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}]
)
def test_a_page_that_a_browser_fetched_by_itself_is_not_read(console, news, headers):
    host = {"host": f"{console.agency.code}.testserver"}

    console.client.get(f"/cases/{news}/", headers={**host, **headers})

    assert console.case(news).has_citizen_news


def test_a_page_asked_for_without_its_content_is_not_read(console, news):
    console.client.head(f"/cases/{news}/", headers={"host": f"{console.agency.code}.testserver"})

    assert console.case(news).has_citizen_news


# --- notes ---------------------------------------------------------------------------------------


def test_a_note_with_the_citizens_words_is_confirmed_first(console, mine, roads):
    words = {"body": "He says: the street lamp before number twelve has been out since March."}

    page = console.post(f"/cases/{mine}/note/", words)
    saved = console.post(f"/cases/{mine}/note/", {**words, "confirmed": "on"})

    assert "This note repeats words of the citizen" in text_of(page)
    assert 'name="confirmed" value="on"' in text_of(page)
    assert typed_in(page, "body") == words["body"]
    assert saved.status_code == 302


def test_a_note_in_own_words_is_saved_at_once(console, mine):
    page = console.post(
        f"/cases/{mine}/note/", {"body": "Karim will go there on Tuesday and look at the lamp."}
    )

    assert page.status_code == 302


def test_the_citizen_can_be_written_to_after_the_reply(console, mine):
    console.post(f"/cases/{mine}/reply/", {**WORDS, "version": "2", "step": "send"})
    ten_seconds_later(console)
    version = str(console.case(mine).version)

    page = console.get(f"/cases/{mine}/?write=message")
    console.post(f"/cases/{mine}/message/", {"body": "It was mended.", "version": version})
    ten_seconds_later(console)

    assert "data-submit" in text_of(page)
    assert sent(console, mine)[-1] == ("message", "It was mended.")
    with clock.travel(days_later(40)):
        late = text_of(console.get(f"/cases/{mine}/message/"))
    assert "data-submit" not in late


def test_a_question_is_withdrawn(console, mine):
    console.post(f"/cases/{mine}/question/", {"body": "Which lamp?", "version": "2"})
    ten_seconds_later(console)
    version = str(console.case(mine).version)
    offered = f'action="/cases/{mine}/withdraw/"'
    before = text_of(console.get(f"/cases/{mine}/"))

    console.post(f"/cases/{mine}/withdraw/", {"version": version})

    after = text_of(console.get(f"/cases/{mine}/"))
    assert (offered in before, offered in after) == (True, False)
    assert console.case(mine).status == "in_progress"


def test_a_question_that_passes_the_term_warns(console, agent, roads):
    with clock.travel(clock.now() - timedelta(days=50)):
        late = filed(roads).reference
    soon = filed(roads).reference

    told = [
        "The citizen can answer until" in text_of(console.get(f"/cases/{reference}/question/"))
        for reference in (late, soon)
    ]

    assert told == [True, False]


def test_similar_cases_come_after_the_page_and_have_a_page_of_their_own(console, mine):
    page = text_of(console.get(f"/cases/{mine}/?view=open"))

    assert f'hx-get="/cases/{mine}/similar/?view=open" hx-trigger="load"' in page
    assert 'id="case-hints"' in text_of(console.get(f"/cases/{mine}/similar/"))


def test_the_category_is_corrected(console, mine):
    Category.objects.create(
        code="lighting", kinds=["complaint"], position=1, name_ar="x", name_fr="x", name_en="x"
    )

    console.post(f"/cases/{mine}/category/", {"version": "2", "category": "lighting"})

    assert console.case(mine).category_code == "lighting"


def test_a_case_is_left_to_the_unit(console, mine):
    console.post(f"/cases/{mine}/leave/", {"version": "2"})

    assert console.case(mine).assignee is None
