"""What a page of the inbox asks for again while it is looked at, and the marks on its lines."""

import html
import re
from datetime import datetime, timedelta

import pytest

from shared.accounts.enums import Role
from shared.audit.models import AuditEntry
from shared.complaints.enums import Author
from shared.complaints.models import Complaint, OfficerCaseState
from shared.complaints.services import (
    attachment_add,
    case_opened,
    citizen_message_add,
    complaint_assign,
    label_create,
    writing_note,
)
from shared.complaints.types import UploadedContent
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context, start_in
from tests.agency_console.conftest import (
    lines_on,
    numbers_on,
    references_on,
    rows_address,
    text_of,
)
from tests.support import samples
from tests.support.factories import filed, officer_actor, staff
from tests.support.units import unit

pytestmark = pytest.mark.django_db


def poll(console, url, etag=""):
    """What the page's script asks for."""
    headers = {"host": f"{console.agency.code}.testserver", "if-none-match": etag}
    page = console.client.get(url, headers=headers)
    start_in(None)
    return page


@pytest.fixture
def rows_url(console, mine):
    """Where the page of the officer's cases asks again."""
    return rows_address(console.get("/?view=mine"))


def test_nothing_is_sent_again_while_nothing_changed(console, mine, rows_url):
    page = console.get("/?view=mine")
    etag = re.search(r'data-etag="([^"]+)"', text_of(page)).group(1)

    again = poll(console, rows_url, html.unescape(etag))

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == page["ETag"]


@pytest.mark.parametrize("what", ["message", "assigned", "writing", "opened", "label"])
def test_whatever_a_line_says_changes_what_is_sent(
    console, roads, agent, colleague, mine, rows_url, what
):
    etag = poll(console, rows_url)["ETag"]
    with agency_context(roads):
        case = Complaint.objects.get(reference=mine)
        if what == "message":
            citizen_message_add(reference=mine, body="Still dark.", actor=CITIZEN)
        elif what == "assigned":
            complaint_assign(reference=mine, officer=colleague, actor=officer_actor(agent))
        elif what == "writing":
            writing_note(complaint_id=case.pk, user=colleague, act="reply")
        elif what == "opened":
            case_opened(complaint=case, user=agent)
        else:
            filed(roads)

    assert poll(console, rows_url, etag).status_code == 200


def test_list_is_sent_again_when_a_day_begins(console, roads):
    midnight = datetime(2026, 11, 25, tzinfo=clock.NATIONAL_ZONE)
    with clock.travel(midnight - timedelta(minutes=2)):
        console.sign_in_as(Role.AGENT)
        filed(roads)
        address = rows_address(console.get("/?view=open"))
        before = poll(console, address)
        again = poll(console, address, before["ETag"])
    with clock.travel(midnight + timedelta(minutes=1)):
        after = poll(console, address, before["ETag"])

    assert (again.status_code, after.status_code) == (304, 200)
    assert lines_on(before) != lines_on(after)


def test_what_is_sent_again_is_the_part_of_the_page(console, roads, mine, rows_url):
    page, part = console.get("/?view=mine"), poll(console, rows_url)

    assert references_on(part) == references_on(page)
    assert numbers_on(part) == numbers_on(page)
    assert lines_on(part) == lines_on(page)
    assert "<html" not in text_of(part)
    assert 'hx-swap-oob="true"' in text_of(part)


def test_a_message_of_the_citizen_marks_the_line_and_opens_a_list(console, roads, mine, rows_url):
    with agency_context(roads):
        citizen_message_add(reference=mine, body="Still dark.", actor=CITIZEN)

    part = poll(console, rows_url)

    (line,) = lines_on(part)
    assert "●" in line
    assert numbers_on(part)["new"] == "1"
    assert references_on(console.get("/?view=new")) == [mine]


def test_a_file_of_the_citizen_marks_the_line_too(console, roads, mine):
    with agency_context(roads):
        attachment_add(
            reference=mine,
            upload=UploadedContent(name="lamp.pdf", content=samples.PDF),
            author=Author.CITIZEN,
            actor=CITIZEN,
        )

    assert references_on(console.get("/?view=new")) == [mine]


def test_a_case_is_bold_until_its_reader_has_read_it(console, roads, agent, colleague, mine):
    with agency_context(roads):
        case_opened(complaint=Complaint.objects.get(reference=mine), user=agent)
    read = lines_on(console.get("/?view=mine"))[0]
    with agency_context(roads):
        citizen_message_add(reference=mine, body="Still dark.", actor=CITIZEN)
    unread = lines_on(console.get("/?view=mine"))[0]
    console.sign_in(colleague)
    for_another = lines_on(console.get("/?view=open"))[0]

    assert ["is-unread" in line for line in (read, unread, for_another)] == [False, True, True]


def test_who_writes_is_named_for_ten_seconds_and_to_others_alone(
    console, roads, agent, colleague, mine
):
    with agency_context(roads):
        colleague.name = "Fatima Z."
        colleague.save()
        case = Complaint.objects.get(reference=mine)
        writing_note(complaint_id=case.pk, user=colleague, act="reply")
        writing_note(complaint_id=case.pk, user=agent, act="note")
    now = lines_on(console.get("/?view=mine"))[0]
    with agency_context(roads):
        rows = OfficerCaseState.objects.filter(user=colleague)
        rows.update(writing_at=clock.now() - timedelta(seconds=11))
    later = lines_on(console.get("/?view=mine"))[0]

    assert (colleague.name in now, colleague.name in later) == (True, False)
    assert now.count(agent.name) == later.count(agent.name) == 1


@pytest.mark.parametrize("number", [1, 50])
def test_the_number_of_queries_of_the_part_does_not_follow_the_lines(
    console, agent, roads, number, statement_count
):
    colleague = staff(roads, Role.SUPERVISOR, email="writer@roads.example")
    for _ in range(number):
        reference = filed(roads).reference
        with agency_context(roads):
            case = Complaint.objects.get(reference=reference)
            writing_note(complaint_id=case.pk, user=colleague, act="reply")
            case_opened(complaint=case, user=agent)
    with agency_context(roads):
        label = label_create(name="Roadworks").pk
        Complaint.objects.update(label_ids=[label], unit=unit("North"))
    console.get("/inbox/rows/?view=open")

    with statement_count("console: the rows of open cases"):
        page = console.get("/inbox/rows/?view=open")

    assert len(references_on(page)) == number
    for name in (colleague.name, "Roadworks", "North"):
        assert text_of(page).count(name) == number


def test_whoever_is_not_signed_in_gets_no_part(console, roads):
    assert poll(console, "/inbox/rows/?view=open").status_code == 302


def test_a_preview_shows_the_case_and_is_recorded_without_opening_it(console, roads, agent, mine):
    with agency_context(roads):
        citizen_message_add(reference=mine, body="<b>Still</b> dark.", actor=CITIZEN)
        attachment_add(
            reference=mine,
            upload=UploadedContent(name="lamp.pdf", content=samples.PDF),
            author=Author.CITIZEN,
            actor=CITIZEN,
        )
    url = f"/inbox/cases/{mine}/preview/?view=mine"
    headers = {"host": f"{roads.code}.testserver", "hx-request": "true"}
    part = text_of(console.client.get(url, headers=headers))
    start_in(None)
    page = text_of(console.get(url))

    for shown in (part, page):
        assert "&lt;b&gt;Still&lt;/b&gt; dark." in shown
        assert "lamp.pdf" in shown
        assert f'href="/cases/{mine}/?view=mine"' in shown
    assert ("<html" in part, "<html" in page) == (False, True)
    with agency_context(roads):
        case = Complaint.objects.get(reference=mine)
        assert case.has_citizen_news
        assert not OfficerCaseState.objects.filter(user=agent, read_version=case.version).exists()
        assert AuditEntry.objects.filter(action="case.viewed", subject=mine).count() == 1


def test_the_line_from_which_a_case_was_opened_is_highlighted_on_return(console, roads, agent):
    references = [filed(roads).reference for _ in range(3)]
    list_page = text_of(console.get("/?view=open"))
    link = html.unescape(re.search(rf'href="(/cases/{references[1]}/[^"]+)"', list_page).group(1))
    case = text_of(console.get(link))
    back = html.unescape(re.search(r'href="([^"]+)" data-back', case).group(1))

    returned = text_of(console.get(back))

    assert re.findall(r'id="row-(\d+)" data-here', returned) == [references[1]]
    assert re.findall(r'id="open-(\d+)"[^>]* autofocus', returned) == [references[1]]
    # What is renewed beside an officer at work takes the focus from nowhere.
    assert "autofocus" not in text_of(console.get(f"/inbox/rows/{back.removeprefix('/')}"))
