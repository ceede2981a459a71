"""What is neither saved nor sent, because it would come back or say what is not true."""

import pytest

from agency_console.casework.models import CaseDraft
from shared.complaints.enums import ScanState
from shared.complaints.models import Attachment
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import WORDS, sent, ten_seconds_later, text_of
from tests.agency_console.test_drafts import attach, drafts, save
from tests.support.refused_forms import is_refused


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


def test_a_window_left_open_brings_no_discarded_text_back(console, mine):
    _page, first = save(console, mine)
    console.post(f"/cases/drafts/{drafts(console)[0].pk}/discard/")

    page, answer = save(console, mine, facts="Typed before", known=first["known"])

    assert (page.status_code, drafts(console)) == (404, [])
    assert answer["words"].startswith("This text is not there any more")


def test_a_window_left_open_brings_no_sent_text_back(console, mine):
    _page, first = save(console, mine, act="message", body="We look into it.")
    console.post(
        f"/cases/{mine}/message/", {"body": "We look into it.", "version": "2", "step": "send"}
    )
    assert ten_seconds_later(console) == [True]

    page, _answer = save(console, mine, act="message", body="We look", known=first["known"])

    assert (page.status_code, drafts(console)) == (404, [])


def test_a_text_with_a_file_that_holds_a_virus_is_not_sent(console, mine):
    attach(console, mine)
    with agency_context(console.agency):
        Attachment.everything.update(scan=ScanState.INFECTED)

    page = console.post(f"/cases/{mine}/reply/", {**WORDS, "version": "2", "step": "send"})

    assert is_refused(page)
    assert "Remove the file, then send the text." in text_of(page)
    assert (ten_seconds_later(console), sent(console, mine)) == ([], [])
    with agency_context(console.agency):
        assert CaseDraft.objects.get().parts["rule"] == WORDS["rule"]
