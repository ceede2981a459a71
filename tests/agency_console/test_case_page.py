"""The page of a case: what an officer sees, and what stays hidden from them."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest

from agency_console.casework.selectors.case_page import citizen_card
from shared.accounts.enums import Role
from shared.complaints.enums import Author, Declaration, Kind, Privacy, ScanState
from shared.complaints.models import Complaint
from shared.complaints.selectors import case_events, case_notes, complaint_get, public_case
from shared.complaints.services import (
    attachment_add,
    citizen_message_add,
    complaint_assign,
    complaint_reply,
    note_add,
    rating_give,
)
from shared.complaints.types import PartyDraft, RatingDraft, StoredFile, UploadedContent
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import acts_offered, text_of
from tests.support import samples
from tests.support.factories import REPLY, filed, officer_actor, staff

PARTY = PartyDraft(
    name="Nadia Test", email="nadia@example.org", phone="+212600000000", national_id="AB123456"
)
PERSONAL = ("Nadia Test", "nadia@example.org", "+212600000000", "AB123456")
PDF = UploadedContent(name="facture.pdf", content=samples.PDF)


@pytest.fixture
def english(console):
    """The console in English, so that its words can be compared."""
    console.client.cookies["language"] = "en"
    return console


def test_a_named_citizen_is_shown_without_the_identity_number(console, agent, roads):
    reference = filed(roads, party=PARTY, privacy=Privacy.NAMED).reference

    page = text_of(console.get(f"/cases/{reference}/"))

    assert [word for word in PERSONAL if word in page] == list(PERSONAL[:3])


def test_who_holds_the_case_sees_the_identity_number(console, agent, roads):
    reference = filed(roads, party=PARTY, privacy=Privacy.NAMED).reference
    with agency_context(roads):
        complaint_assign(reference=reference, officer=agent, actor=officer_actor(agent))

    page = text_of(console.get(f"/cases/{reference}/"))

    assert [word for word in PERSONAL if word in page] == list(PERSONAL)


def kept_by_an_older_version(agency):
    """A confidential case whose person is not sealed yet: now nothing of them stands here."""
    reference = filed(agency, party=PARTY).reference
    with agency_context(agency):
        case = complaint_get(reference=reference)
        case.privacy = Privacy.CONFIDENTIAL
        case.save(update_fields=["privacy"])
    return reference


CASE_PAGES = ["", "reply/", "refuse/", "question/", "message/", "note/", "assign/"]


@pytest.mark.parametrize("page_name", CASE_PAGES)
def test_a_confidential_name_is_on_no_page_of_the_case(console, roads, page_name):
    reference = kept_by_an_older_version(roads)
    console.sign_in_as(Role.ADMINISTRATOR)

    page = console.get(f"/cases/{reference}/{page_name}")

    party = console.case(reference).party
    kept = (party.name, party.email, party.phone, party.national_id)
    assert kept == PERSONAL
    assert page.status_code == 200
    assert [word for word in PERSONAL if word in text_of(page)] == []


def test_the_card_of_a_confidential_citizen_is_empty_before_any_page_is_made(roads):
    reference = kept_by_an_older_version(roads)
    supervisor = staff(roads, Role.SUPERVISOR)

    with agency_context(roads):
        case = complaint_get(reference=reference)
        card = citizen_card(case, officer=supervisor)

    assert case.party.name == PARTY.name
    assert (card.name, card.email, card.phone, card.national_id) == ("", "", "", "")


@pytest.mark.parametrize(
    ("privacy", "words"),
    [
        (Privacy.CONFIDENTIAL, "their name is kept by the portal"),
        (Privacy.ANONYMOUS, "nobody has their name or address"),
    ],
)
def test_the_page_says_why_there_is_no_name(english, agent, roads, privacy, words):
    reference = filed(roads, party=PARTY, privacy=privacy).reference

    assert words in text_of(english.get(f"/cases/{reference}/"))


def test_the_deadline_comes_with_its_reason(english, agent, roads):
    with clock.travel(datetime(2026, 9, 1, 9, tzinfo=UTC)):
        reference = filed(roads).reference

    with clock.travel(datetime(2026, 9, 11, 9, tzinfo=UTC)):
        page = text_of(english.get(f"/cases/{reference}/"))

    assert "50 days left" in page
    assert (
        "Due by 31 October 2026: 60 days after the filing on 1 September 2026 (decree 2.17.265)."
        in page
    )
    assert "10 days have passed; the legal period is never paused." in page


def test_the_day_and_what_was_said_of_admissibility_are_shown(english, agent, roads):
    said = (Declaration.BEFORE_COURTS, Declaration.OTHER_BODY)
    told = filed(roads, happened_on=date(2025, 3, 7), declarations=said).reference
    none = filed(roads, declarations=(Declaration.NONE,)).reference
    untold = filed(roads).reference

    page = text_of(english.get(f"/cases/{told}/"))

    assert "<h3>When it happened</h3><p>7 March 2025</p>" in page
    assert "<h3>What the citizen declared when filing</h3><ul><li>The matter is before a" in page
    assert "<li>The matter is before a court, or a court has decided it</li>" in page
    assert "<li>The Mediator or another body is examining it already</li></ul>" in page
    assert "<li>The matter is before no court, and" in text_of(english.get(f"/cases/{none}/"))
    assert "declared when filing" not in text_of(english.get(f"/cases/{untold}/"))


def test_a_proposal_has_no_deadline_and_says_so(english, agent, roads):
    reference = filed(roads, kind=Kind.PROPOSAL).reference

    page = text_of(english.get(f"/cases/{reference}/"))

    assert "No legal deadline: only complaints have one." in page


def test_what_people_write_is_text_and_never_markup(console, agent, roads):
    hostile = "<script>alert(1)</script> & the lamp on my street is out"
    reference = filed(roads, body=hostile, subject=hostile, remedy=hostile).reference

    page = text_of(console.get(f"/cases/{reference}/"))

    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; the lamp") >= 3


def test_a_note_looks_unlike_a_message_and_says_that_it_stays(english, agent, roads):
    reference = filed(roads).reference
    with agency_context(roads):
        citizen_message_add(reference=reference, body="Still dark.", actor=CITIZEN)
        actor = officer_actor(agent)
        note_add(reference=reference, body="Ask Karim first.", officer=agent, actor=actor)

    page = text_of(english.get(f"/cases/{reference}/"))

    entry = r'class="message message-(\w+)">.*?<strong>(.*?)</strong>.*?dir="auto">(.*?)</p>'
    spoken = re.findall(entry, page, re.DOTALL)
    assert spoken == [
        ("citizen", "Message", "Still dark."),
        ("note", "Internal note, never sent to the citizen", "Ask Karim first."),
    ]


def test_a_note_never_reaches_what_the_citizen_sees(console, agent, roads):
    reference = filed(roads).reference

    console.post(f"/cases/{reference}/note/", {"body": "Ask Karim first."})

    with agency_context(roads):
        notes = noted(console.case(reference))
        shown = repr(public_case(reference=reference))
    assert notes == ["Ask Karim first."]
    assert "Karim" not in shown
    assert "note_added" not in shown


def test_history_tells_who_did_what_in_order(english, agent, roads):
    reference = filed(roads).reference
    with agency_context(roads):
        hand = officer_actor(agent)
        complaint_assign(reference=reference, officer=agent, actor=hand)
        complaint_reply(reference=reference, draft=REPLY, officer=agent, actor=hand)

    page = text_of(english.get(f"/cases/{reference}/"))

    told = re.findall(r'timeline-title">(.*?)</p>.*?timeline-by"><bdi>(.*?)</bdi>', page, re.DOTALL)
    assert told == [
        ("Request received", "Action by: \u2068Citizen\u2069"),
        ("An officer was assigned", f"Action by: \u2068{agent.name}\u2069"),
        ("Reply sent", f"Action by: \u2068{agent.name}\u2069"),
    ]


def test_a_rating_is_shown_with_its_words(english, agent, roads):
    reference = filed(roads).reference
    with agency_context(roads):
        complaint_reply(reference=reference, draft=REPLY, officer=agent, actor=officer_actor(agent))
        draft = RatingDraft(resolved=False, handling=2, comment="Nobody came.")
        rating_give(reference=reference, draft=draft, actor=CITIZEN)

    page = text_of(english.get(f"/cases/{reference}/"))

    assert "Not resolved · handling rated 2 out of 5" in page
    assert "Nobody came." in page


def test_a_file_comes_as_a_download_with_its_true_type(console, agent, roads):
    reference = filed(roads).reference
    with agency_context(roads):
        file = attachment_add(reference=reference, upload=PDF, author=Author.CITIZEN, actor=CITIZEN)

    answer = console.get(f"/cases/{reference}/files/{file.pk}/")

    assert console.received == PDF.content
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="facture.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "no-store, private"


def test_a_file_of_another_case_is_not_there(console, agent, roads):
    mine, other = filed(roads).reference, filed(roads).reference
    with agency_context(roads):
        file = attachment_add(reference=other, upload=PDF, author=Author.CITIZEN, actor=CITIZEN)

    statuses = [
        console.get(f"/cases/{reference}/files/{file.pk}/").status_code
        for reference in (mine, other)
    ]

    assert statuses == [404, 200]


@pytest.mark.parametrize(
    ("scan", "said"),
    [
        (ScanState.INFECTED, "a virus was found: the file has been deleted"),
        (ScanState.PENDING, "waits for the virus check: nobody can open it until then"),
    ],
)
def test_a_file_that_may_hold_a_virus_is_named_but_never_given(english, agent, roads, scan, said):
    reference = filed(roads).reference
    with agency_context(roads):
        file = attachment_add(reference=reference, upload=PDF, author=Author.CITIZEN, actor=CITIZEN)
        file.scan = scan
        file.save()

    page = text_of(english.get(f"/cases/{reference}/"))

    assert "facture.pdf" in page
    assert said in page
    assert f"/files/{file.pk}/" not in page
    assert english.get(f"/cases/{reference}/files/{file.pk}/").status_code == 409


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What is done inside is committed."""
    return partial(django_capture_on_commit_callbacks, execute=True)


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_number_of_questions_however_long_the_talk(
    console, agent, roads, number, committed, statement_count
):
    reference = filed(roads).reference
    colleague = staff(roads, Role.AGENT, "colleague@roads.example")
    with agency_context(roads):
        for _ in range(number):
            hand = officer_actor(colleague)
            citizen_message_add(reference=reference, body="Still dark.", actor=CITIZEN)
            note_add(reference=reference, body="Ask first.", officer=colleague, actor=hand)
            attachment_add(reference=reference, upload=PDF, author=Author.CITIZEN, actor=CITIZEN)
    with committed():
        console.get(f"/cases/{reference}/")

    with statement_count("console: a case"):
        page = console.get(f"/cases/{reference}/")

    assert text_of(page).count("Still dark.") == number


def test_a_file_that_came_with_the_request_is_shown(console, agent, roads):
    file = StoredFile(
        id=uuid4(),
        name="letter.pdf",
        content_type="application/pdf",
        size=7,
        sha256=bytes(32),
        path="ab/cd",
        scan=ScanState.CLEAN,
    )
    reference = filed(roads, files=(file,)).reference

    page = text_of(console.get(f"/cases/{reference}/"))

    assert f'href="/cases/{reference}/files/{file.id}/"><bdi>letter.pdf</bdi>' in page


def test_talk_is_asked_for_where_an_event_tells_of_any(
    console, agent, roads, committed, statement_count
):
    reference = filed(roads).reference
    with committed():
        console.get(f"/cases/{reference}/")

    with statement_count("console: a case without messages and notes"):
        console.get(f"/cases/{reference}/")


def test_a_note_is_saved_in_this_many_statements(console, agent, roads, committed, statement_count):
    reference = filed(roads).reference
    with committed():
        console.post(f"/cases/{reference}/note/", {"body": "Ask first."})

    with statement_count("console: a note") as asked:
        console.post(f"/cases/{reference}/note/", {"body": "Ask again."})

    (changed,) = [one["sql"] for one in asked.captured_queries if 'UPDATE "compl' in one["sql"]]
    assert re.findall(r'"(\w+)" = ', changed) == ["version", "more_words", "id"]
    with agency_context(roads):
        case = complaint_get(reference=reference)
        assert noted(case) == ["Ask first.", "Ask again."]
        assert case.version == 3


def test_the_next_case_is_the_one_that_follows_in_the_view(console, agent, roads):
    start = datetime(2026, 11, 1, 9, tzinfo=UTC)
    references = []
    for day in range(3):
        with clock.travel(start + timedelta(days=day)):
            references.append(filed(roads).reference)

    following = [
        re.findall(r'href="([^"]+)" rel="next"', text_of(console.get(f"/cases/{ref}/?view=open")))
        for ref in references
    ]

    first, second, third = references
    assert [url.split("&amp;at=")[0] for (url,) in following] == [
        f"/cases/{second}/?view=open",
        f"/cases/{third}/?view=open",
        f"/cases/{first}/?view=open",
    ]


@pytest.mark.parametrize("query", ["", "?view=nonsense", "?view=mine"])
def test_without_a_view_or_others_in_it_there_is_no_next_case(console, agent, roads, query):
    reference = filed(roads).reference

    page = console.get(f"/cases/{reference}/{query}")

    assert 'rel="next"' not in text_of(page)


def test_an_agent_is_told_who_holds_the_case(english, agent, roads):
    reference = filed(roads).reference
    colleague = staff(roads, Role.AGENT, "colleague@roads.example")
    with agency_context(roads):
        complaint_assign(reference=reference, officer=colleague, actor=officer_actor(colleague))

    page = english.get(f"/cases/{reference}/")

    told = f"assigned to <bdi>{colleague.name}</bdi>. A supervisor can assign it to you."
    assert told in text_of(page)
    assert acts_offered(page) == ["note", "label"]


def noted(case: Complaint) -> list[str]:
    """What colleagues wrote."""
    return [note.body for note in case_notes(case, events=case_events(case))]
