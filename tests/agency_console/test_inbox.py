"""The inbox: which cases, in which order, page by page, and what it says when there are none."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from agency_console.access.forms import position_read, position_text, search_text
from agency_console.inbox.selectors import pages
from agency_console.inbox.selectors.pages import PAGE_SIZE
from shared.accounts.enums import Role
from shared.complaints.enums import Privacy
from shared.complaints.models import Complaint
from shared.complaints.selectors import (
    INBOX_VIEWS,
    inbox_counts,
)
from shared.complaints.services import (
    cases_escalate,
    complaint_assign,
    complaint_reopen,
    complaint_reply,
    complaint_withdraw,
    label_create,
    question_ask,
)
from shared.complaints.types import InboxPosition, PartyDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import (
    Console,
    asked_by,
    filed_on,
    lines_on,
    numbers_on,
    references_on,
    text_of,
)
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.sampling import each_once
from tests.support.units import unit

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


def test_inbox_shows_nothing_of_another_agency(console, agent, roads, water):
    filed(water)
    mine = filed(roads).reference

    page = console.get("/")

    assert references_on(page) == [mine]


@pytest.mark.parametrize(("number", "named"), each_once([1, 3, PAGE_SIZE], [False, True]))
def test_the_number_of_queries_does_not_follow_the_number_of_cases(
    console, agent, roads, number, named, statement_count
):
    references = [filed(roads).reference for _ in range(number)]
    with agency_context(roads):
        for reference in references:
            complaint_assign(reference=reference, officer=agent, actor=officer_actor(agent))
        if named:
            label = label_create(name="Roadworks").pk
            Complaint.objects.update(label_ids=[label], unit=unit("North"))
    console.get("/")

    page_name = "console: my cases, with labels and units" if named else "console: my cases"
    with statement_count(page_name):
        page = console.get("/")

    assert references_on(page) == references
    assert text_of(page).count("Roadworks") == (number if named else 0)


def test_the_number_of_templates_does_not_follow_the_number_of_cases(console, agent, roads):
    filed(roads)
    console.get("/?view=open")
    one = console.get("/?view=open")
    for _ in range(4):
        filed(roads)
    # The numbers beside the lists are new, and rendered once in a process.
    console.get("/?view=open")

    five = console.get("/?view=open")

    assert (len(references_on(one)), len(references_on(five))) == (1, 5)
    assert len(five.templates) == len(one.templates)


def test_the_numbers_beside_the_lists_are_those_of_each_officer_and_day(agent, roads):
    other = staff(roads, email="other@roads.example")
    mine, theirs = filed_on(roads, 1), filed_on(roads, 20)

    with agency_context(roads):
        complaint_assign(reference=mine, officer=agent, actor=officer_actor(agent))
        complaint_assign(reference=theirs, officer=other, actor=officer_actor(other))
        found = [
            inbox_counts(**asked_by(officer, today=NOW.date() + timedelta(days=days)), at_most=9)
            for officer, days in ((agent, 0), (other, 50), (agent, 500))
        ]

    numbers = [(one["mine"].number, one["overdue"].number) for one in found]
    assert numbers == [(1, 0), (1, 1), (1, 2)]


@pytest.fixture
def page_size(monkeypatch) -> int:
    """A page of the list that is soon full."""
    monkeypatch.setattr(pages, "PAGE_SIZE", 5)
    return 5


def test_a_full_page_has_no_next_one(console, agent, roads, page_size):
    for _ in range(page_size):
        filed(roads)

    page = console.get("/?view=open")

    assert len(references_on(page)) == page_size
    assert 'rel="next"' not in page.content.decode()


@pytest.mark.parametrize("text", ["", "lamp"])
def test_the_next_page_goes_on_where_the_first_ended(console, agent, roads, page_size, text):
    references = [filed(roads).reference for _ in range(page_size + 1)]
    first = console.get("/", {"view": "open", "q": text})

    link = re.search(r'href="([^"]+)" rel="next"', first.content.decode())
    second = console.get("/" + html.unescape(link.group(1)))

    assert references_on(first) + references_on(second) == references
    assert ('value="lamp"' in second.content.decode()) == bool(text)


@pytest.mark.parametrize(
    "position",
    [
        InboxPosition(case_id=7, day=NOW.date()),
        InboxPosition(case_id=7, day=NOW.date(), at=NOW + timedelta(microseconds=1)),
        InboxPosition(case_id=7, at=datetime(1960, 1, 1, tzinfo=UTC)),
        InboxPosition(case_id=10**17),
    ],
)
def test_a_position_survives_its_address(position):
    assert position_read(position_text(position)) == position


@pytest.mark.parametrize(
    "text",
    [
        *("", "~", "~1", "x~~1", "2026-13-01~~1", "~~-1", "~~" + "9" * 19, "~~١", "1", "~x~1"),
        *("~" + "9" * 18 + "~1", "~-" + "9" * 17 + "~1", "~1~1~1"),
    ],
)
def test_a_position_that_makes_no_sense_is_the_beginning(text):
    assert position_read(text) is None


@pytest.mark.parametrize(
    "address",
    [
        "/?view=nonsense",
        "/?after=zzz",
        "/?view=open&after=zzz~1",
        "/?kind=x&language=zz&channel=%00&officer=me&unit=x&label=-1&from=2026-99-01&to=1-1-1",
        "/?officer=" + "9" * 40 + "&unit=" + "9" * 40 + "&place=%00&from=0001-01-01",
        "/?sort=body&at=1~2&place=" + "x" * 300,
    ],
)
def test_an_address_that_makes_no_sense_still_shows_a_list(console, agent, roads, address):
    reference = filed(roads).reference

    assert references_on(console.get(address)) == [reference]


@pytest.mark.parametrize("text", ["%00", "x" * 500, "<script>", "'", "\\", "%F0%9F%A6%84"])
def test_no_search_breaks_the_inbox(console, agent, roads, text):
    filed(roads)

    assert console.get(f"/?q={text}").status_code == 200


def test_each_view_holds_its_cases_and_counts_them(console, agent, roads):
    colleague = staff(roads, Role.AGENT, "colleague@roads.example")
    hand = officer_actor(agent)
    with clock.travel(NOW - timedelta(days=61)):
        overdue = filed(roads).reference
    with agency_context(roads), clock.travel(NOW):
        cases_escalate(actor=SYSTEM)
    with clock.travel(NOW):
        nobody, mine, theirs, waiting, answered, withdrawn = (
            filed(roads).reference for _ in range(6)
        )
    with clock.travel(NOW), agency_context(roads):
        complaint_assign(reference=mine, officer=agent, actor=hand)
        complaint_assign(reference=theirs, officer=colleague, actor=hand)
        complaint_assign(reference=waiting, officer=colleague, actor=hand)
        question_ask(reference=waiting, body="Which street?", officer=colleague, actor=hand)
        complaint_reply(reference=answered, draft=REPLY, officer=agent, actor=hand)
        complaint_withdraw(reference=withdrawn, actor=CITIZEN)

    with clock.travel(NOW):
        pages = {view: console.get(f"/?view={view}&sort=oldest") for view in INBOX_VIEWS}

    expected = {
        "mine": [mine],
        "unassigned": [overdue, nobody],
        "due_5": [],
        "due_15": [],
        "overdue": [overdue],
        "escalated": [overdue],
        "promise_late": [overdue],
        "reopened": [],
        "awaiting": [waiting],
        "approval": [],
        "open": [overdue, nobody, mine, theirs, waiting],
        "new": [],
        "reviews": [],
        "promises": [],
        "snoozed": [],
        "answered": [answered],
        "all": [overdue, nobody, mine, theirs, waiting, answered, withdrawn],
    }
    assert {view: references_on(page) for view, page in pages.items()} == expected
    # Nobody's text waits for approval here: the list is not shown.
    assert numbers_on(pages["mine"]) == {
        view: str(len(cases)) for view, cases in expected.items() if view != "approval"
    }


def test_an_agent_with_cases_begins_with_them(console, agent, roads):
    mine = filed(roads).reference
    filed(roads)
    with agency_context(roads):
        complaint_assign(reference=mine, officer=agent, actor=officer_actor(agent))

    assert references_on(console.get("/")) == [mine]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_who_assigns_begins_with_what_nobody_holds(console, roads, role):
    user = console.sign_in_as(role)
    held = filed(roads).reference
    nobody = filed(roads).reference
    with agency_context(roads):
        complaint_assign(reference=held, officer=user, actor=officer_actor(user))

    assert references_on(console.get("/")) == [nobody]


def test_search_finds_by_subject_and_by_number_however_it_is_written(console, agent, roads):
    other = filed(roads, subject="Broken pavement").reference
    wanted = filed(roads, subject="إنارة الشارع").reference
    grouped = f"{wanted[:4]} {wanted[4:8]}"
    arabic = wanted.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    found = [references_on(console.get("/", {"q": text})) for text in ("إنارة", grouped, arabic)]

    assert found == [[wanted], [wanted], [wanted]]
    assert references_on(console.get("/")) == [other, wanted]


def test_words_keep_their_spaces_in_a_search():
    assert search_text("street lamp 12") == "street lamp 12"


def test_a_list_tells_nothing_about_who_wrote(console, agent, roads):
    party = PartyDraft(
        name="Nadia Test", email="nadia@example.org", phone="+212600000000", national_id="AB123456"
    )
    reference = filed(roads, party=party, privacy=Privacy.NAMED).reference

    page = console.get("/")

    text = page.content.decode()
    assert references_on(page) == [reference]
    assert [word for word in ("Nadia", "nadia@", "+212600000000", "AB123456") if word in text] == []


def test_four_empty_lists_say_four_things(console, agent, roads):
    first_use = _empty_title(console, "/")
    filed(roads)

    titles = [
        first_use,
        _empty_title(console, "/?q=nothing-like-it"),
        _empty_title(console, "/?view=mine"),
        _empty_title(console, "/?view=overdue"),
    ]

    assert len(set(titles)) == 4


def test_a_subject_in_another_script_is_isolated(console, agent, roads):
    filed(roads, subject="تأخر Dossier n° 12")

    assert "<bdi>تأخر Dossier n° 12</bdi>" in console.get("/").content.decode()


def test_a_deadline_is_told_in_words_and_by_a_shape(console, agent, roads):
    with clock.travel(NOW - timedelta(days=61)):
        filed(roads)
    console.client.cookies["language"] = "en"

    with clock.travel(NOW):
        page = console.get("/").content.decode()

    assert re.search(
        r'class="deadline deadline-late".*<path d="M1 1h10v10H1z"/></svg>[0-9]+ days late', page
    )


def test_a_reopened_case_lies_in_the_inbox_again(console, agent, roads):
    reference = filed(roads).reference
    with agency_context(roads):
        complaint_reply(reference=reference, draft=REPLY, officer=agent, actor=officer_actor(agent))
        complaint_reopen(reference=reference, body="It is still dark.", actor=CITIZEN)

    assert references_on(console.get("/?view=unassigned")) == [reference]


def test_keys_are_bound_only_for_those_who_want_them(console, agent, roads):
    on = console.get("/").content.decode()
    with agency_context(roads):
        agent.shortcuts = False
        agent.save()

    off = console.get("/").content.decode()

    assert ("data-shortcuts" in on, 'id="shortcuts"' in on) == (True, True)
    assert ("data-shortcuts" in off, 'id="shortcuts"' in off) == (False, False)


def test_a_line_can_be_selected(console, agent, roads):
    reference = filed(roads).reference

    (line,) = lines_on(console.get("/"))

    assert f'<input type="checkbox" name="case" value="{reference}"' in line


def _empty_title(console: Console, address: str) -> str:
    page = console.get(address).content.decode()
    return re.search(r'<div class="empty">.*?<h2>(.*?)</h2>', page, re.DOTALL).group(1)


def test_the_inbox_is_the_first_page():
    assert reverse("inbox:list-cases", urlconf="config.urls_agency") == "/"
