"""The worker files held requests with the moment at which their citizens pressed "send"."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, OperationalError

from public_portal.account.services import account_erase
from public_portal.intake.models import Draft, HeldDraft
from public_portal.intake.services import held_requests
from public_portal.intake.services.drafts import answers_forget, form_drafts_prune
from public_portal.intake.services.held_requests import held_requests_file
from shared.directory.models import Organisation
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.mail.models import Mail
from shared.register.models import RegisterCase
from shared.register.services import register_project
from tenants.case_access import gateway
from tenants.isolation.schema_switch import agency_context
from tenants.models import Route
from tests.public_portal.account.door import Account
from tests.public_portal.intake.journey import (
    Citizen,
    filed_in,
    in_arabic,
    receipt_code_on,
    reference_on,
    text,
)
from tests.public_portal.intake.waiting import ANONYMOUS, PRESSED, held as held_now, press, see
from tests.support.factories import draft, organisation_of
from tests.support.samples import PDF
from tests.support.unreachable import agency_unreachable

pytestmark = pytest.mark.django_db

LATER = PRESSED + timedelta(days=3)


def test_the_moment_of_the_press_is_the_moment_of_filing(citizen, roads):
    with clock.travel(PRESSED):
        press(citizen, roads)
    with clock.travel(LATER):
        filed = held_requests_file()

    (complaint,) = filed_in(roads)
    with agency_context(roads):
        event = complaint.events.get()
    assert filed == 1
    assert complaint.received_at == event.at == PRESSED
    assert complaint.due_on == date(2026, 5, 1)
    assert Route.objects.get(pk=complaint.reference).created_at == PRESSED


def test_the_public_figures_count_it_on_the_day_of_the_press(citizen, roads):
    with clock.travel(PRESSED):
        press(citizen, roads)
    with clock.travel(LATER):
        held_requests_file()
        register_project(limit=10)

    assert RegisterCase.objects.get().filed_at == PRESSED


def test_its_address_leads_to_the_receipt_that_filing_would_have_shown(citizen, roads):
    address = press(citizen, roads)
    held_requests_file()

    receipt = citizen.client.get(address, follow=True)

    (complaint,) = filed_in(roads)
    opened = gateway.receipt_get(reference=complaint.reference)
    assert reference_on(receipt) == complaint.reference
    assert receipt_code_on(receipt) == opened.receipt_code


def test_an_anonymous_citizen_comes_back_from_another_device(citizen, roads, client):
    address = press(citizen, roads, **ANONYMOUS)
    held_requests_file()

    receipt = type(client)(headers={"host": "testserver"}).get(address, follow=True)

    assert reference_on(receipt) == filed_in(roads)[0].reference


def test_the_acknowledgement_leaves_when_it_is_filed(citizen, roads):
    press(citizen, roads)
    with agency_context(roads):
        before = Mail.objects.count()
    held_requests_file()

    with agency_context(roads):
        after = list(Mail.objects.values_list("letter", "to"))
    assert (before, after) == (0, [("received", "citizen@example.ma")])


def test_nothing_personal_is_left_once_it_is_filed(citizen, roads):
    press(citizen, roads)
    held_requests_file()

    row, noted = Draft.objects.get(), HeldDraft.objects.get()
    assert (row.body, row.name, row.email) == ("", "", "")
    assert (noted.fingerprint, noted.owner_id) == ("", None)
    assert row.reference == filed_in(roads)[0].reference


def test_its_files_go_along(citizen, roads):
    citizen.answer_all("files")
    file = SimpleUploadedFile("lamp.pdf", PDF, content_type="application/pdf")
    citizen.client.post(citizen.url("files"), {"uploads": file, "add": "yes"})
    citizen.answer_all()
    with agency_unreachable(roads):
        citizen.send()
    held_requests_file()

    (complaint,) = filed_in(roads)
    with agency_context(roads):
        assert [one.name for one in complaint.attachments.all()] == ["lamp.pdf"]
    assert gateway.receipt_get(reference=complaint.reference).files == 1


def test_the_oldest_is_filed_first_and_each_once(citizen, roads):
    for hours in (0, 1, 2):
        with clock.travel(PRESSED + timedelta(hours=hours)):
            press(citizen, roads, story={"subject": f"رقم {hours}"})

    filed = [held_requests_file(), held_requests_file()]

    assert filed == [3, 0]
    assert [one.subject for one in filed_in(roads)] == ["رقم 0", "رقم 1", "رقم 2"]


def test_an_unreachable_agency_is_asked_once_a_run_and_keeps_nobody_waiting(citizen, roads, water):
    for _time in range(3):
        press(citizen, roads)
    press(citizen, water, organisation={"organisation": "water"})

    with agency_unreachable(roads) as refused:
        filed = held_requests_file()

    assert (filed, len(refused)) == (1, 1)
    assert (len(filed_in(roads)), len(filed_in(water)), len(held_now())) == (0, 1, 3)


def test_a_filing_that_was_committed_after_its_request_was_held_is_not_repeated(citizen, roads):
    address = press(citizen, roads)
    (noted,) = held_now()
    # As the process of the first press does, once the server speaks again.
    late = gateway.complaint_file(draft=draft(roads), actor=CITIZEN)
    answers_forget(digest=bytes(noted.pk), reference=late.reference, files=())

    shown = citizen.client.get(address, follow=True)
    held_requests_file()

    assert reference_on(shown) == late.reference
    assert [one.reference for one in filed_in(roads)] == [late.reference]
    assert held_now() == []


def test_the_address_opens_the_receipt_of_such_a_filing_for_as_long(citizen, roads):
    with clock.travel(PRESSED):
        address = press(citizen, roads, **ANONYMOUS)
        (noted,) = held_now()
        late = gateway.complaint_file(draft=draft(roads), actor=CITIZEN)
        answers_forget(digest=bytes(noted.pk), reference=late.reference, files=())
        held_requests_file()

    with clock.travel(PRESSED + timedelta(days=170)):
        form_drafts_prune()
        shown = citizen.client.get(address)

    assert shown.status_code == 302


def test_a_clock_that_is_behind_refuses_nothing(citizen, roads):
    with clock.travel(PRESSED):
        press(citizen, roads)
    with clock.travel(PRESSED - timedelta(seconds=5)):
        early = held_requests_file()
        (noted,) = held_now()
    with clock.travel(PRESSED + timedelta(seconds=5)):
        filed = held_requests_file()

    assert (early, noted.refusal, filed) == (0, "", 1)


def test_an_error_of_one_agencys_server_keeps_no_other_agency_waiting(
    citizen, roads, water, monkeypatch
):
    with clock.travel(PRESSED):
        press(citizen, roads)
    press(citizen, water, organisation={"organisation": "water"})
    usual = held_requests.complaint_file

    def send(**given):
        if given["draft"].organisation_code == "roads":
            raise OperationalError("could not extend file: No space left on device")
        return usual(**given)

    monkeypatch.setattr(held_requests, "complaint_file", send)

    with pytest.raises(OperationalError):
        held_requests_file()

    assert (len(filed_in(roads)), len(filed_in(water)), len(held_now())) == (0, 1, 1)


def test_a_run_is_bounded(citizen, roads, monkeypatch):
    monkeypatch.setattr(held_requests, "MAX_OF_AGENCY", 2)
    for _time in range(3):
        press(citizen, roads)

    assert [held_requests_file() for _run in range(3)] == [2, 1, 0]


def test_an_error_with_one_request_does_not_hold_up_the_others(citizen, roads, monkeypatch):
    with clock.travel(PRESSED):
        press(citizen, roads, story={"subject": "الأول"})
    press(citizen, roads, story={"subject": "الثاني"})
    usual = held_requests.complaint_file

    def send(**given):
        if given["draft"].subject == "الأول":
            raise DataError("a row that does not fit")
        return usual(**given)

    monkeypatch.setattr(held_requests, "complaint_file", send)

    assert held_requests_file() == 1
    assert [one.subject for one in filed_in(roads)] == ["الثاني"]
    assert len(held_now()) == 1


def test_an_account_that_was_erased_meanwhile_keeps_it_from_nobody(client, roads, water):
    organisation_of(roads)
    account = Account(client, "nadia@example.ma")
    user = account.open()
    press(Citizen(client=client), roads)
    account_erase(user=user)

    assert held_requests_file() == 1
    assert len(filed_in(roads)) == 1


def test_a_body_that_was_closed_meanwhile_is_said_on_the_page_and_in_a_letter(citizen, roads):
    address = press(citizen, roads)
    Organisation.objects.filter(code="roads").update(is_active=False)

    filed = [held_requests_file(), held_requests_file()]

    page = text(see(citizen, address))
    assert filed == [0, 0]
    assert in_arabic("Your request could not be filed") in page
    assert in_arabic("We know no organisation of that name. Search again.") in page
    letters = Mail.objects.filter(letter="not_filed")
    assert [letter.to for letter in letters] == ["citizen@example.ma"]
    assert address.split("/")[-2] not in str(letters[0].context)


def test_of_an_anonymous_request_that_was_refused_no_letter_leaves(citizen, roads):
    press(citizen, roads, **ANONYMOUS)
    Organisation.objects.filter(code="roads").update(is_active=False)
    held_requests_file()

    assert Mail.objects.filter(letter="not_filed").count() == 0


def test_what_was_refused_is_changed_and_sent_again(citizen, roads, water):
    address = press(citizen, roads)
    Organisation.objects.filter(code="roads").update(is_active=False)
    held_requests_file()

    citizen.client.post(f"{address}take-back/")
    citizen.answer("organisation", organisation="water")
    receipt = citizen.client.get(citizen.send()["Location"])

    assert reference_on(receipt) == filed_in(water)[0].reference


def test_what_was_refused_is_kept_for_months_and_then_pruned(citizen, roads):
    with clock.travel(PRESSED):
        press(citizen, roads)
        Organisation.objects.filter(code="roads").update(is_active=False)
        held_requests_file()
    kept = []
    for days in (100, 181):
        with clock.travel(PRESSED + timedelta(days=days)):
            form_drafts_prune()
            kept.append(Draft.objects.count())

    assert kept == [1, 0]
