"""Whoever leaves a page before it is in order finds it again as they left it."""

import re

import pytest
from django.test import Client

from public_portal.intake.models import Draft
from tests.public_portal.intake.journey import (
    BODY,
    STEPS,
    Citizen,
    chosen_on,
    errors_on,
    filed_in,
    hidden,
    text,
    values_on,
)

pytestmark = pytest.mark.django_db

HALF = {"subject": "إن", "body": "قصير"}
HALF_DAY = {
    "place": "حي السلام",
    "happened_on_day": "45",
    "happened_on_month": "مارس",
    "happened_on_year": "",
}


def test_c10_an_unfinished_page_is_saved_as_it_stands_and_shown_without_reproach(citizen):
    citizen.answer_all("story")

    left = citizen.client.post(citizen.url("story"), {**HALF, "later": "yes"})
    page = citizen.see("story")

    assert left["Location"] == citizen.url("later/")
    assert page.status_code == 200
    assert values_on(page) == HALF
    assert errors_on(page) == []


def test_c10_an_impossible_day_is_saved_as_it_stands(citizen):
    citizen.answer_all("circumstances")

    citizen.client.post(citizen.url("circumstances"), {**HALF_DAY, "later": "yes"})

    page = citizen.see("circumstances")
    assert (values_on(page), errors_on(page)) == (HALF_DAY, [])


def test_c10_a_draft_from_before_the_day_had_its_own_page_opens_whole(citizen):
    citizen.answer_all("story")
    citizen.client.post(citizen.url("story"), {**HALF, "later": "yes"})
    draft = Draft.objects.get()
    draft.typed = [["story", [[name, [value]] for name, value in (HALF | HALF_DAY).items()]]]
    draft.save()

    told = values_on(citizen.see("story"))
    citizen.answer("story")

    assert told == HALF
    assert values_on(citizen.see("circumstances")) == HALF_DAY
    assert citizen.see("wish")["Location"] == citizen.url("circumstances")


def test_c10_it_is_found_on_another_device_at_the_page_that_is_open(citizen):
    citizen.answer_all("person")
    citizen.client.post(
        citizen.url("person"), {"party_kind": "person", "name": "م", "phone": "12", "later": "yes"}
    )
    address = citizen.see("later/").context["address"]
    other = Citizen(client=Client(headers={"host": "testserver"}))

    page = other.client.post(address, follow=True)

    assert page.redirect_chain[-1][0] == other.url("person")
    assert values_on(page) == {"name": "م", "email": "", "phone": "12", "national_id": ""}


def test_c10_a_page_that_was_in_order_and_no_longer_is_stops_the_sending(citizen, roads):
    citizen.answer_all()
    seal = hidden(citizen.see("check/"))
    citizen.client.post(citizen.url("story"), {**HALF, "later": "yes"})

    page = citizen.client.post(citizen.url("check/"), seal)

    assert page["Location"] == citizen.url("story")
    assert filed_in(roads) == []


def test_c10_once_in_order_nothing_of_the_unfinished_page_is_left(citizen):
    citizen.answer_all("story")
    citizen.client.post(citizen.url("story"), {**HALF, "later": "yes"})

    citizen.answer("story")

    assert Draft.objects.get().typed == []
    assert values_on(citizen.see("story"))["body"] == BODY


def test_c10_the_first_page_can_be_saved_with_nothing_chosen(citizen):
    page = citizen.client.post(citizen.url("kind"), {"later": "yes"})

    assert page["Location"] == citizen.url("later/")
    assert citizen.see("later/").status_code == 200


def test_c10_what_no_database_stores_is_left_out_and_a_long_text_stays_whole(citizen):
    citizen.answer_all("story")
    long = "ن" * 12_000

    page = citizen.client.post(
        citizen.url("story"), {"subject": "a\x00b\x1f", "body": long, "later": "yes"}
    )

    assert page.status_code == 302
    assert values_on(citizen.see("story"))["subject"] == "ab"
    assert values_on(citizen.see("story"))["body"] == long


def test_c10_anonymity_forgets_a_half_written_person_too(citizen):
    citizen.answer_all("person")
    citizen.client.post(citizen.url("person"), {"name": "اسم لا يبقى", "later": "yes"})

    citizen.answer("privacy", privacy="anonymous")

    assert Draft.objects.get().typed == []


def test_c10_a_sent_request_leaves_nothing_typed_behind(citizen, roads):
    citizen.answer_all()
    citizen.client.post(citizen.url("person"), {"name": "اسم لا يبقى", "later": "yes"})
    citizen.answer("person")

    citizen.send()

    assert len(filed_in(roads)) == 1
    assert Draft.objects.get().typed == []


@pytest.mark.parametrize("step", [*STEPS])
def test_c1_back_and_the_other_languages_are_buttons_of_the_pages_own_form(citizen, step):
    citizen.answer_all()

    html = text(citizen.see(step))

    buttons = re.findall(r'<button[^>]* form="answers" name="goto" value="(\w+)"', html)
    forms = re.findall(r'<form id="answers" method="post"', html)
    assert (buttons, len(forms)) == (["ar", "fr", "en", "back"], 1)


@pytest.mark.parametrize("step", [*STEPS])
def test_c1_enter_in_a_field_still_goes_on(citizen, step):
    """A browser presses the first button of the form, wherever in the page that stands."""
    citizen.answer_all()

    first = re.findall(r'<button[^>]* form="answers"[^>]*>', text(citizen.see(step)))[0]

    assert "name=" not in first


def test_c1_another_language_shows_the_page_as_it_stands(citizen):
    citizen.answer_all("story")

    page = citizen.client.post(citizen.url("story"), {**HALF, "goto": "fr"}, follow=True)

    assert page.redirect_chain == [("/fr/submit/what-happened/", 302)]
    assert values_on(page) == HALF
    assert errors_on(page) == []


def test_c1_what_is_in_order_is_kept_as_an_answer_by_another_language(citizen):
    citizen.answer_all("story")

    page = citizen.answer("story", goto="en")

    assert page["Location"] == "/en/submit/what-happened/"
    assert (Draft.objects.get().body, Draft.objects.get().typed) == (BODY, [])


def test_c3_back_leads_to_the_page_before_and_forgets_nothing(citizen):
    citizen.answer_all("story")

    page = citizen.client.post(citizen.url("story"), {**HALF, "goto": "back"})

    assert page["Location"] == citizen.url("admissibility")
    assert values_on(citizen.see("story")) == HALF


def test_c3_back_from_a_change_leads_to_the_last_look_unless_something_is_open(citizen):
    citizen.answer_all()
    address = citizen.url("story") + "?change=1"

    in_order = citizen.client.post(address, {**citizen.answers["story"], "goto": "back"})
    open_yet = citizen.post(address, {**HALF, "goto": "back"})

    assert in_order["Location"] == citizen.url("check/")
    assert (open_yet.status_code, values_on(open_yet)) == (200, HALF)


def test_c3_a_choice_outweighs_what_the_address_had_chosen(citizen):
    address = "/ar/submit/?kind=complaint&organisation=water&change=1"

    page = citizen.client.post(address, {"kind": "proposal", "goto": "fr"}, follow=True)

    assert page.redirect_chain == [("/fr/submit/?change=1", 302)]
    assert chosen_on(page) == ["proposal"]


@pytest.mark.parametrize("goto", ["", "de", "//evil.example", "back\x00", "\x00"])
def test_c3_a_strange_wish_is_left_aside(citizen, goto):
    page = citizen.client.post(citizen.url("kind"), {"kind": "complaint", "goto": goto})

    assert page["Location"] == citizen.url("organisation")


def test_c3_an_empty_first_page_in_another_language_begins_no_request(citizen):
    page = citizen.client.post(citizen.url("kind"), {"goto": "fr"})

    assert page["Location"] == "/fr/submit/"
    assert Draft.objects.count() == 0
