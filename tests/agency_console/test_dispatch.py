"""A text leaves ten seconds after "send": checked at once, taken back until then."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from agency_console.casework.models import CaseDraft
from agency_console.casework.services.dispatch import HOLD, case_draft_send, send_draft
from shared.accounts.enums import Role
from shared.complaints.enums import Status
from shared.complaints.selectors import case_events, public_case
from shared.complaints.services import (
    citizen_message_add,
    complaint_assign,
    complaint_withdraw,
)
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.mail.models import Mail
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import (
    REFUSAL,
    WORDS,
    sent,
    ten_seconds_later,
    text_of,
    typed_in,
)
from tests.support.factories import filed, officer_actor, staff
from tests.support.refused_forms import is_refused

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english(console):
    console.client.cookies["language"] = "en"


def press(console, reference, name="reply", query="", **changes):
    """Press "send" for a text that was checked."""
    version = str(console.case(reference).version)
    words = {**WORDS, **REFUSAL, "body": "Which lamp?", "version": version, "step": "send"}
    return console.post(f"/cases/{reference}/{name}/{query}", {**words, **changes})


def told(console, reference):
    """What has happened so far: events, e-mails of the agency, and what the citizen can read."""
    with agency_context(console.agency):
        events = len(case_events(console.case(reference)))
        shown = public_case(reference=reference)
    return events, Mail.objects.count(), shown.status, len(shown.messages)


def draft_of(console, reference):
    with agency_context(console.agency):
        return CaseDraft.objects.get(complaint__reference=reference)


# --- held ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["reply", "refuse", "question", "message"])
def test_nothing_has_happened_until_the_ten_seconds_are_over(console, mine, name):
    before = told(console, mine)

    page = press(console, mine, name)

    assert page.status_code == 302
    assert told(console, mine) == before
    assert ten_seconds_later(console) == [True]
    events, _mails, _status, messages = told(console, mine)
    assert (events, messages) == (before[0] + 1, before[3] + 1)


def test_the_legal_time_is_that_of_pressing(console, mine):
    pressed_at = clock.now()
    with clock.travel(pressed_at):
        press(console, mine)
    # The worker was down for a while.
    with clock.travel(pressed_at + timedelta(hours=3)):
        ten_seconds_later(console)

    case = console.case(mine)
    with agency_context(console.agency):
        last = case_events(case)[-1]
    assert (case.status, case.answered_at, last.at) == (Status.ANSWERED, pressed_at, pressed_at)


def test_a_task_waits_in_the_queue_until_then(console, mine, roads):
    pressed_at = clock.now()
    with clock.travel(pressed_at):
        press(console, mine)

    (row,) = DBTaskResult.objects.filter(task_path=send_draft.module_path)
    draft = draft_of(console, mine)
    assert row.run_after == pressed_at + HOLD
    assert row.args_kwargs["kwargs"] == {"_schema": roads.schema_name, "draft_id": str(draft.pk)}


def test_a_task_that_comes_too_early_sends_nothing_and_comes_again(console, mine, roads):
    press(console, mine)
    draft = draft_of(console, mine)

    with agency_context(roads):
        is_sent = case_draft_send(draft_id=draft.pk)

    assert (is_sent, sent(console, mine)) == (False, [])
    assert ten_seconds_later(console) == [True]


def test_a_text_is_sent_once_however_often_its_task_comes(console, mine, roads):
    press(console, mine)
    draft = draft_of(console, mine)
    ten_seconds_later(console)

    with agency_context(roads), clock.travel(clock.now() + timedelta(minutes=1)):
        again = case_draft_send(draft_id=draft.pk)

    assert (again, len(sent(console, mine))) == (False, 1)


# --- taken back ----------------------------------------------------------------------------------


def test_the_next_page_has_a_button_that_takes_it_back(console, mine):
    page = press(console, mine)
    shown = text_of(console.get(page.url))
    (address,) = re.findall(r'action="(/cases/drafts/[^"]+/take-back/)"', shown)[:1]

    back = console.post(address)

    again = console.get(back.url)
    assert back.url == f"/cases/{mine}/?write=reply"
    assert typed_in(again, "rule") == WORDS["rule"]
    assert 'value="partly_upheld"' in text_of(again)
    assert re.search(r'value="partly_upheld"[^>]*checked', text_of(again))
    assert ten_seconds_later(console) == []
    assert sent(console, mine) == []


def test_taken_back_and_pressed_again_it_leaves_ten_seconds_after_the_second_time(
    console, mine, roads
):
    pressed_at = clock.now()
    with clock.travel(pressed_at):
        press(console, mine)
        draft = draft_of(console, mine)
        console.post(f"/cases/drafts/{draft.pk}/take-back/")
    with clock.travel(pressed_at + timedelta(seconds=8)):
        press(console, mine, facts="The lamp is out since April, as we found.")

    with clock.travel(pressed_at + HOLD), agency_context(roads):
        early = case_draft_send(draft_id=draft.pk)
    held = sent(console, mine)
    with clock.travel(pressed_at + timedelta(seconds=18)), agency_context(roads):
        case_draft_send(draft_id=draft.pk)

    assert (early, held) == (False, [])
    assert "since April" in sent(console, mine)[0][1]
    assert console.case(mine).answered_at == pressed_at + timedelta(seconds=8)


def test_what_has_left_cannot_be_taken_back(console, mine):
    press(console, mine)
    draft = draft_of(console, mine)
    ten_seconds_later(console)

    page = console.post(f"/cases/drafts/{draft.pk}/take-back/")

    assert "it has been sent or discarded" in text_of(console.get(page.url))
    assert console.case(mine).status == Status.ANSWERED


def test_nobody_takes_back_the_text_of_a_colleague(console, mine, colleague):
    press(console, mine)
    draft = draft_of(console, mine)
    console.sign_in(colleague)

    console.post(f"/cases/drafts/{draft.pk}/take-back/")

    assert draft_of(console, mine).pressed_at is not None


def test_a_text_that_leaves_is_not_changed_meanwhile(console, mine):
    press(console, mine)

    page = console.post(
        f"/cases/{mine}/reply/", {**WORDS, "facts": "Something else.", "version": "2"}
    )
    ten_seconds_later(console)

    assert is_refused(page)
    assert "Take it back to change it." in text_of(page)
    assert typed_in(page, "facts") == "Something else."
    assert "The lamp is out since March." in sent(console, mine)[0][1]


# --- what happens in the ten seconds -------------------------------------------------------------


def test_a_message_of_the_citizen_does_not_stop_the_reply(console, mine, roads):
    press(console, mine)
    with agency_context(roads):
        citizen_message_add(reference=mine, body="Are you there?", actor=CITIZEN)

    ten_seconds_later(console)

    assert console.case(mine).status == Status.ANSWERED


@pytest.mark.parametrize("name", ["reply", "message"])
def test_a_citizen_who_writes_in_the_ten_seconds_still_waits(console, mine, roads, name):
    pressed_at = clock.now()
    with clock.travel(pressed_at):
        press(console, mine, name)
    with clock.travel(pressed_at + timedelta(seconds=5)), agency_context(roads):
        citizen_message_add(reference=mine, body="Are you there?", actor=CITIZEN)

    ten_seconds_later(console)

    case = console.case(mine)
    assert (case.has_citizen_news, case.waiting_since is None) == (True, False)
    assert case.waiting_since > pressed_at


def test_a_reply_to_what_was_withdrawn_is_kept_and_its_officer_told(console, mine, roads):
    press(console, mine)
    with agency_context(roads):
        complaint_withdraw(reference=mine, actor=CITIZEN)

    assert ten_seconds_later(console) == [False]

    draft, inbox = draft_of(console, mine), text_of(console.get("/?view=open"))
    assert (draft.failure, draft.pressed_at) == ("transition_not_allowed", None)
    assert draft.parts["rule"] == WORDS["rule"]
    assert sent(console, mine) == []
    for page in (inbox, text_of(console.get(f"/cases/{mine}/"))):
        assert "Not sent: Reply" in page
        assert "The state of the request has changed" in page
        assert f"/cases/{mine}/?write=reply" in page
    assert WORDS["rule"] in text_of(console.get(f"/cases/{mine}/?write=reply"))


def test_what_could_not_be_sent_is_told_to_its_author_alone(console, mine, colleague, roads):
    press(console, mine)
    with agency_context(roads):
        complaint_withdraw(reference=mine, actor=CITIZEN)
    ten_seconds_later(console)
    console.sign_in(colleague)

    assert "Not sent" not in text_of(console.get("/?view=open"))


@pytest.mark.parametrize("pages", [("reply", "reply"), ("reply", "refuse")])
def test_of_two_officers_who_press_one_sends_and_the_other_reads_both_texts(
    console, mine, agent, roads, pages
):
    supervisor = staff(roads, Role.SUPERVISOR, "second@roads.example")
    first, second = pages
    press(console, mine, first, rule="Rule of the first officer.")
    console.sign_in(supervisor)

    page = press(console, mine, second, rule="Rule of the second officer.")
    ten_seconds_later(console)

    assert is_refused(page)
    assert "A colleague is sending a decision on this case at this moment." in text_of(page)
    assert "Rule of the first officer." in text_of(page)
    assert agent.name in text_of(page)
    name, words = ("rule", "Rule of the second officer.")
    if second == "refuse":
        name, words = ("explanation", REFUSAL["explanation"])
    assert typed_in(page, name) == words
    ((_kind, body),) = sent(console, mine)
    assert "Rule of the first officer." in body


def test_who_presses_after_the_other_reply_has_left_reads_it(console, mine, agent, roads):
    supervisor = staff(roads, Role.SUPERVISOR, "second@roads.example")
    stale = str(console.case(mine).version)
    press(console, mine, rule="Rule of the first officer.")
    ten_seconds_later(console)
    console.sign_in(supervisor)

    page = press(console, mine, version=stale, rule="Rule of the second officer.")

    (changes,) = re.findall(
        r'aria-labelledby="changes-title".*?</section>', text_of(page), re.DOTALL
    )
    assert is_refused(page)
    assert "Rule of the first officer." in changes
    assert typed_in(page, "rule") == "Rule of the second officer."


# --- what is checked when "send" is pressed ------------------------------------------------------


def test_an_old_page_sends_nothing_even_for_ten_seconds(console, mine, roads):
    with agency_context(roads):
        citizen_message_add(reference=mine, body="It is repaired, thank you.", actor=CITIZEN)

    page = press(console, mine, version="2")

    assert is_refused(page)
    assert draft_of(console, mine).pressed_at is None


@pytest.mark.parametrize("name", ["question", "message"])
def test_what_cannot_be_sent_is_refused_at_once(console, mine, roads, name):
    with agency_context(roads):
        complaint_withdraw(reference=mine, actor=CITIZEN)

    page = press(console, mine, name)

    assert is_refused(page)
    assert typed_in(page, "body") == "Which lamp?"
    assert draft_of(console, mine).pressed_at is None


# --- the next case -------------------------------------------------------------------------------


@pytest.fixture
def three(roads, agent, console):
    """Three cases of the agent, in the order of their list."""
    references = []
    for day in range(3):
        with clock.travel(NOON - timedelta(days=3 - day)):
            references.append(filed(roads).reference)
    with agency_context(roads):
        for reference in references:
            complaint_assign(reference=reference, officer=agent, actor=officer_actor(agent))
    return references


def test_after_sending_the_next_case_of_the_same_list_opens(console, three):
    page = press(console, three[1], query="?view=mine")

    assert re.fullmatch(rf"/cases/{three[2]}/\?view=mine&at=[^&]+", page.url)
    assert "leaves in" in text_of(console.get(page.url))


def test_whoever_does_not_want_the_next_case_stays(console, three, agent, roads):
    with agency_context(roads):
        agent.opens_next_case = False
        agent.save(update_fields=["opens_next_case"])

    page = press(console, three[1], query="?view=mine")

    assert page.url == f"/cases/{three[1]}/?view=mine"


def test_the_place_in_the_list_is_said(console, three):
    page = text_of(console.get(f"/cases/{three[1]}/?view=mine"))

    assert re.search(r'<bdi dir="ltr" class="number">2/3</bdi>', page)
    around = re.findall(r'href="/cases/(\d+)/\?view=mine&amp;at=[^"]+" rel="(\w+)"', page)
    assert around == [(three[0], "prev"), (three[2], "next")]


# --- near copies ---------------------------------------------------------------------------------

SAME = {
    "facts": "We went to the street on Monday evening and found that the cable under the pavement "
    "had been cut during the works of the water company, which had told nobody of it.",
    "rule": "The charter of the commune says in article 83 that lighting is restored in ten days.",
    "decision": "The cable is replaced this week, and the company pays for what the repair costs.",
}


def test_a_reply_that_repeats_an_earlier_one_says_so_and_keeps_how_much(console, three):
    for reference in three[:2]:
        check = press(console, reference, step="check", **SAME)
        press(console, reference, **SAME)
        ten_seconds_later(console)

    second = console.case(three[1])
    with agency_context(console.agency):
        near_copy = second.messages.get().near_copy
        first = console.case(three[0]).messages.get().near_copy
    assert "of this text stands in the reply to" in text_of(check)
    assert (first, near_copy) == (None, 100)
