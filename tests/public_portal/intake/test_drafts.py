from datetime import timedelta

import pytest
from django.test import Client

from public_portal.intake.models import Draft
from public_portal.intake.services.drafts import form_draft_keep, form_drafts_prune
from public_portal.intake.types import Answers
from shared.kernel import clock
from shared.ui.links import portal_url
from tests.public_portal.intake.journey import (
    BODY,
    STEPS,
    Citizen,
    filed_in,
    receipt_code_on,
    text,
    values_on,
)
from tests.support.moments import days_later

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(citizen):
    """One who walks through every page each time."""
    citizen.remembers = False
    return citizen


def test_once_sent_the_draft_holds_nothing_but_the_reference(citizen, roads):
    citizen.file()

    kept = Draft.objects.get()
    assert kept.reference == filed_in(roads)[0].reference
    assert (kept.body, kept.subject, kept.place, kept.remedy) == ("", "", "", "")
    assert (kept.name, kept.email, kept.phone, kept.details) == ("", "", "", [])


def test_answers_can_be_taken_up_on_another_device_through_their_address(citizen):
    citizen.answer_all("wish")
    address = citizen.see("later/").context["address"]
    other = Citizen(client=Client(headers={"host": "testserver"}))

    looked = other.client.get(address)
    before = values_on(other.client.get(other.url("story"), follow=True))
    other.client.post(address)

    assert looked.status_code == 200
    assert before == {}
    assert values_on(other.see("story"))["body"] == BODY


def test_whoever_goes_on_with_answers_has_them_alone(citizen):
    citizen.answer_all("wish")
    address = citizen.see("later/").context["address"]
    other = Citizen(client=Client(headers={"host": "testserver"}))
    other.client.post(address)
    other.answer("wish", remedy="What the other one asks for")

    sender = [citizen.client.get(address), citizen.client.post(address), citizen.see("check/")]

    assert [page.status_code for page in sender] == [404, 404, 302]
    assert not any("What the other one asks for" in text(page) for page in sender)
    assert Draft.objects.count() == 1


def test_going_on_in_the_browser_that_has_the_answers_changes_no_address(citizen):
    citizen.answer_all("wish")
    address = citizen.see("later/").context["address"]

    citizen.client.post(address)

    assert citizen.see("later/").context["address"] == address


def test_an_address_that_no_longer_works_leads_to_the_answers_of_this_browser(citizen):
    citizen.answer_all("wish")
    address = citizen.see("later/").context["address"]
    other = Citizen(client=Client(headers={"host": "testserver"}))
    other.client.post(address)

    page = other.client.get(address)

    assert page.status_code == 404
    assert f'href="{other.url("check/")}"' in text(page)


@pytest.mark.parametrize("port", [":8443", ":80", ""])
def test_the_port_that_a_browser_names_is_in_no_address_that_is_given_away(citizen, roads, port):
    citizen.answer_all()
    named = {"host": f"testserver{port}"}

    draft = citizen.client.get(citizen.url("later/"), headers=named).context["address"]
    receipt = citizen.send()["Location"]
    paper = text(citizen.client.get(receipt, headers=named))

    assert draft.startswith(f"{portal_url()}/ar/submit/later/")
    assert ":8443" not in paper


def test_c10_answers_are_forgotten_after_thirty_days(citizen):
    citizen.answer_all()
    address = citizen.see("later/").context["address"]

    with clock.travel(clock.now() + timedelta(days=30, seconds=1)):
        page = citizen.client.get(address)
        forgotten = form_drafts_prune()

    assert page.status_code == 404
    assert forgotten == 1
    assert Draft.objects.count() == 0


def test_two_forgotten_requests_go_together(citizen):
    for _person in range(2):
        form_draft_keep(token="", answers=Answers(kind="complaint"))

    with clock.travel(days_later(31)):
        assert form_drafts_prune() == 2


def test_c10_saving_for_later_keeps_the_answer_of_the_page(citizen):
    citizen.answer_all("story")

    page = citizen.answer("story", later="yes")

    assert page["Location"] == citizen.url("later/")
    assert Draft.objects.get().body == BODY


def test_answers_can_be_deleted_at_once(citizen):
    citizen.answer_all()

    citizen.client.post(citizen.url("discard/"))

    assert Draft.objects.count() == 0
    assert citizen.see("check/")["Location"] == citizen.url("kind")


def test_the_table_of_drafts_does_not_hold_the_secret_of_their_address(citizen):
    citizen.answer_all()
    token = citizen.client.session["draft"]

    assert token.encode() not in bytes(Draft.objects.get().digest)
    assert (
        citizen.client.get(
            f"/ar/submit/later/{bytes(Draft.objects.get().digest).hex()}/"
        ).status_code
        == 404
    )


def test_no_page_of_the_journey_may_be_stored(citizen):
    citizen.answer_all()

    told = {step: citizen.see(step)["Cache-Control"] for step in (*STEPS, "check/", "later/")}

    assert told == dict.fromkeys(told, "no-store, private")


def test_the_address_of_answers_that_were_sent_opens_the_receipt_to_nobody_else(citizen, roads):
    citizen.answer_all()
    address = citizen.see("later/").context["address"]
    other = Citizen(client=Client(headers={"host": "testserver"}))
    receipt = citizen.client.get(citizen.send()["Location"])
    code, reference = receipt_code_on(receipt), filed_in(roads)[0].reference

    pages = [other.client.get(address), other.client.post(address)]

    assert [page.status_code for page in pages] == [200, 200]
    shown = "".join(text(page) for page in pages).replace(" ", "")
    assert (code in shown, reference in shown, "/receipt/" in shown) == (False, False, False)
    assert 'href="/ar/track/"' in text(pages[0])


def test_whoever_sent_the_answers_finds_the_receipt_by_their_address(citizen):
    citizen.answer_all()
    address = citizen.see("later/").context["address"]
    receipt = citizen.send()["Location"]

    page = citizen.client.get(address)

    assert page["Location"] == receipt
