"""Reference and e-mail address, known to the agency as well, open a request and decide nothing."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from shared.complaints.enums import Status
from shared.complaints.models import Attachment, Complaint, Message
from shared.kernel import clock
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import ProofRequired
from tenants.case_access.gateway import case_withdraw, tracking_open
from tenants.case_access.services import reviews
from tenants.case_access.services.tokens import token_digest
from tenants.isolation.schema_switch import agency_context
from tenants.models import EmailChange
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.visits import EMAIL, Visitor, answer
from tests.support.factories import filed
from tests.support.reviewed import REASON, refused_twice
from tests.support.samples import PDF

pytestmark = pytest.mark.django_db

DECISIONS = {
    "rating/": {"resolved": "yes", "handling": "5", "comment": "All is well."},
    "reopen/": {"reason": "not_done", "body": "Nothing was done."},
    "withdraw/": {},
    "review/": {"reason": REASON},
    "promise/": {"kept": "yes"},
    "email/": {"email": "other@example.org"},
    "email/keep/": {},
}
PROOF = "/fr/track/case/proof/"


@pytest.fixture
def agency_like(visitor: Visitor, receipt, roads) -> Visitor:
    """Whoever read reference and e-mail address on the page of the case."""
    visitor.open(receipt.reference, EMAIL)
    return visitor


@pytest.fixture
def answered(receipt, roads):
    """The request, with a reply that could be rated and re-opened."""
    answer(roads, receipt.reference)
    deliver(roads)
    return receipt


def state_of(agency, reference):
    with agency_context(agency):
        case = Complaint.objects.get(reference=reference)
        return (case.status, case.version, case.ratings.count())


def test_status_reply_and_messages_are_shown(agency_like, answered):
    page = agency_like.see()

    assert page.status_code == 200
    assert page.context["space"].case.status == Status.ANSWERED
    assert PROOF in page.text


@pytest.mark.parametrize("path", DECISIONS)
def test_what_decides_is_refused_and_changes_nothing(agency_like, answered, roads, path):
    before = state_of(roads, answered.reference)

    page = agency_like.do(path, **DECISIONS[path])

    assert page.status_code == 403
    assert state_of(roads, answered.reference) == before
    assert EmailChange.objects.count() == 0


@pytest.mark.parametrize("path", [*DECISIONS, "follow/"])
def test_a_page_that_decides_leads_to_the_proof(agency_like, answered, path):
    page = agency_like.see(f"case/{path}")

    form_of = {"email/keep/": "/fr/track/case/email/"}
    assert page["Location"] == form_of.get(path, PROOF)


def test_what_was_typed_stands_there_to_be_copied(agency_like, answered):
    page = agency_like.do("reopen/", **DECISIONS["reopen/"])

    assert "Nothing was done." in page.text


def test_the_receipt_code_proves_and_the_way_goes_on(agency_like, answered, roads):
    agency_like.see("case/rating/")

    proved = agency_like.client.post(PROOF, {"code": answered.receipt_code})
    agency_like.do("rating/", **DECISIONS["rating/"])

    assert proved["Location"] == "/fr/track/case/rating/"
    assert state_of(roads, answered.reference)[2] == 1


def test_a_wrong_receipt_code_proves_nothing(agency_like, answered):
    page = agency_like.client.post(PROOF, {"code": "1234567890123456"})

    assert page.status_code == 400
    assert list(page.context["form"].errors) == ["code"]
    assert agency_like.do("rating/", **DECISIONS["rating/"]).status_code == 403


def test_wrong_codes_are_counted_with_those_of_the_entrance(agency_like, answered):
    with clock.travel(clock.now().replace(minute=30)):
        pages = [agency_like.client.post(PROOF, {"code": f"{n:016d}"}) for n in range(12)]

    assert [page.status_code for page in pages] == [400] * 10 + [429] * 2


def test_the_link_goes_to_the_stored_address_and_proves(agency_like, answered, roads):
    agency_like.see("case/reopen/")
    agency_like.client.post(f"{PROOF}link/")

    (letter,) = deliver()
    (link,) = [one for one in links_in(letter) if "/open/" in one]
    opened = agency_like.client.post(link)
    agency_like.do("reopen/", **DECISIONS["reopen/"])

    assert letter.to == [EMAIL]
    assert opened["Location"] == "/fr/track/case/reopen/"
    assert state_of(roads, answered.reference)[0] == Status.REOPENED


def test_five_links_an_hour_are_sent_for_one_request(agency_like, answered):
    with clock.travel(clock.now().replace(minute=30)):
        pages = [agency_like.client.post(f"{PROOF}link/") for _ in range(6)]

    assert [page.status_code for page in pages] == [302] * 5 + [429]


def test_the_way_of_one_request_is_not_gone_on_in_another(agency_like, answered, roads):
    other = filed(roads, subject="Another lamp")
    agency_like.see("case/rating/")

    page = agency_like.open(other.reference, other.receipt_code)

    assert page["Location"] == "/fr/track/case/"


def test_the_address_typed_after_the_code_takes_nothing_away(visitor, answered):
    visitor.open(answered.reference, answered.receipt_code)
    visitor.open(answered.reference, EMAIL)

    assert visitor.do("rating/", **DECISIONS["rating/"])["Location"] == "/fr/track/case/"


def test_the_proof_of_one_request_opens_no_other(visitor, answered, roads):
    other = filed(roads, subject="Another lamp")
    visitor.open(answered.reference, answered.receipt_code)
    visitor.open(other.reference, EMAIL)

    page = visitor.see()

    assert page.context["space"].case.reference == other.reference
    assert visitor.do("withdraw/").status_code == 403


def test_a_message_is_marked_for_both_sides_and_told_to_the_stored_address(
    agency_like, receipt, roads
):
    agency_like.do("messages/", body="I agree with everything.")

    (letter,) = [one for one in deliver(roads) if "ajout" in one.subject]
    with agency_context(roads):
        assert [row.is_by_email for row in Message.objects.all()] == [True]
    mark = "l’expéditeur a donné seulement le numéro de référence et l’adresse e-mail, ou un code"
    assert mark in agency_like.see().text
    assert letter.to == [EMAIL]
    assert "I agree" not in letter.body
    assert any("/open/" in link for link in links_in(letter))


def test_a_message_by_the_receipt_code_bears_no_mark_and_brings_no_letter(visitor, receipt, roads):
    visitor.open(receipt.reference, receipt.receipt_code)
    deliver(roads)
    visitor.do("messages/", body="It is still dark.")

    with agency_context(roads):
        assert [row.is_by_email for row in Message.objects.all()] == [False]
    assert deliver(roads) == []


def test_files_are_marked_and_told_once_in_ten_minutes(agency_like, receipt, roads):
    deliver(roads)
    for name in ("one.pdf", "two.pdf"):
        agency_like.do("files/", uploads=SimpleUploadedFile(name, PDF))
    told = len(deliver(roads))
    with clock.travel(clock.now() + timedelta(minutes=11)):
        agency_like.do("files/", uploads=SimpleUploadedFile("three.pdf", PDF))
        told_later = len(deliver(roads))

    with agency_context(roads):
        assert set(Attachment.objects.values_list("is_by_email", flat=True)) == {True}
    assert (told, told_later) == (1, 1)


def test_the_reason_of_a_review_is_shown_only_after_a_proof(roads, client):
    one = refused_twice(roads)
    reviews.review_ask(token=one.token, reason=REASON)
    by_email, by_code = Visitor(client=client), Visitor(Client(headers={"host": "testserver"}))
    by_email.open(one.reference, EMAIL)
    by_code.open(one.reference, one.receipt_code)

    shown = [
        REASON in page.text
        for who in (by_email, by_code)
        for page in (who.see(), who.see("case/dossier.json"))
    ]
    bearer = tracking_open(reference=one.reference, kind=KeyKind.EMAIL, value=EMAIL).token
    headers = {"authorization": f"Bearer {bearer}"}
    rest = client.get("/api/v1/tracking/case/", headers=headers).json()

    assert shown == [False, False, True, True]
    assert rest["review"]["reason"] == ""


def test_a_token_that_older_code_wrote_decides_nothing(answered, roads):
    token, later = "t" * 43, clock.now() + timedelta(hours=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_trackingtoken (digest, route_id, expires_at) VALUES (%s, %s, %s)",
            [token_digest(token), answered.reference, later],
        )

    with pytest.raises(ProofRequired):
        case_withdraw(token=token)

    assert state_of(roads, answered.reference)[0] == Status.ANSWERED
