"""Own open cases and answers that may make a request needless: shown, and never in the way."""

import re

import pytest
from django.test import Client

from tests.public_portal.intake.journey import BODY, Citizen, in_arabic, reference_on, text
from tests.support.factories import articles_loaded

pytestmark = pytest.mark.django_db

HEADING = "You have requests open that may be about the same"


@pytest.fixture
def filed(citizen):
    """A citizen who has sent one request in this visit; its reference."""
    return reference_on(citizen.file())


def again(citizen, organisation="roads", subject="الإنارة العمومية"):
    citizen.answer_all(
        organisation={"organisation": organisation}, story={"subject": subject, "body": BODY}
    )
    return text(citizen.see("check/")), text(citizen.see("story"))


def test_c5_what_was_sent_in_this_visit_to_the_same_body_is_shown_before_sending(citizen, filed):
    for page in again(citizen, subject="موضوع آخر"):
        assert in_arabic(HEADING) in page
        assert f"/ar/track/?reference={filed}" in page


def test_two_words_in_common_are_enough_whatever_the_body(citizen, filed):
    assert filed in again(citizen, organisation="water")[0]


def test_another_subject_to_another_body_is_not_alike(citizen, filed):
    check, story = again(citizen, organisation="water", subject="فاتورة الماء مرتفعة")

    assert in_arabic(HEADING) not in check + story
    assert filed not in check + story


def test_it_never_blocks(citizen, filed):
    again(citizen)

    assert citizen.send().status_code == 302


def test_a_case_that_was_opened_in_this_visit_is_shown(citizen, filed, client):
    receipt = citizen.client.get(citizen.url("check/"), follow=True)
    code = receipt.context["receipt"].receipt_code
    other = Citizen(client=Client(headers={"host": "testserver"}))
    other.client.post("/ar/track/", {"reference": filed, "secret": code})

    assert filed in again(other)[0]


def test_a_stranger_sees_nothing_of_it(filed):
    stranger = Citizen(client=Client(headers={"host": "testserver"}))

    check, story = again(stranger)

    assert filed not in check + story
    assert in_arabic(HEADING) not in check + story


def test_a_withdrawn_case_is_no_open_one(citizen, filed):
    receipt = citizen.client.get(citizen.url("check/"), follow=True)
    code = receipt.context["receipt"].receipt_code
    citizen.client.post("/ar/track/", {"reference": filed, "secret": code})
    citizen.client.post("/ar/track/case/withdraw/")

    assert filed not in again(citizen)[0]


@pytest.mark.parametrize("way_out", ["/ar/submit/discard/", "/ar/track/leave/"])
def test_who_shares_a_telephone_can_make_it_forget(citizen, filed, way_out):
    citizen.client.post(way_out)

    assert filed not in again(citizen)[0]


def test_the_answers_are_looked_through_with_the_words_of_the_subject(citizen):
    check, story = again(citizen, subject="water bill & more")

    assert "/ar/answers/?q=water%20bill%20%26%20more" in check
    assert 'data-suggest="/ar/answers/suggestions/"' in story
    assert 'data-suggest-organisation="roads"' in story


def test_answers_near_to_the_subject_are_named_before_sending_without_script(citizen):
    articles_loaded()

    check, story = again(citizen, subject="آجال الجواب عن الشكاية")

    near = re.findall(r'<li><a href="(/ar/answers/[\w-]+/)" target="_blank"', check)
    assert 1 <= len(near) <= 3
    assert re.findall(r'<li><a href="/ar/answers/[\w-]+/" target="_blank"', story) == []
    assert citizen.send().status_code == 302


def test_where_no_answer_is_near_none_is_named(citizen):
    assert in_arabic("Perhaps this is answered already:") not in again(citizen)[0]
