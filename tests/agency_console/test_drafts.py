"""What an officer writes is kept on the server until it is sent, and is nobody else's to send."""

import json
import re

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from agency_console.casework.errors import DraftLocked
from agency_console.casework.models import CaseDraft
from agency_console.casework.services.dispatch import case_draft_schedule
from agency_console.casework.services.drafts import case_draft_file_detach
from shared.accounts.enums import Role
from shared.complaints.models import Attachment
from shared.complaints.selectors import case_attachments, public_case
from shared.complaints.services import citizen_message_add, complaint_assign
from shared.files.upload_storage import upload_read
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import (
    WORDS,
    sent,
    ten_seconds_later,
    text_of,
    typed_in,
)
from tests.support import samples
from tests.support.factories import officer_actor, staff
from tests.support.refused_forms import is_refused

TYPED = {"facts": "The lamp is out since", "rule": "", "version": "2"}


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


def save(console, reference, act="reply", **changes):
    """What the page of a case sends every few seconds."""
    page = console.post(f"/cases/{reference}/draft/{act}/", {**TYPED, **changes})
    return page, json.loads(page.content)


def drafts(console):
    with agency_context(console.agency):
        return list(CaseDraft.objects.order_by("saved_at"))


# --- saved ---------------------------------------------------------------------------------------


def test_what_is_typed_is_there_in_another_browser(console, mine, agent):
    page, answer = save(console, mine)
    assert (page.status_code, re.fullmatch(r"Saved at \d\d:\d\d", answer["words"]) is None) == (
        200,
        False,
    )
    console.client.cookies.clear()
    console.sign_in(agent)

    shown = console.get(f"/cases/{mine}/")

    assert typed_in(shown, "facts") == TYPED["facts"]


def test_a_text_is_saved_without_script_too(console, mine):
    page = console.post(f"/cases/{mine}/reply/", {**WORDS, "version": "2", "step": "save"})

    assert page.url == f"/cases/{mine}/?write=reply"
    assert typed_in(console.get(page.url), "rule") == WORDS["rule"]
    assert sent(console, mine) == []


def test_each_save_replaces_the_one_before(console, mine):
    for text in ("The lamp", "The lamp is", "The lamp is out"):
        save(console, mine, facts=text)

    (draft,) = drafts(console)
    assert draft.parts["facts"] == "The lamp is out"


def test_each_act_has_a_text_of_its_own(console, mine):
    save(console, mine)
    save(console, mine, act="note", body="Ask Karim.")

    assert [(draft.act, "body" in draft.parts) for draft in drafts(console)] == [
        ("reply", False),
        ("note", True),
    ]


def test_a_window_that_was_left_open_does_not_overwrite_a_newer_text(console, mine):
    _page, first = save(console, mine, facts="On the telephone.")
    save(console, mine, facts="On the telephone, then at the desk.", known=first["known"])

    page, answer = save(console, mine, facts="On the telephone!", known=first["known"])

    assert page.status_code == 409
    assert answer["words"] == "You saved a newer text elsewhere. Reload this page to see it."
    assert drafts(console)[0].parts["facts"] == "On the telephone, then at the desk."


def test_a_part_too_long_for_any_message_is_not_kept(console, mine):
    page, _answer = save(console, mine, facts="x" * 20_001)

    assert (page.status_code, drafts(console)) == (400, [])


@pytest.mark.parametrize("act", ["assign", "take", "nothing"])
def test_what_is_no_text_is_not_saved(console, mine, act):
    assert console.post(f"/cases/{mine}/draft/{act}/", TYPED).status_code == 404


def test_a_text_from_before_the_last_change_says_so(console, mine, roads):
    save(console, mine)
    told = "You wrote this text before the latest change of the case."
    before = text_of(console.get(f"/cases/{mine}/"))
    with agency_context(roads):
        citizen_message_add(reference=mine, body="It burns again.", actor=CITIZEN)

    after = console.get(f"/cases/{mine}/")

    assert (told in before, told in text_of(after)) == (False, True)
    assert typed_in(after, "facts") == TYPED["facts"]


def test_a_draft_is_discarded_with_its_files(console, mine, roads):
    attach(console, mine)
    (draft,) = drafts(console)

    page = console.post(f"/cases/drafts/{draft.pk}/discard/")

    assert page.url == f"/cases/{mine}/"
    assert drafts(console) == []
    with agency_context(roads):
        assert not Attachment.everything.exists()


def test_a_note_that_is_saved_leaves_no_draft(console, mine):
    save(console, mine, act="note", body="Ask Karim first.")

    console.post(f"/cases/{mine}/note/", {"body": "Ask Karim first."})

    assert drafts(console) == []


def test_no_draft_reaches_the_citizen(console, mine, roads):
    for act in ("reply", "ask", "message", "note"):
        save(console, mine, act=act, body="Karim says the cable was stolen.")
    attach(console, mine)
    ten_seconds_later(console)

    with agency_context(roads):
        shown = repr(public_case(reference=mine))
    assert len(drafts(console)) == 4
    assert [
        word for word in ("Karim", "The lamp is out since", "letter.pdf") if word in shown
    ] == []


# --- the text of a colleague ---------------------------------------------------------------------


@pytest.fixture
def handed_over(console, mine, agent, colleague, roads):
    """A case that a colleague got while the agent wrote, and is signed in now."""
    save(console, mine, facts="The cable was stolen in March.")
    with agency_context(roads):
        complaint_assign(reference=mine, officer=colleague, actor=officer_actor(agent))
    console.sign_in(colleague)
    return mine


def test_who_gets_the_case_reads_the_text_of_who_had_it(console, handed_over, agent):
    page = text_of(console.get(f"/cases/{handed_over}/"))

    assert f"<bdi>{agent.name}</bdi> has begun: Reply" in page
    assert "The cable was stolen in March." in page


def test_who_gets_the_case_goes_on_with_the_text(console, handed_over, colleague):
    (theirs,) = drafts(console)

    page = console.post(f"/cases/drafts/{theirs.pk}/copy/")

    own = next(one for one in drafts(console) if one.officer_id == colleague.pk)
    assert page.url == f"/cases/{handed_over}/?write=reply"
    assert own.parts["facts"] == theirs.parts["facts"]
    assert typed_in(console.get(page.url), "facts") == "The cable was stolen in March."
    assert len(drafts(console)) == 2


def test_a_text_of_ones_own_is_not_replaced_by_that_of_a_colleague(console, handed_over):
    (theirs,) = drafts(console)
    save(console, handed_over, facts="I know this street.", version="3")

    page = console.post(f"/cases/drafts/{theirs.pk}/copy/")

    assert "You have a text of your own here." in text_of(console.get(page.url))
    assert drafts(console)[1].parts["facts"] == "I know this street."


def test_who_may_not_answer_the_case_takes_no_text_over(console, mine, colleague):
    save(console, mine)
    (theirs,) = drafts(console)
    console.sign_in(colleague)

    page = console.post(f"/cases/drafts/{theirs.pk}/copy/")

    assert page.status_code == 404
    assert len(drafts(console)) == 1


def test_a_note_of_a_colleague_that_is_not_saved_is_nobodys_to_take_over(console, mine):
    save(console, mine, act="note", body="I doubt what Karim says.")
    (theirs,) = drafts(console)
    console.sign_in_as(Role.SUPERVISOR)

    console.post(f"/cases/drafts/{theirs.pk}/copy/")

    assert drafts(console) == [theirs]


def test_notes_of_a_colleague_are_shown_once_they_are_saved(console, mine, colleague):
    save(console, mine, act="note", body="I doubt what Karim says.")
    console.sign_in(colleague)

    assert "I doubt" not in text_of(console.get(f"/cases/{mine}/"))


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_number_of_questions_for_one_text_and_for_three(
    console, mine, roads, number, statement_count
):
    for count in range(number):
        console.sign_in(staff(roads, Role.SUPERVISOR, f"s{count}@roads.example"))
        save(console, mine)
    console.sign_in_as(Role.SUPERVISOR, "reader@roads.example")
    console.get(f"/cases/{mine}/")

    with statement_count("console: a case that a colleague answers"):
        page = text_of(console.get(f"/cases/{mine}/"))

    assert page.count("has begun: Reply") == number


# --- files beside a draft ------------------------------------------------------------------------


def attach(console, reference, name="reply", content=samples.PDF):
    file = SimpleUploadedFile("letter.pdf", content, content_type="application/pdf")
    words = {
        **WORDS,
        "body": "See the letter.",
        "version": "2",
        "step": "attach",
        "uploads": [file],
    }
    return console.post(f"/cases/{reference}/{name}/", words)


@pytest.mark.parametrize("name", ["reply", "question", "message"])
def test_a_file_is_seen_by_the_citizen_once_its_text_was_sent(console, mine, roads, name):
    page = attach(console, mine, name)
    shown = text_of(console.get(page.url))
    with agency_context(roads):
        before = public_case(reference=mine).attachments
    words = {**WORDS, "body": "See the letter.", "version": "2", "step": "send"}
    console.post(f"/cases/{mine}/{name}/", words)
    with agency_context(roads):
        held = public_case(reference=mine).attachments
    ten_seconds_later(console)

    with agency_context(roads):
        (file,) = public_case(reference=mine).attachments
        (row,) = case_attachments(console.case(mine))
    assert "letter.pdf" in shown
    assert (before, held) == ((), ())
    assert (file.name, row.message_id is not None) == ("letter.pdf", True)
    thread = text_of(console.get(f"/cases/{mine}/"))
    assert re.search(r'message-agency">.*?letter\.pdf', thread, re.DOTALL)


def test_a_file_of_a_draft_is_removed_again(console, mine):
    page = attach(console, mine)
    (number,) = re.findall(r'name="remove" value="([^"]+)"', text_of(console.get(page.url)))

    console.post(f"/cases/{mine}/reply/", {**WORDS, "version": "2", "remove": number})

    assert "letter.pdf" not in text_of(console.get(page.url))
    assert typed_in(console.get(page.url), "rule") == WORDS["rule"]


@pytest.mark.parametrize("number", ["x", "0190f3a0-0000-7000-8000-000000000000"])
def test_a_file_that_is_not_there_is_not_removed(console, mine, number):
    attach(console, mine)

    page = console.post(f"/cases/{mine}/reply/", {**WORDS, "version": "2", "remove": number})

    assert is_refused(page)
    assert "letter.pdf" in text_of(page)


def test_a_file_that_is_refused_says_why_and_the_text_stays(console, mine):
    page = attach(console, mine, content=b"<html>")

    assert is_refused(page)
    assert "letter.pdf" in text_of(page)
    assert typed_in(page, "rule") == WORDS["rule"]
    assert drafts(console)[0].parts["rule"] == WORDS["rule"]


def test_files_go_along_with_a_text_that_is_taken_over(console, mine, agent, colleague, roads):
    attach(console, mine)
    (theirs,) = drafts(console)
    with agency_context(roads):
        complaint_assign(reference=mine, officer=colleague, actor=officer_actor(agent))
    console.sign_in(colleague)

    console.post(f"/cases/drafts/{theirs.pk}/copy/")

    own = next(one for one in drafts(console) if one.officer_id == colleague.pk)
    with agency_context(roads):
        (file,) = Attachment.everything.all()
    assert file.draft_id == own.pk


@pytest.fixture
def pressed_elsewhere(console, mine, agent, roads, monkeypatch):
    """Another window presses "send" while a file is examined, once."""

    def press_first(file):
        with agency_context(roads):
            for draft in CaseDraft.objects.filter(pressed_at=None):
                case_draft_schedule(draft_id=draft.pk, officer=agent, version=None)
        return upload_read(file)

    monkeypatch.setattr("agency_console.casework.views.acts.upload_read", press_first)


def test_a_file_is_not_added_to_a_text_that_is_being_sent(console, mine, roads, pressed_elsewhere):
    page = attach(console, mine, "message")
    ten_seconds_later(console)

    with agency_context(roads):
        files = list(Attachment.everything.all())
    assert "\u2068letter.pdf\u2069: This text is being sent" in text_of(page)
    assert (is_refused(page), len(sent(console, mine)), files) == (True, 1, [])


def test_a_file_of_a_text_that_is_being_sent_is_not_removed(console, mine, roads, agent):
    attach(console, mine, "message")
    (draft,) = drafts(console)
    with agency_context(roads):
        case_draft_schedule(draft_id=draft.pk, officer=agent, version=None)
        (file,) = Attachment.everything.all()
        with pytest.raises(DraftLocked):
            case_draft_file_detach(draft=draft, attachment_id=file.pk)

    ten_seconds_later(console)

    with agency_context(roads):
        assert [one.name for one in public_case(reference=mine).attachments] == ["letter.pdf"]


def test_who_still_writes_keeps_the_files_when_a_colleague_takes_the_text_over(
    console, mine, roads, agent
):
    attach(console, mine, "message")
    (theirs,) = drafts(console)
    console.sign_in_as(Role.SUPERVISOR)
    console.post(f"/cases/drafts/{theirs.pk}/copy/")
    with agency_context(roads):
        beside = {one.draft_id for one in Attachment.everything.all()}
        case_draft_schedule(draft_id=theirs.pk, officer=agent, version=None)

    ten_seconds_later(console)

    (own,) = drafts(console)
    with agency_context(roads):
        assert [one.name for one in public_case(reference=mine).attachments] == ["letter.pdf"]
        (copied,) = Attachment.everything.filter(draft_id=own.pk)
    assert beside == {theirs.pk, own.pk}
    with default_storage.open(copied.path) as file:
        assert file.read() == samples.PDF
