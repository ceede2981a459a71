"""Somebody was faster, or the case no longer allows it: refused in words, and no word is lost."""

import re

import pytest

from shared.accounts.enums import Role
from shared.complaints.enums import Status
from shared.complaints.services import (
    citizen_message_add,
    complaint_assign,
    complaint_reopen,
    complaint_reply,
    complaint_withdraw,
    question_ask,
)
from shared.kernel.actors import CITIZEN
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import (
    REFUSAL,
    WORDS,
    acts_offered,
    sent,
    ten_seconds_later,
    text_of,
    typed_in,
    version_on,
)
from tests.support.factories import REPLY, officer_actor
from tests.support.refused_forms import is_refused


def test_a_reply_from_an_old_page_shows_both_texts_and_loses_none(console, mine, roads):
    with agency_context(roads):
        citizen_message_add(reference=mine, body="It is repaired, thank you.", actor=CITIZEN)

    page = console.post(f"/cases/{mine}/reply/", {**WORDS, "version": "2", "step": "send"})

    assert is_refused(page)
    assert "It is repaired, thank you." in text_of(page)
    assert typed_in(page, "rule") == WORDS["rule"]
    assert sent(console, mine) == []


def test_keeping_mine_sends_it_from_the_case_as_it_is_now(console, mine, roads):
    with agency_context(roads):
        citizen_message_add(reference=mine, body="It is repaired, thank you.", actor=CITIZEN)
    page = console.post(f"/cases/{mine}/reply/", {**WORDS, "version": "2", "step": "send"})

    console.post(f"/cases/{mine}/reply/", {**WORDS, "version": version_on(page), "step": "send"})
    ten_seconds_later(console)

    assert console.case(mine).status == Status.ANSWERED


def test_the_page_of_a_conflict_shows_only_what_is_new(console, mine, roads):
    with agency_context(roads):
        citizen_message_add(reference=mine, body="An old word.", actor=CITIZEN)
        citizen_message_add(reference=mine, body="A new word.", actor=CITIZEN)

    page = text_of(console.post(f"/cases/{mine}/message/", {"body": "Mine.", "version": "3"}))

    (changes,) = re.findall(r'aria-labelledby="changes-title".*?</section>', page, re.DOTALL)
    assert ("An old word." in changes, "A new word." in changes) == (False, True)


@pytest.mark.parametrize(
    ("name", "button"),
    [
        ("reply", "Check the reply"),
        ("question", "Send the question"),
        ("message", "Send the message"),
    ],
)
def test_after_a_conflict_the_button_says_what_it_does(console, mine, roads, name, button):
    console.client.cookies["language"] = "en"
    with agency_context(roads):
        citizen_message_add(reference=mine, body="A new word.", actor=CITIZEN)

    page = console.post(
        f"/cases/{mine}/{name}/", {**WORDS, "body": "Mine.", "version": "2", "step": "send"}
    )

    assert is_refused(page)
    assert re.findall(r"data-submit[^>]*>([^<]*) <kbd>", text_of(page)) == [button]


def test_after_a_conflict_the_same_page_assigns_the_case(console, colleague, roads, reference):
    console.sign_in_as(Role.SUPERVISOR)
    console.client.cookies["language"] = "en"
    with agency_context(roads):
        citizen_message_add(reference=reference, body="A new word.", actor=CITIZEN)
    chosen = {"officer": colleague.pk}
    page = console.post(f"/cases/{reference}/assign/", {**chosen, "version": "1"})

    again = console.post(f"/cases/{reference}/assign/", {**chosen, "version": version_on(page)})

    assert (is_refused(page), again.status_code) == (True, 302)
    assert "A new word." in text_of(page)
    assert "What you wrote" not in text_of(page)
    assert console.case(reference).assignee == colleague


def test_what_was_written_survives_the_case_being_given_away(console, mine, colleague, roads):
    console.client.cookies["language"] = "en"
    with agency_context(roads):
        complaint_assign(reference=mine, officer=colleague, actor=officer_actor(colleague))

    page = console.post(f"/cases/{mine}/reply/", {**WORDS, "version": "2", "step": "send"})
    again = console.post(
        f"/cases/{mine}/reply/", {**WORDS, "version": version_on(page), "step": "send"}
    )

    assert is_refused(page)
    assert f"Officer: <bdi>{colleague.name}</bdi>" in text_of(page)
    assert f"Action by: \u2068{colleague.name}\u2069" in text_of(page)
    assert typed_in(page, "rule") == WORDS["rule"]
    assert 'name="step"' not in text_of(page)
    assert again.status_code == 403
    assert sent(console, mine) == []


@pytest.mark.parametrize("name", ["reply", "refuse", "question", "message"])
def test_a_case_that_a_colleague_holds_is_theirs_to_answer(
    console, agent, colleague, roads, reference, name
):
    with agency_context(roads):
        complaint_assign(reference=reference, officer=colleague, actor=officer_actor(colleague))

    shown = console.get(f"/cases/{reference}/{name}/")
    tried = console.post(
        f"/cases/{reference}/{name}/",
        {**WORDS, **REFUSAL, "body": "Mine.", "version": "2", "step": "send"},
    )

    assert (shown.status_code, tried.status_code) == (403, 403)
    assert sent(console, reference) == []


def test_a_colleague_may_still_leave_a_note(console, agent, colleague, roads, reference):
    with agency_context(roads):
        complaint_assign(reference=reference, officer=colleague, actor=officer_actor(colleague))

    page = console.post(f"/cases/{reference}/note/", {"body": "I know this street."})

    assert page.status_code == 302


# --- what the state of a case forbids ------------------------------------------------------------


def test_what_the_case_no_longer_allows_is_told_beside_the_form(console, mine, roads):
    console.client.cookies["language"] = "en"
    with agency_context(roads):
        complaint_withdraw(reference=mine, actor=CITIZEN)
    version = console.case(mine).version

    page = console.post(f"/cases/{mine}/reply/", {**WORDS, "version": str(version), "step": "send"})

    assert is_refused(page)
    assert "The state of the request has changed: this can no longer be done." in text_of(page)
    assert typed_in(page, "rule") == WORDS["rule"]


@pytest.mark.parametrize("name", ["reply", "refuse", "question", "message"])
def test_the_desk_of_an_ended_case_has_no_button(console, mine, roads, name):
    with agency_context(roads):
        complaint_withdraw(reference=mine, actor=CITIZEN)

    page = text_of(console.get(f"/cases/{mine}/{name}/"))

    assert 'name="step"' not in page


def test_an_ended_case_offers_notes_alone(console, mine, roads):
    with agency_context(roads):
        complaint_withdraw(reference=mine, actor=CITIZEN)

    page = console.get(f"/cases/{mine}/")

    assert acts_offered(page) == ["note", "label"]


# --- a re-opened case ----------------------------------------------------------------------------


@pytest.fixture
def contested(roads, agent, reference):
    """A case that the signed-in agent answered and its citizen re-opened."""
    with agency_context(roads):
        complaint_reply(reference=reference, draft=REPLY, officer=agent, actor=officer_actor(agent))
        complaint_reopen(reference=reference, body="It is still dark.", actor=CITIZEN)
    return reference


@pytest.mark.parametrize("name", ["take", "reply", "refuse"])
def test_who_answered_does_not_judge_the_answer(console, contested, colleague, name):
    version = console.case(contested).version
    words = {**WORDS, **REFUSAL, "version": str(version), "step": "send"}

    console.post(f"/cases/{contested}/{name}/", words)

    case = console.case(contested)
    assert (case.status, case.assignee) == (Status.REOPENED, None)


def test_a_question_in_between_does_not_open_a_way_round(console, contested, colleague, roads):
    with agency_context(roads):
        hand = officer_actor(colleague)
        question_ask(reference=contested, body="Since when?", officer=colleague, actor=hand)
        citizen_message_add(reference=contested, body="Since March.", actor=CITIZEN)
    version = console.case(contested).version

    page = console.post(
        f"/cases/{contested}/reply/", {**WORDS, "version": str(version), "step": "send"}
    )

    assert is_refused(page)
    assert console.case(contested).status == Status.IN_PROGRESS


def test_a_supervisor_is_told_why_the_same_officer_cannot_have_it_again(
    console, contested, agent, colleague
):
    console.sign_in_as(Role.SUPERVISOR)
    console.client.cookies["language"] = "en"
    version = console.case(contested).version

    page = console.post(
        f"/cases/{contested}/assign/", {"version": str(version), "officer": agent.pk}
    )

    assert "A re-opened case goes to another officer." in text_of(page)
    assert console.case(contested).assignee is None


def test_another_officer_answers_it_again(console, contested, colleague):
    console.sign_in(colleague)
    version = console.case(contested).version

    page = console.post(
        f"/cases/{contested}/reply/", {**WORDS, "version": str(version), "step": "send"}
    )
    ten_seconds_later(console)

    assert page.status_code == 302
    assert console.case(contested).status == Status.ANSWERED


def test_an_officer_who_is_alone_answers_again(console, contested, agent):
    version = console.case(contested).version

    console.post(f"/cases/{contested}/take/", {"version": str(version)})

    assert console.case(contested).assignee == agent
