"""A request whose agency does not answer is held, and its citizen sees that."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from public_portal.intake import services
from public_portal.intake.models import Draft, HeldDraft
from public_portal.intake.selectors.drafts import form_draft_find
from public_portal.intake.services.drafts import (
    answers_fingerprint,
    form_draft_discard,
    form_draft_keep,
    form_drafts_prune,
)
from public_portal.intake.services.files import form_file_add
from public_portal.intake.services.held_requests import held_requests_file
from public_portal.intake.services.limits import FILED_PER_ADDRESS
from shared.kernel import clock
from tenants.case_access.services.tokens import token_digest
from tenants.isolation.errors import AgencyUnreachable
from tenants.models import OwnedRoute
from tests.public_portal.account.door import Account
from tests.public_portal.intake.journey import (
    Citizen,
    filed_in,
    hidden,
    in_arabic,
    reference_on,
    text,
)
from tests.public_portal.intake.waiting import ANONYMOUS, PRESSED, held, press, see
from tests.support.factories import organisation_of
from tests.support.samples import PDF
from tests.support.unreachable import agency_unreachable, commit_unreachable

pytestmark = pytest.mark.django_db


def test_a_press_that_the_agency_does_not_answer_is_held_with_its_time(citizen, roads):
    with clock.travel(PRESSED):
        address = press(citizen, roads)
        page = see(citizen, address)

    (row,) = held()
    assert row.pressed_at == PRESSED
    assert filed_in(roads) == []
    assert page.status_code == 200
    assert in_arabic("Your request is kept and will be filed") in text(page)
    assert "2 مارس 2026" in text(page)
    assert roads.name_ar in text(page)


def test_only_a_digest_of_the_address_is_stored(citizen, roads):
    token = press(citizen, roads).split("/")[-2]

    (row,) = held()
    assert len(token) == 43
    assert bytes(row.link_digest) == token_digest(token)
    assert token not in repr([*Draft.objects.values_list(), *HeldDraft.objects.values_list()])
    assert token not in repr(dict(citizen.client.session.items()))


def test_the_address_is_not_that_of_the_answers(citizen, roads):
    citizen.answer_all()
    answers = citizen.client.session["draft"]
    with agency_unreachable(roads):
        address = citizen.send()["Location"]

    stranger = Client(headers={"host": "testserver"})
    page = stranger.get(f"/ar/submit/later/{answers}/")

    assert answers not in address
    assert address not in text(page)
    assert in_arabic("This request has been sent already") in text(page)


def test_the_page_is_neither_stored_nor_told_to_the_next_site(citizen, roads):
    page = see(citizen, press(citizen, roads))

    assert page["Cache-Control"] == "no-store, private"
    assert page["Referrer-Policy"] == "no-referrer, strict-origin"
    assert "refresh" not in text(page).lower()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [True, False, False]),
        ({"person": {"email": ""}}, [False, True, False]),
        (ANONYMOUS, [False, False, True]),
    ],
)
def test_the_page_says_how_its_citizen_hears_of_it(citizen, roads, changes, expected):
    page = text(see(citizen, press(citizen, roads, **changes)))

    sentences = (
        "Once it is recorded, the usual e-mail goes to the address that you gave.",
        "No e-mail will come to you.",
        "We do not know who you are: the address below is the only way",
    )
    starts = [in_arabic(NOTICES.get(one, one))[:40] for one in sentences]
    assert [start in page for start in starts] == expected


@pytest.mark.parametrize("email", ["citizen@example.ma", ""])
def test_whoever_is_signed_in_reads_that_it_will_be_in_the_account(client, roads, email):
    organisation_of(roads)
    Account(client, "nadia@example.ma").open()
    citizen = Citizen(client=client, language="ar")

    page = see(citizen, press(citizen, roads, person={"email": email}))

    assert in_arabic("You then also find the request in your account.") in text(page)


NOTICES = {
    "No e-mail will come to you.": (
        "No e-mail will come to you. Copy the address below, print it or write it down: it leads "
        "to the reference and the receipt code."
    ),
    "We do not know who you are: the address below is the only way": (
        "We do not know who you are: the address below is the only way to your request, its "
        "reference and its receipt code. Copy it, print it or write it down now."
    ),
}


def test_pressing_again_shows_the_same_page_and_holds_one(citizen, roads):
    first = press(citizen, roads)

    again = citizen.see("check/")
    with agency_unreachable(roads):
        pressed = citizen.client.post(citizen.url("check/"), {"seal": "of before"})

    assert (again["Location"], pressed["Location"]) == (first, first)
    assert len(held()) == 1


def test_a_second_press_from_a_window_opened_before_leads_to_the_same_page(citizen, roads):
    citizen.answer_all()
    page, session = hidden(citizen.see("check/")), citizen.client.session["draft"]
    with agency_unreachable(roads):
        first = citizen.client.post(citizen.url("check/"), page)["Location"]
    # As the second window's session was read before the first had ended.
    kept = citizen.client.session
    kept["draft"] = session
    kept.save()

    second = citizen.client.post(citizen.url("check/"), page)

    assert second["Location"] == first
    assert (len(held()), filed_in(roads)) == (1, [])


def test_another_agency_is_filed_with_meanwhile(citizen, roads, water):
    with agency_unreachable(water):
        citizen.file()

    assert len(filed_in(roads)) == 1
    assert held() == []


def test_what_is_held_counts_as_filed_for_the_limits(citizen, roads):
    citizen.client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    for _time in range(FILED_PER_ADDRESS):
        press(citizen, roads)
    citizen.answer_all()

    with agency_unreachable(roads):
        page = citizen.send()

    assert (page.status_code, len(held())) == (200, FILED_PER_ADDRESS)


def test_answers_of_a_held_request_are_changed_by_no_other_window(citizen, roads):
    citizen.answer_all()
    token = citizen.client.session["draft"]
    kept = form_draft_find(token=token)
    with agency_unreachable(roads):
        citizen.send()

    other = form_draft_keep(token=token, answers=kept.answers)
    form_draft_discard(token=token)

    (row,) = held()
    assert other != token
    assert row.fingerprint == answers_fingerprint(kept)


@pytest.mark.parametrize("change", ["text", "files"])
def test_answers_that_another_window_changed_during_the_press_are_not_held(
    citizen, roads, monkeypatch, change
):
    citizen.answer_all()
    kept = form_draft_find(token=citizen.client.session["draft"])

    def silent(**_given):
        # The other window had waited for the answers.
        if change == "text":
            form_draft_keep(token=kept.token, answers=replace(kept.answers, subject="موضوع آخر"))
        else:
            file = SimpleUploadedFile("lamp.pdf", PDF, content_type="application/pdf")
            form_file_add(token=kept.token, upload=file)
        raise AgencyUnreachable("a_roads", retry_after=1)

    monkeypatch.setattr(services.held_requests, "answers_file", silent)
    page = citizen.send()

    assert page.status_code == 200
    assert in_arabic(CHANGED[change]) in text(page)
    assert held() == []


CHANGED = {
    "text": "Your answers have changed since. Look at them again, then send.",
    "files": "Your files have changed since. Look at your answers again, then send.",
}


def test_a_held_request_can_be_taken_back_changed_and_sent(citizen, roads):
    address = press(citizen, roads)

    taken = citizen.client.post(f"{address}take-back/")
    citizen.answer("story", subject="موضوع آخر")
    citizen.send()

    assert taken["Location"] == citizen.url("check/")
    assert held() == []
    assert [one.subject for one in filed_in(roads)] == ["موضوع آخر"]
    assert see(citizen, address).status_code == 404


def test_what_was_taken_back_is_not_filed_by_itself(citizen, roads):
    address = press(citizen, roads)
    citizen.client.post(f"{address}take-back/")

    assert held_requests_file() == 0
    assert filed_in(roads) == []


def test_what_cannot_be_taken_back_at_this_moment_says_so(citizen, roads, monkeypatch):
    address = press(citizen, roads)
    # The statement that was cut still has the lock of the answers.
    monkeypatch.setattr(services.held_requests, "_locked", lambda _digest: None)

    page = citizen.client.post(f"{address}take-back/", follow=True)

    sentence = "The request cannot be taken back at this moment. Try again in a few minutes."
    assert in_arabic(sentence) in text(page)
    assert in_arabic("Your request is kept and will be filed") in text(page)
    assert len(held()) == 1


def test_deleting_in_an_older_window_does_not_say_that_a_held_request_is_deleted(citizen, roads):
    address = press(citizen, roads)

    answer = citizen.client.post(citizen.url("kind") + "discard/")
    page = see(citizen, answer["Location"])

    assert answer["Location"] == address
    assert in_arabic("Your answers have been deleted.") not in text(page)
    sentence = "This request has been sent already and is kept until it can be filed."
    assert in_arabic(sentence) in text(page)


def test_taking_back_what_was_filed_meanwhile_shows_its_receipt(citizen, roads):
    address = press(citizen, roads)
    held_requests_file()

    answer = citizen.client.post(f"{address}take-back/", follow=True)

    assert reference_on(answer) == filed_in(roads)[0].reference


def test_unfinished_answers_are_pruned_and_a_held_request_is_not(citizen, roads):
    with clock.travel(PRESSED):
        press(citizen, roads)
        form_draft_keep(token="", answers=form_draft_find(token="").answers)

    with clock.travel(PRESSED + timedelta(days=200)):
        form_drafts_prune()
        address = see(citizen, press_address(citizen))

    assert Draft.objects.count() == 1
    assert address.status_code == 200


def press_address(citizen: Citizen) -> str:
    """Where the check page leads this visit."""
    return str(citizen.see("check/")["Location"])


def test_an_unknown_address_says_so(citizen):
    page = see(citizen, "/ar/submit/waiting/unknown/")

    assert page.status_code == 404
    assert in_arabic("No request is kept under this address") in text(page)


def test_an_anonymous_request_is_held_for_no_account(client, roads, water):
    organisation_of(roads)
    Account(client, "nadia@example.ma").open()
    citizen = Citizen(client=client, language="ar")

    press(citizen, roads, **ANONYMOUS)
    (anonymous,) = held()
    press(citizen, roads)
    named = held()[1]
    held_requests_file()

    assert anonymous.owner_id is None
    assert named.owner_id is not None
    assert OwnedRoute.objects.count() == 1


@pytest.mark.parametrize("changes", [{}, ANONYMOUS])
def test_a_commit_that_was_taken_back_is_held(citizen, roads, changes):
    citizen.answer_all(**changes)

    with commit_unreachable(roads, is_done=False):
        pressed = citizen.send()
    page = see(citizen, pressed["Location"])
    before = filed_in(roads)
    held_requests_file()

    assert in_arabic("Your request is kept and will be filed") in text(page)
    assert before == []
    assert len(filed_in(roads)) == 1
    assert citizen.see("check/")["Location"] == pressed["Location"]


@pytest.mark.parametrize("changes", [{}, ANONYMOUS])
def test_a_commit_that_was_made_though_its_answer_is_lost_gives_its_receipt(
    citizen, roads, changes
):
    citizen.answer_all(**changes)

    with commit_unreachable(roads, is_done=True):
        pressed = citizen.send()
    receipt = see(citizen, pressed["Location"])
    held_requests_file()

    (complaint,) = filed_in(roads)
    assert reference_on(receipt) == complaint.reference
    assert held() == []
    assert citizen.see("check/")["Location"] == pressed["Location"]


def test_pressing_again_after_a_later_request_means_the_later_one(citizen, roads):
    press(citizen, roads, **ANONYMOUS)
    citizen.answer_all(**ANONYMOUS)
    receipt = citizen.send()["Location"]

    assert citizen.see("check/")["Location"] == receipt


def test_who_leaves_a_shared_telephone_leaves_the_held_request_too(citizen, roads):
    press(citizen, roads)

    citizen.client.post("/ar/track/leave/")

    assert citizen.see("check/")["Location"] == citizen.url("kind")
