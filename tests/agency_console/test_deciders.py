"""What an officer who decided on a case before is offered, told and refused on its pages."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.accounts.services.users import user_change
from shared.complaints.enums import Status
from shared.complaints.selectors import case_events
from shared.complaints.services import complaint_assign, complaint_reopen, complaint_reply
from shared.kernel.actors import CITIZEN, SYSTEM
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
from tests.support.factories import REPLY, officer_actor, staff
from tests.support.refused_forms import is_refused
from tests.support.sampling import each_once

BARRED = "You decided on this request before, so another officer must decide now."
ALONE = "You may decide again, because nobody else in your administration can."
COLLEAGUE_ONLY = "Leave it to your colleagues, or ask a supervisor to assign it to one of them."


@pytest.fixture
def second(roads):
    """Another agent, who decided in the second round."""
    return staff(roads, Role.AGENT, "second@roads.example")


@pytest.fixture
def contested(console, roads, agent, second, reference):
    """A case that two agents answered, the signed-in one first, and which is open again."""
    console.client.cookies["language"] = "en"
    with agency_context(roads):
        for officer in (agent, second):
            actor = officer_actor(officer)
            complaint_reply(reference=reference, draft=REPLY, officer=officer, actor=actor)
            complaint_reopen(reference=reference, body="It is still dark.", actor=CITIZEN)
    return reference


def words(console, reference, **changes):
    version = str(console.case(reference).version)
    return {**WORDS, **REFUSAL, "version": version, "step": "send", **changes}


@pytest.mark.parametrize(
    ("name", "step"), each_once(["take", "reply", "refuse", "direct"], ["send", "check"])
)
def test_nobody_who_decided_decides_again_by_a_direct_post(
    console, contested, colleague, second, agent, name, step
):
    for officer in (agent, second):
        console.sign_in(officer)
        page = console.post(f"/cases/{contested}/{name}/", words(console, contested, step=step))
        assert page.status_code == 302 if name == "take" else is_refused(page)

    case = console.case(contested)
    assert (case.status, case.assignee) == (Status.REOPENED, None)
    assert len(sent(console, contested)) == 2


def test_who_decided_is_offered_neither_the_case_nor_a_decision(console, contested, colleague):
    page = console.get(f"/cases/{contested}/")

    assert acts_offered(page) == ["ask", "message", "note", "label", "interim"]
    assert f"{BARRED} {COLLEAGUE_ONLY}" in text_of(page)


def test_a_colleague_is_offered_all_of_it_and_told_nothing(console, contested, colleague):
    console.sign_in(colleague)

    page = console.get(f"/cases/{contested}/")

    assert acts_offered(page) == [
        "take", "reply", "ask", "message", "note", "label", "interim", "direct", "refuse",
    ]  # fmt: skip
    assert (BARRED in text_of(page), ALONE in text_of(page)) == (False, False)


def test_a_supervisor_who_decided_is_told_to_assign_it(console, contested, colleague, second):
    console.sign_in(second)
    with agency_context(console.agency):
        user_change(user=second, role=Role.SUPERVISOR, is_active=True, actor=SYSTEM)

    page = console.get(f"/cases/{contested}/")

    assert acts_offered(page) == ["ask", "message", "note", "assign", "label", "interim"]
    assert f"{BARRED} Assign it to a colleague." in text_of(page)


def test_who_decided_cannot_be_chosen_and_is_not_assigned_when_sent_all_the_same(
    console, contested, colleague, second, agent
):
    supervisor = console.sign_in_as(Role.SUPERVISOR)
    form = console.get(f"/cases/{contested}/assign/")
    options = re.findall(r'<option value="(\d+)"', text_of(form))

    pages = [
        console.post(
            f"/cases/{contested}/assign/", {"version": version_on(form), "officer": officer.pk}
        )
        for officer in (agent, second)
    ]
    held = console.case(contested).assignee
    console.post(
        f"/cases/{contested}/assign/", {"version": version_on(form), "officer": colleague.pk}
    )

    assert set(options) == {str(colleague.pk), str(supervisor.pk)}
    assert held is None
    assert all("A re-opened case goes to another officer." in text_of(page) for page in pages)
    assert console.case(contested).assignee == colleague


def test_an_old_reply_form_keeps_its_text_and_does_not_leave(console, contested, colleague):
    # Two tabs: this one was opened in the first round, and the case has gone on since.
    stale = words(console, contested, version="1")

    first = console.post(f"/cases/{contested}/reply/", stale)
    again = console.post(
        f"/cases/{contested}/reply/", words(console, contested, version=version_on(first))
    )

    for page in (first, again):
        assert is_refused(page)
        assert BARRED in text_of(page)
        assert typed_in(page, "rule") == WORDS["rule"]
        assert 'name="step"' not in text_of(page)
    assert len(sent(console, contested)) == 2


def test_the_form_of_a_reply_says_why_it_cannot_be_sent(console, contested, colleague):
    page = text_of(console.get(f"/cases/{contested}/reply/"))

    assert BARRED in page
    assert 'name="step"' not in page


@pytest.mark.parametrize(
    ("name", "changes"), [("reply", {}), ("reply", {"facts": ""}), ("question", {"body": ""})]
)
def test_a_form_that_is_shown_again_asks_once_who_decided(
    console, contested, colleague, name, changes
):
    sent_words = words(console, contested, **changes)

    with CaptureQueriesContext(connection) as asked:
        page = console.post(f"/cases/{contested}/{name}/", sent_words)

    assert is_refused(page)
    of_deciders = [one["sql"] for one in asked if '"kind" IN' in one["sql"]]
    # Once for the form that was sent, and once for the page that shows it again.
    assert len([sql for sql in of_deciders if "complaints_message" in sql]) == 2


def test_a_case_on_which_nobody_decided_is_assigned_without_the_list_of_officers(
    console, reference, colleague
):
    console.sign_in_as(Role.SUPERVISOR)
    version = str(console.case(reference).version)

    with CaptureQueriesContext(connection) as asked:
        page = console.post(
            f"/cases/{reference}/assign/", {"version": version, "officer": colleague.pk}
        )

    assert page.url == f"/cases/{reference}/"
    of_many = 'ORDER BY "accounts_user"."is_active"'
    lists = [one["sql"] for one in asked if of_many in one["sql"] and "LIMIT" not in one["sql"]]
    assert lists == []


def test_who_held_the_exception_is_stopped_once_a_colleague_comes(console, contested, agent, roads):
    with agency_context(roads):
        complaint_assign(reference=contested, officer=agent, actor=officer_actor(agent))
    form = words(console, contested)
    staff(roads, Role.AGENT, "newcomer@roads.example")

    page = console.post(f"/cases/{contested}/reply/", form)

    assert is_refused(page)
    assert (console.case(contested).status, len(sent(console, contested))) == ("reopened", 2)


def test_when_nobody_else_can_it_is_allowed_said_and_recorded(console, contested, agent):
    before = text_of(console.get(f"/cases/{contested}/"))

    console.post(f"/cases/{contested}/take/", words(console, contested))
    console.post(f"/cases/{contested}/reply/", words(console, contested))
    ten_seconds_later(console)

    with agency_context(console.agency):
        events = case_events(console.case(contested))
    after = html.unescape(text_of(console.get(f"/cases/{contested}/")))
    assert ALONE in before
    assert [event.kind for event in events if event.same_officer] == ["assigned", "answered"]
    assert "Decided by the same officer as before, because nobody else" in after
    assert "The request is with an officer who decided on it before" in after
