"""An officer names the competent body: searched, chosen, checked, sent."""

from datetime import timedelta

import pytest

from shared.complaints.enums import MessageKind, Status
from shared.complaints.services import complaint_assign
from shared.directory.models import Alias, Organisation
from shared.kernel import clock
from shared.kernel.text import search_key, sound_key
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import sent, ten_seconds_later, text_of, version_on
from tests.support.factories import filed, officer_actor, organisation_of

WORDS = {
    "words": "ports",
    "explanation": "Harbours are run by the ports office.",
    "way_on": "Its counter at the gate of the harbour.",
}
OWN = "Your own administration answers for this body. Examine the request, or name another body."
REFUSAL = {"refusal_ar": "لا", "refusal_fr": "Non", "refusal_en": "No"}


@pytest.fixture
def ports(water):
    """A body for which another agency answers."""
    body = Organisation.objects.create(
        code="ports", kind="institution", name_ar="الموانئ", name_fr="Ports", name_en="Ports",
        agency_code=water.code,
    )  # fmt: skip
    Alias.objects.create(
        organisation=body, kind="name", text="ports", key=search_key("ports"),
        sound=sound_key("ports"),
    )  # fmt: skip
    return body


@pytest.fixture
def harbour():
    """A body for which nobody answers on the portal."""
    body = Organisation.objects.create(
        code="harbour", kind="institution", name_ar="المرسى", name_fr="Havre", name_en="Harbour"
    )
    Alias.objects.create(
        organisation=body, kind="name", text="harbour", key=search_key("harbour"),
        sound=sound_key("harbour"),
    )  # fmt: skip
    return body


def body_below(parent, code, *, text="", **changes):
    """A body without a workspace, under another one."""
    body = Organisation.objects.create(
        code=code, kind="institution", name_ar=code, name_fr=code, name_en=code,
        parent=Organisation.objects.get(code=parent), **changes,
    )  # fmt: skip
    if text:
        Alias.objects.create(
            organisation=body, kind="name", text=text, key=search_key(text), sound=sound_key(text)
        )
    return body


def direct(console, reference, **changes):
    form = console.get(f"/cases/{reference}/direct/")
    words = {**WORDS, "version": version_on(form), "step": "check", **changes}
    return console.post(f"/cases/{reference}/direct/", words)


def test_the_body_is_searched_then_chosen_then_the_letter_is_sent(console, mine, harbour):
    console.client.cookies["language"] = "en"

    found = direct(console, mine, words="harbour")

    assert 'value="harbour"' in text_of(found)
    assert WORDS["explanation"] in text_of(found)
    check = direct(console, mine, organisation_code="harbour")
    assert "Harbour" in text_of(check)
    assert console.case(mine).status == Status.IN_PROGRESS
    answer = direct(console, mine, organisation_code="harbour", step="send")
    ten_seconds_later(console)
    assert answer.url == f"/cases/{mine}/"
    case = console.case(mine)
    assert case.status == Status.INADMISSIBLE
    with agency_context(console.agency):
        last = case.messages.get()
    assert (last.kind, last.organisation_code) == (MessageKind.REFUSAL, "harbour")
    assert "Harbour" in last.body or "Havre" in last.body


@pytest.mark.parametrize("step", ["check", "send"])
def test_a_body_that_answers_on_the_portal_is_offered_the_case(console, mine, ports, step):
    led = direct(console, mine, organisation_code="ports", step=step)
    ten_seconds_later(console)

    assert led.url == f"/transfers/offer/{mine}/"
    assert WORDS["explanation"] in text_of(console.get(led.url))
    assert console.case(mine).status == Status.IN_PROGRESS


def test_a_search_complains_of_no_part_of_the_letter(console, mine, ports):
    console.client.cookies["language"] = "en"

    found = direct(console, mine, step="search", explanation="", way_on="")

    assert 'value="ports"' in text_of(found)
    assert "There is a problem" not in text_of(found)
    assert text_of(found).index('value="search"') < text_of(found).index('value="check"')


def test_a_search_sends_nothing_even_when_all_is_filled_in(console, mine, ports):
    page = direct(console, mine, step="search", organisation_code="ports")

    assert 'name="explanation"' in text_of(page)
    assert WORDS["explanation"] in text_of(page)
    assert console.case(mine).status == Status.IN_PROGRESS


@pytest.mark.parametrize("words", ["", "qqqqxxxx"])
def test_a_search_without_a_result_says_so_beside_the_words(console, mine, words):
    console.client.cookies["language"] = "en"

    page = text_of(direct(console, mine, step="search", words=words, explanation=""))

    assert page.count('href="#id_words"') == 1
    assert 'href="#id_explanation"' not in page


def test_the_body_is_found_by_what_it_handles_too(console, mine, water):
    Organisation.objects.create(
        code="dgsn", kind="institution", name_ar="الأمن", name_fr="Sûreté", name_en="Police",
        agency_code=water.code,
    )  # fmt: skip

    assert 'value="dgsn"' in text_of(direct(console, mine, words="carte nationale"))


def test_a_body_whose_requests_are_not_passed_on_is_not_said_to_answer(console, mine, ports):
    console.client.cookies["language"] = "en"
    body_below("ports", "port-police", accepts=False, **REFUSAL)

    page = text_of(direct(console, mine, words="", organisation_code="port-police", step="search"))

    assert "It does not answer on the portal: a letter names it to the citizen." in page
    assert "Answered by:" not in page
    assert "Answered by: " in text_of(direct(console, mine, step="search"))


@pytest.mark.parametrize("code", ["roads", "lamps"])
@pytest.mark.parametrize("step", ["check", "send"])
def test_an_agency_names_no_body_for_which_it_answers_itself(console, mine, ports, code, step):
    console.client.cookies["language"] = "en"
    body_below("roads", "lamps")

    page = direct(console, mine, organisation_code=code, step=step)

    assert OWN in text_of(page)
    assert text_of(page).count('href="#id_organisation_code') == 1
    assert f'value="{code}"' not in text_of(page)
    assert "Bodies for which your own administration answers are not in this list." in text_of(page)
    assert WORDS["explanation"] in text_of(page)
    assert (console.case(mine).status, sent(console, mine)) == (Status.IN_PROGRESS, [])


@pytest.mark.parametrize("step", ["search", "check"])
def test_a_search_that_finds_only_own_bodies_says_so(console, mine, step):
    console.client.cookies["language"] = "en"
    body_below("roads", "lamps", text="lampadaires")

    page = text_of(direct(console, mine, words="lampadaires", step=step))

    assert page.count('href="#id_words"') == 1
    assert "Only bodies for which your own administration answers were found." in page
    assert 'value="lamps"' not in page


def test_a_body_below_that_takes_no_requests_may_be_named(console, mine):
    body_below("roads", "tolls", accepts=False, **REFUSAL)

    page = direct(console, mine, words="", organisation_code="tolls", step="send")
    ten_seconds_later(console)

    assert page.url == f"/cases/{mine}/"
    assert console.case(mine).status == Status.INADMISSIBLE


def test_a_body_that_is_not_in_the_list_is_refused(console, mine, ports, roads):
    organisation_of(roads)

    page = direct(console, mine, organisation_code="no-such-body", step="send")

    assert page.status_code == 200
    assert WORDS["explanation"] in text_of(page)
    assert console.case(mine).status == Status.IN_PROGRESS


def test_without_words_the_officer_is_asked_to_search(console, mine, ports):
    console.client.cookies["language"] = "en"

    page = direct(console, mine, words="")

    assert "Type the name of the competent body, then choose it in the list." in text_of(page)


def test_a_colleagues_case_is_directed_by_nobody_else(console, agent, reference, colleague, roads):
    with agency_context(roads):
        complaint_assign(reference=reference, officer=colleague, actor=officer_actor(colleague))

    page = console.post(
        f"/cases/{reference}/direct/",
        {**WORDS, "organisation_code": "roads", "version": "2", "step": "send"},
    )

    assert page.status_code == 403


@pytest.fixture
def desk(roads):
    """This agency is the orientation desk."""
    organisation_of(roads)
    Organisation.objects.create(
        code="orientation", kind="other", name_ar="مكتب", name_fr="Guichet", name_en="Desk",
        agency_code=roads.code,
    )  # fmt: skip


def test_the_desk_is_told_by_which_day_it_names_the_body(console, mine, desk):
    console.client.cookies["language"] = "en"
    day = clock.civil_day(console.case(mine).received_at) + timedelta(days=15)

    page = text_of(console.get(f"/cases/{mine}/"))

    assert f"Name the competent body by {day.day} {day:%B %Y}" in page


def test_another_agency_has_no_such_day(console, mine, roads):
    organisation_of(roads)
    console.client.cookies["language"] = "en"

    assert "Name the competent body by" not in text_of(console.get(f"/cases/{mine}/"))


@pytest.fixture
def unserved(desk, agent, roads):
    """A case about a body for which no agency answers, held by the officer of the desk."""
    Organisation.objects.create(
        code="nobody", kind="ministry", name_ar="وزارة", name_fr="Ministère", name_en="Ministry"
    )
    reference = filed(roads, organisation_code="nobody").reference
    with agency_context(roads):
        complaint_assign(reference=reference, officer=agent, actor=officer_actor(agent))
    return reference


def test_the_desk_may_name_the_body_itself_for_which_nobody_answers(console, unserved):
    console.client.cookies["language"] = "en"

    page = text_of(direct(console, unserved, organisation_code="nobody", words="", step="search"))
    sent_page = direct(console, unserved, organisation_code="nobody", words="", step="send")

    assert "It does not answer on the portal: a letter names it to the citizen." in page
    ten_seconds_later(console)
    assert sent_page.url == f"/cases/{unserved}/"
    with agency_context(console.agency):
        assert console.case(unserved).messages.get().organisation_code == "nobody"


def test_the_desk_offers_the_case_once_an_agency_answers_for_its_body(console, unserved, water):
    Organisation.objects.filter(code="nobody").update(agency_code=water.code)

    page = direct(console, unserved, organisation_code="nobody", words="", step="send")

    assert page.url == f"/transfers/offer/{unserved}/"


@pytest.mark.parametrize("code", ["roads", "orientation"])
def test_the_desk_names_neither_itself_nor_what_it_answers_for(console, unserved, code):
    page = direct(console, unserved, organisation_code=code, words="", step="send")

    assert page.status_code == 200
    assert console.case(unserved).status == Status.IN_PROGRESS
