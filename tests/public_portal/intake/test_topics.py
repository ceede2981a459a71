"""Finding the body by topic in the wizard: what it is about, then which place."""

import re

import pytest

from tests.public_portal.intake.journey import chosen_on, text
from tests.shared.directory.conftest import national_directory as national_directory
from tests.support.sampling import repeats

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("national_directory")]

KENITRA = "commune-04-281-01-01"
RABAT = "commune-04-421-01-0"


@pytest.fixture
def at_the_step(citizen):
    citizen.language = "fr"
    citizen.answer("kind")
    return citizen


def page_of(citizen, **asked):
    page = citizen.client.get(citizen.url("organisation"), asked)
    assert page.status_code == 200
    return page


def offered(citizen, **asked):
    """The suggestions in their order: each with whether it is a topic or a body, and its code."""
    page = citizen.client.get(citizen.url("organisation/suggestions/"), asked)
    return re.findall(r'data-(topic|code)="([\w-]+)"', text(page))


def bodies_on(page):
    return re.findall(r'type="radio" name="organisation" value="([\w-]+)"', text(page))


def test_a_topic_is_asked_about_with_a_form_that_needs_no_script(at_the_step):
    html = text(page_of(at_the_step, q="poubelle"))

    assert '<input type="hidden" name="topic" value="waste-bins">' in html
    assert 'name="place"' in html
    assert "Quelle est votre commune\xa0?" in html
    assert bodies_on(page_of(at_the_step, q="poubelle")) == []


def test_the_place_finds_the_body_of_the_topic(at_the_step):
    page = page_of(at_the_step, topic="waste-bins", place="kenitra")

    assert bodies_on(page)[0] == KENITRA
    assert set(re.findall(r"^[a-z]+", "\n".join(bodies_on(page)), re.MULTILINE)) == {"commune"}


def test_a_place_in_the_same_words_offers_the_body_at_once(at_the_step):
    page = page_of(at_the_step, q="poubelle kenitra")

    assert bodies_on(page)[0] == KENITRA
    assert 'name="place"' not in text(page)


def test_the_topic_is_suggested_before_any_body(at_the_step):
    assert offered(at_the_step, q="poubelle") == [("topic", "waste-bins")]
    assert offered(at_the_step, q="poubelle kenitra")[0] == ("code", KENITRA)


def test_the_places_of_a_topic_are_suggested(at_the_step):
    suggested = offered(at_the_step, topic="waste-bins", place="rabat")

    assert suggested[0] == ("code", RABAT)
    assert all(code.startswith("commune-") for _kind, code in suggested)


def test_a_body_that_is_named_stands_beside_the_question_for_the_place(at_the_step):
    page = page_of(at_the_step, q="eau")

    assert bodies_on(page)[0] == "onee"
    assert "?topic=water-supply#found" in text(page)


def test_a_topic_that_one_body_handles_lists_it(at_the_step):
    page = page_of(at_the_step, topic="passport")

    assert bodies_on(page) == ["interior"]
    assert 'name="place"' not in text(page)


def test_what_was_chosen_stays_beside_a_topic(at_the_step):
    page = page_of(at_the_step, topic="waste-bins", organisation="oncf")

    assert chosen_on(page) == ["oncf"]


def test_a_change_from_the_check_page_survives_the_question_for_the_place(at_the_step):
    html = text(page_of(at_the_step, q="eau", change="1"))
    asked = text(page_of(at_the_step, topic="waste-bins", change="1"))

    assert "?change=1&amp;topic=water-supply#found" in html
    assert asked.count('<input type="hidden" name="change" value="1">') == 2


@pytest.mark.parametrize(
    "topic", repeats(["none-such", "\x00", "", "x" * 3000, "../..", "<b>"], keep=3)
)
def test_what_is_no_topic_is_left_aside(at_the_step, topic):
    assert 'name="place"' not in text(page_of(at_the_step, topic=topic))
    assert offered(at_the_step, topic=topic) == []


def test_a_place_that_nothing_resembles_says_what_to_try(at_the_step):
    html = text(page_of(at_the_step, topic="waste-bins", place="zzqxv wvvk"))

    assert 'href="#tree"' in html
    assert 'name="place"' in html
