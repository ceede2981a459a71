"""A named or confidential request has an e-mail address, a telephone number, or both."""

from dataclasses import replace

import pytest
from django.core import mail

from public_portal.intake.selectors.drafts import form_draft_find
from public_portal.intake.services.drafts import form_draft_keep
from shared.complaints.enums import Privacy
from shared.mail.models import Mail
from tenants.case_access.services.identity import identity_of
from tenants.isolation.schema_switch import agency_context
from tenants.models import Route
from tests.public_portal.intake.journey import (
    errors_on,
    filed_in,
    in_arabic,
    receipt_code_on,
    reference_on,
    summary_on,
    text,
    values_on,
)
from tests.public_portal.tracking.mailbox import deliver
from tests.public_portal.tracking.visits import Visitor

pytestmark = pytest.mark.django_db

MISSING = "Enter an e-mail address or a telephone number: one of the two is needed."
ONLY_PHONE = {"email": ""}


@pytest.mark.parametrize("privacy", ["named", "confidential"])
def test_without_both_the_page_says_it_once_and_beside_both_fields(citizen, privacy):
    citizen.answer_all("person", privacy={"privacy": privacy})

    page = citizen.answer("person", email="", phone="")

    assert page.status_code == 200
    assert summary_on(page) == [("id_email", in_arabic(MISSING))]
    assert errors_on(page) == [in_arabic(MISSING)] * 2
    assert values_on(page)["name"] == "مواطن تجريبي"


def test_neither_of_the_two_is_called_optional_and_the_identity_number_is(citizen):
    citizen.answer_all("person")

    page = text(citizen.see("person"))

    assert page.count('class="optional"') == 1


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("٠٦ ١٢ ٣٤ ٥٦ ٧٨", "+212612345678"),
        ("06-12-34-56-78", "+212612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("+٣٣ ٦ ١٢ ٣٤ ٥٦ ٧٨", "+33612345678"),
    ],
)
def test_a_telephone_number_alone_files_a_named_request(citizen, roads, typed, stored):
    receipt = citizen.file(person={**ONLY_PHONE, "phone": typed})

    (case,) = filed_in(roads)
    assert case.reference == reference_on(receipt)
    assert (case.privacy, case.party.name) == (Privacy.NAMED, "مواطن تجريبي")
    assert (case.party.email, case.party.phone) == ("", stored)


def test_an_email_address_alone_files_a_named_request(citizen, roads):
    citizen.file(person={"phone": ""})

    (case,) = filed_in(roads)
    assert (case.party.email, case.party.phone) == ("citizen@example.ma", "")


def test_a_number_that_is_none_has_its_own_error_alone(citizen):
    citizen.answer_all("person")

    page = citizen.answer("person", email="", phone="12")

    assert [target for target, _words in summary_on(page)] == ["id_phone"]


def test_without_an_address_no_letter_leaves_and_the_receipt_code_opens_it(citizen, roads):
    receipt = citizen.file(person=ONLY_PHONE)

    visitor = Visitor(client=citizen.client.__class__(headers={"host": "testserver"}))
    opened = visitor.open(reference_on(receipt), receipt_code_on(receipt))
    assert opened["Location"] == "/fr/track/case/"
    assert (deliver(roads), deliver(), mail.outbox) == ([], [], [])
    assert Route.objects.get().email_digest is None


def test_a_confidential_telephone_number_is_kept_from_the_agency(citizen, roads):
    citizen.file(privacy={"privacy": "confidential"}, person=ONLY_PHONE)

    (case,) = filed_in(roads)
    assert (case.party.name, case.party.email, case.party.phone) == ("", "", "")
    assert identity_of(reference=case.reference).phone == "+212612345678"
    deliver(roads)
    assert mail.outbox == []
    with agency_context(roads):
        assert set(Mail.objects.values_list("to", flat=True)) <= {""}


@pytest.mark.parametrize(
    ("privacy", "says"),
    [("named", "The administration may call you."), ("confidential", "does not call")],
)
def test_the_page_says_what_the_number_is_used_for(citizen, privacy, says):
    citizen.language = "en"
    citizen.answer_all("person", privacy={"privacy": privacy})

    page = text(citizen.see("person"))

    assert says in page
    assert "Nothing is sent to a telephone" in page


def test_kept_answers_without_either_lead_back_to_the_page(citizen):
    citizen.answer_all()
    session = citizen.client.session
    answers = form_draft_find(token=session["draft"]).answers
    session["draft"] = form_draft_keep(token="", answers=replace(answers, email="", phone=""))
    session.save()

    assert citizen.see("check/")["Location"] == citizen.url("person")
