"""What the check page says of the time that replies took: the public figure, or nothing."""

import re

import pytest
from django.db import connection

from shared.kernel import clock
from tenants.isolation.schema_switch import as_owner
from tests.public_portal.intake.journey import Citizen
from tests.shared.register.factories import at, registered, story

pytestmark = pytest.mark.django_db

# For the wizard, and the categories, of the body; and for its name.
READ_BODY = 3
HALF = "half had an answer by day"


@pytest.fixture(autouse=True)
def _on_day_100():
    with clock.travel(at(100)):
        yield


@pytest.fixture
def reader(citizen):
    citizen.language = "en"
    return citizen


def cases(count, day, **changes):
    return [story(("received", 1), ("answered", 1 + day), **changes) for _ in range(count)]


def said(reader: Citizen, **changes: dict[str, str]) -> str:
    """The sentence, without markup; "" without one."""
    reader.answer_all("check/", **changes)
    page = reader.see("check/").text
    found = re.search(r'<p class="measure">(Complaints of the last.*?)</p>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", "", found[1]).split()) if found else ""


def test_fc23_half_had_an_answer_by_the_day_of_the_public_figures(reader, roads):
    registered(roads, *[one for day in range(1, 41) for one in cases(1, day)])

    sentence = said(reader)
    figures = reader.client.get("/en/statistics/roads/").text
    (median,) = re.findall(r'data-measure="median_days".*?(\d+) days', figures, re.DOTALL)

    assert sentence.startswith(
        "Complaints of the last twelve months to all bodies for which Roads answers: half had an "
        f"answer by day {median}; the range is "
    )
    assert "promises nothing" in sentence


def test_fc23_the_body_itself_is_named_where_it_has_enough(reader, roads):
    registered(roads, *cases(30, 8, organisation_code="roads"), *cases(90, 50))

    assert said(reader).startswith(f"Complaints of the last twelve months to Roads: {HALF} 8.")


def test_fc23_below_the_minimum_and_of_another_agency_nothing_is_said(reader, roads, water):
    registered(roads, *cases(29, 8, organisation_code="roads"))
    registered(water, *cases(90, 8), *cases(90, 8, organisation_code="roads"))

    assert said(reader) == ""


@pytest.mark.parametrize("count", [0, 30])
def test_the_body_is_read_as_often_with_the_sentence_as_without(
    reader, roads, count, django_assert_max_num_queries
):
    registered(roads, *cases(count, 8, organisation_code="roads"))
    assert bool(said(reader)) == bool(count)

    with django_assert_max_num_queries(100) as asked:
        reader.see("check/")

    read = '"directory_organisation"."code" = \'roads\''
    assert len([one for one in asked.captured_queries if read in one["sql"]]) == READ_BODY


def test_fc23_those_who_still_wait_count(reader, roads):
    registered(roads, *cases(10, 8), *[story(("received", 1)) for _ in range(90)])

    assert "fewer than half had an answer within 60 days." in said(reader)


def test_fc23_of_a_proposal_nothing_is_said(reader, roads):
    registered(roads, *cases(90, 8), *cases(90, 8, kind="proposal"))

    assert said(reader, kind={"kind": "proposal"}) == ""


def test_fc23_a_register_that_fails_keeps_nobody_from_sending(reader, roads):
    registered(roads, *cases(90, 8))
    reader.answer_all("check/")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE register_registercase RENAME TO elsewhere")

    page = reader.see("check/")
    sent = reader.send()

    assert (page.status_code, HALF in page.text) == (200, False)
    assert "/receipt/" in sent["Location"]


def test_fc23_the_answer_is_kept_as_long_as_the_figures(reader, roads, settings):
    settings.FIGURES_SECONDS = 60
    registered(roads, *cases(90, 8, organisation_code="roads"))
    first = said(reader)
    registered(roads, *cases(900, 20, organisation_code="roads"))

    assert (f"{HALF} 8" in first, said(reader)) == (True, first)


@pytest.mark.parametrize(("refused", "is_said"), [(30, True), (12, False)])
def test_a_quick_answer_that_was_mostly_a_refusal_is_named_as_such(reader, roads, refused, is_said):
    registered(roads, *[story(("received", 1), ("inadmissible", 1)) for _ in range(refused)])
    registered(roads, *cases(40 - refused, 3))

    sentence = said(reader)

    assert HALF in sentence
    assert ("More than half of these answers were refusals." in sentence) is is_said
