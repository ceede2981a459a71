"""What officers do to a case, click by click."""

import html
import re

import pytest

from shared.accounts.enums import Role
from shared.complaints.enums import Ground, Language, MessageKind, Outcome, Status
from shared.complaints.selectors import case_events, public_case
from shared.complaints.services import complaint_assign
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import (
    REFUSAL,
    WORDS,
    sent,
    ten_seconds_later,
    text_of,
    typed_in,
    version_on,
)
from tests.support.factories import filed, officer_actor
from tests.support.sampling import each_once

TEXT_PAGES = {
    "question": MessageKind.QUESTION,
    "message": MessageKind.MESSAGE,
}


def test_a_case_is_taken_with_one_click(console, agent, reference):
    page = console.post(f"/cases/{reference}/take/?view=unassigned", {"version": "1"})

    case = console.case(reference)
    assert page.url == f"/cases/{reference}/?view=unassigned"
    assert (case.assignee, case.status) == (agent, Status.IN_PROGRESS)


def test_a_case_that_a_colleague_took_first_stays_theirs(
    console, agent, colleague, roads, reference
):
    console.client.cookies["language"] = "en"
    with agency_context(roads):
        complaint_assign(reference=reference, officer=colleague, actor=officer_actor(colleague))

    page = console.post(f"/cases/{reference}/take/", {"version": "1"})

    assert page.url == f"/cases/{reference}/"
    assert console.case(reference).assignee == colleague
    told = "Somebody changed this case while you were reading it."
    assert told in text_of(console.get(page.url))


def test_a_supervisor_gives_a_case_to_an_agent(console, colleague, reference):
    supervisor = console.sign_in_as(Role.SUPERVISOR)
    form = console.get(f"/cases/{reference}/assign/")

    console.post(
        f"/cases/{reference}/assign/", {"version": version_on(form), "officer": colleague.pk}
    )

    with agency_context(console.agency):
        last = case_events(console.case(reference))[-1]
    assert console.case(reference).assignee == colleague
    assert (last.kind, last.actor_label) == ("assigned", supervisor.name)


def test_an_agent_gives_no_case_to_anybody(console, agent, colleague, reference):
    page = console.post(f"/cases/{reference}/assign/", {"version": "1", "officer": colleague.pk})

    assert page.status_code == 403
    assert console.case(reference).assignee is None


@pytest.mark.parametrize("officer", ["", "0", "x", "9" * 30])
def test_a_case_is_given_to_nobody_who_does_not_work_here(console, reference, officer):
    console.sign_in_as(Role.SUPERVISOR)

    page = console.post(f"/cases/{reference}/assign/", {"version": "1", "officer": officer})

    assert page.status_code == 200
    assert console.case(reference).assignee is None


def test_a_reply_is_written_checked_and_sent(console, mine):
    form = console.get(f"/cases/{mine}/reply/?view=mine")
    words = {**WORDS, "version": version_on(form)}

    check = console.post(f"/cases/{mine}/reply/?view=mine", {**words, "step": "check"})
    unsent = sent(console, mine)
    done = console.post(f"/cases/{mine}/reply/?view=mine", {**words, "step": "send"})
    held = sent(console, mine)
    ten_seconds_later(console)

    case = console.case(mine)
    assert check.status_code == 200
    assert (unsent, held) == ([], [])
    assert done.url == f"/cases/{mine}/?view=mine"
    assert (case.status, case.outcome) == (Status.ANSWERED, Outcome.PARTLY_UPHELD)
    [(kind, body)] = sent(console, mine)
    assert kind == MessageKind.REPLY
    assert "The lamp is out since March.\nWe measured it." in body


def test_the_check_shows_exactly_what_the_citizen_will_read(console, mine):
    words = {**WORDS, "version": "2"}

    check = console.post(f"/cases/{mine}/reply/", words)
    console.post(f"/cases/{mine}/reply/", {**words, "step": "send"})
    ten_seconds_later(console)

    shown = re.search(
        r'<article [^>]*lang="fr" dir="ltr"[^>]*><p class="free-text">(.*?)</p>',
        text_of(check),
        re.DOTALL,
    )
    with agency_context(console.agency):
        read = public_case(reference=mine).messages[-1].body
    assert html.unescape(shown.group(1)) == read


def test_the_check_is_written_in_the_citizens_direction(console, agent, roads):
    reference = filed(roads, language=Language.ARABIC).reference
    console.client.cookies["language"] = "fr"

    check = console.post(f"/cases/{reference}/reply/", {**WORDS, "version": "1"})

    assert re.search(r'lang="ar" dir="rtl"[^>]*><p class="free-text">', text_of(check))


def test_going_back_to_change_a_reply_keeps_every_word(console, mine):
    page = console.post(f"/cases/{mine}/reply/", {**WORDS, "version": "2", "step": "change"})

    parts = ("facts", "rule", "decision", "remedy")
    assert {part: typed_in(page, part) for part in parts} == {part: WORDS[part] for part in parts}
    assert "error-summary" not in text_of(page)
    assert sent(console, mine) == []


def test_the_check_carries_every_word_to_the_last_click(console, mine):
    check = console.post(f"/cases/{mine}/reply/", {**WORDS, "version": "2"})

    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text_of(check))
    carried = {name: html.unescape(value) for name, value in fields if name in WORDS}
    assert carried == {name: words for name, words in WORDS.items() if words}


def test_answering_a_new_case_takes_it(console, agent, reference):
    console.post(f"/cases/{reference}/reply/", {**WORDS, "version": "1", "step": "send"})
    ten_seconds_later(console)

    case = console.case(reference)
    assert (case.status, case.assignee) == (Status.ANSWERED, agent)


@pytest.mark.parametrize("missing", ["outcome", "facts", "rule", "decision"])
def test_a_reply_without_its_reasons_does_not_leave(console, mine, missing):
    words = {**WORDS, "version": "2", "step": "send", missing: ""}

    page = console.post(f"/cases/{mine}/reply/", words)

    assert page.status_code == 200
    assert f'href="#id_{missing}' in text_of(page)
    assert typed_in(page, "rule" if missing != "rule" else "decision") in WORDS.values()
    assert sent(console, mine) == []


def test_the_longest_reply_that_the_form_takes_can_be_sent(console, mine):
    words = {"facts": 5_000, "rule": 1_500, "decision": 1_500, "remedy": 1_500}
    longest = {
        part: f"{part} as the inspection found it ".ljust(length, "ص")
        for part, length in words.items()
    }

    page = console.post(
        f"/cases/{mine}/reply/",
        {"outcome": "upheld", "carried_out": "done", "version": "2", "step": "send", **longest},
    )

    assert page.status_code == 302


@pytest.mark.parametrize("step", ["check", "send"])
@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_parts_that_say_nothing_are_named_with_links_and_kept(console, mine, language, step):
    words = {**WORDS, "version": "2", "facts": "xxx", "rule": "  xxx ", "remedy": WORDS["decision"]}
    console.client.cookies["language"] = language

    page = console.post(f"/cases/{mine}/reply/", {**words, "step": step})

    summary = re.search(r'<div class="error-summary".*?</div>', text_of(page), re.DOTALL).group()
    links = re.findall(r'<a href="#id_(\w+)">(.*?)</a>', summary)
    assert (page.status_code, sent(console, mine)) == (200, [])
    assert [field for field, _text in links] == ["facts", "rule", "remedy"]
    assert len({text for _field, text in links}) == 3
    if language == "en":
        assert html.unescape(links[0][1]).startswith("What we found: write at least 20 letters.")
        assert "under “Our decision”" in html.unescape(links[2][1])
    parts = ("facts", "rule", "decision", "remedy")
    assert [typed_in(page, part) for part in parts] == [words[part].strip() for part in parts]


def test_a_refusal_that_explains_nothing_does_not_leave(console, mine):
    words = {**REFUSAL, "version": "2", "way_on": REFUSAL["explanation"], "step": "send"}

    page = console.post(f"/cases/{mine}/refuse/", words)

    assert 'href="#id_way_on"' in text_of(page)
    assert (console.case(mine).status, sent(console, mine)) == (Status.IN_PROGRESS, [])


def test_a_refusal_names_its_ground_and_the_way_on(console, mine):
    words = {**REFUSAL, "version": "2"}

    check = console.post(f"/cases/{mine}/refuse/", words)
    console.post(f"/cases/{mine}/refuse/", {**words, "step": "send"})
    ten_seconds_later(console)

    assert check.status_code == 200
    assert console.case(mine).status == Status.INADMISSIBLE
    [(kind, body)] = sent(console, mine)
    assert kind == MessageKind.REFUSAL
    assert REFUSAL["way_on"] in body


@pytest.mark.parametrize("ground", ["", "boring", Ground.NOT_COMPETENT.label])
def test_a_refusal_without_a_legal_ground_does_not_leave(console, mine, ground):
    words = {**REFUSAL, "ground": ground, "version": "2", "step": "send"}

    page = console.post(f"/cases/{mine}/refuse/", words)

    assert page.status_code == 200
    assert typed_in(page, "explanation") == REFUSAL["explanation"]
    assert console.case(mine).status == Status.IN_PROGRESS


@pytest.mark.parametrize(("name", "kind"), TEXT_PAGES.items())
def test_an_officer_writes_to_the_citizen(console, mine, name, kind):
    console.post(f"/cases/{mine}/{name}/", {"body": "Which side of the street?", "version": "2"})
    ten_seconds_later(console)

    assert sent(console, mine) == [(kind, "Which side of the street?")]


def test_a_question_makes_the_case_wait_for_the_citizen(console, mine):
    console.post(f"/cases/{mine}/question/", {"body": "Which side?", "version": "2"})
    ten_seconds_later(console)

    assert console.case(mine).status == Status.AWAITING_CITIZEN


@pytest.mark.parametrize(
    ("name", "body"), each_once(["question", "message", "note"], ["", "   ", "x" * 5_001, "a\x00b"])
)
def test_a_text_that_cannot_be_sent_comes_back_with_its_reason(console, mine, name, body):
    before = console.case(mine).version

    page = console.post(f"/cases/{mine}/{name}/", {"body": body, "version": str(before)})

    assert page.status_code == 200
    assert 'href="#id_body"' in text_of(page)
    assert typed_in(page, "body").strip() == body.strip()
    assert console.case(mine).version == before


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "١"])
def test_a_form_without_its_version_does_nothing_and_keeps_the_text(console, mine, version):
    page = console.post(f"/cases/{mine}/reply/", {**WORDS, "version": version, "step": "send"})

    assert page.status_code in (200, 409)
    assert typed_in(page, "rule") == WORDS["rule"]
    assert sent(console, mine) == []
