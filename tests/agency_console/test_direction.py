"""An officer names the competent body: searched, chosen, checked, sent."""

from datetime import timedelta

import pytest

from shared.complaints.enums import MessageKind, Status
from shared.directory.models import Alias, Organisation
from shared.kernel.text import search_key, sound_key
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import text_of, version_on
from tests.support.factories import organisation_of

WORDS = {
    "words": "ports",
    "explanation": "Harbours are run by the ports office.",
    "way_on": "Its counter at the gate of the harbour.",
}


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


def direct(console, reference, **changes):
    form = console.get(f"/cases/{reference}/direct/")
    words = {**WORDS, "version": version_on(form), "step": "check", **changes}
    return console.post(f"/cases/{reference}/direct/", words)


def test_the_body_is_searched_then_chosen_then_the_letter_is_sent(console, mine, ports):
    console.client.cookies["language"] = "en"

    found = direct(console, mine)

    assert 'value="ports"' in text_of(found)
    assert WORDS["explanation"] in text_of(found)
    check = direct(console, mine, organisation_code="ports")
    assert "Ports" in text_of(check)
    assert console.case(mine).status == Status.IN_PROGRESS
    sent = direct(console, mine, organisation_code="ports", step="send")
    assert sent.url == f"/cases/{mine}/"
    case = console.case(mine)
    assert case.status == Status.INADMISSIBLE
    with agency_context(console.agency):
        last = case.messages.get()
    assert (last.kind, last.organisation_code) == (MessageKind.REFUSAL, "ports")
    assert "Ports" in last.body


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
    below = Organisation.objects.create(
        code="port-police", kind="institution", name_ar="شرطة", name_fr="Police", name_en="Police",
        parent=ports, accepts=False, refusal_ar="لا", refusal_fr="Non", refusal_en="No",
    )  # fmt: skip

    page = text_of(direct(console, mine, words="", organisation_code=below.code, step="search"))

    assert "It does not answer on the portal: say below how to reach it." in page
    assert "Answered by:" not in page
    assert "Answered by: " in text_of(direct(console, mine, step="search"))


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


def test_the_refusal_no_longer_offers_the_ground_that_has_its_own_letter(console, mine):
    page = text_of(console.get(f"/cases/{mine}/refuse/"))

    assert 'value="not_competent"' not in page
    assert 'value="other_body"' in page


def test_a_colleagues_case_is_directed_by_nobody_else(console, agent, reference, colleague, roads):
    from shared.complaints.services import complaint_assign  # noqa: PLC0415
    from tests.support.factories import officer_actor  # noqa: PLC0415

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
    day = console.case(mine).received_at.date() + timedelta(days=15)

    page = text_of(console.get(f"/cases/{mine}/"))

    assert f"Name the competent body by {day.day} {day:%B %Y}" in page


def test_another_agency_has_no_such_day(console, mine, roads):
    organisation_of(roads)
    console.client.cookies["language"] = "en"

    assert "Name the competent body by" not in text_of(console.get(f"/cases/{mine}/"))
