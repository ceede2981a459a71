"""A request that was filed at the desk or by telephone, without any address."""

import pytest
from django.test import Client

from shared.complaints.enums import Privacy
from shared.complaints.types import PartyDraft
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import NoEmailToChange
from tenants.case_access.gateway import tracking_open
from tenants.case_access.services.email_changes import email_change_begin
from tenants.case_access.services.identity import identity_of
from tenants.models import EmailChange, Route
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.test_email_change import case_email, events
from tests.public_portal.tracking.visits import Visitor, ask
from tests.support.factories import filed

pytestmark = pytest.mark.django_db

NEW = "first.address@example.org"
PERSON = PartyDraft(name="Test Person", phone="+212612345678")


def inside_of(visitor, roads, **changes):
    receipt = filed(roads, **{"party": PERSON, **changes})
    visitor.open(receipt.reference, receipt.receipt_code)
    return receipt


def test_the_space_says_that_nothing_is_sent_and_how_to_change_that(visitor, roads):
    inside_of(visitor, roads)

    page = visitor.see().text

    assert "rien ne vous est envoyé" in page
    assert "l’adresse que vous avez donnée" not in page
    assert "Ajouter une adresse e-mail" in page


def test_an_address_is_added_once_its_mailbox_has_answered(visitor, roads):
    receipt = inside_of(visitor, roads)
    shown = visitor.see("case/email/")
    visitor.do("email/", email=NEW)
    waiting = visitor.see("case/email/").text
    (letter,) = deliver()
    before = case_email(roads, receipt.reference)
    done = visitor.client.post(links_in(letter)[0], {"do": "prove"})

    assert (shown.status_code, letter.to, before, done.status_code) == (200, [NEW], "", 200)
    assert "deux boîtes" not in waiting
    assert case_email(roads, receipt.reference) == NEW
    assert events(roads, receipt.reference)[-1] == "email_changed"
    visitor.open(receipt.reference, NEW)
    assert "l’adresse que vous avez donnée" in visitor.see().text
    assert deliver() == []


def test_from_then_on_letters_go_there_and_it_opens_the_request(visitor, roads):
    receipt = inside_of(visitor, roads)
    visitor.do("email/", email=NEW)
    visitor.client.post(links_in(deliver()[0])[0], {"do": "prove"})
    deliver(roads)

    ask(roads, receipt.reference, "Which street?")

    assert [letter.to for letter in deliver(roads)] == [[NEW]]
    other = Visitor(client=Client(headers={"host": "testserver"}))
    assert other.open(receipt.reference, NEW)["Location"] == "/fr/track/case/"


def test_without_the_proof_nothing_changes(visitor, roads):
    receipt = inside_of(visitor, roads)
    visitor.do("email/", email=NEW)
    link = links_in(deliver()[0])[0]
    looked = visitor.client.get(link)
    refused = visitor.client.post(link, {"do": "refuse"})

    assert (looked.status_code, refused.status_code) == (200, 200)
    assert EmailChange.objects.count() == 0
    assert Route.objects.get(pk=receipt.reference).email_digest is None
    assert case_email(roads, receipt.reference) == ""


def test_a_confidential_address_is_added_under_its_seal(visitor, roads):
    receipt = inside_of(visitor, roads, privacy=Privacy.CONFIDENTIAL)
    visitor.do("email/", email=NEW)
    visitor.client.post(links_in(deliver()[0])[0], {"do": "prove"})

    assert identity_of(reference=receipt.reference).email == NEW
    assert identity_of(reference=receipt.reference).phone == PERSON.phone
    assert case_email(roads, receipt.reference) == ""


def test_nobody_can_add_an_address_to_an_anonymous_request(roads):
    receipt = filed(roads, privacy=Privacy.ANONYMOUS, party=PartyDraft())
    token = tracking_open(
        reference=receipt.reference, kind=KeyKind.RECEIPT, value=receipt.receipt_code
    ).token

    with pytest.raises(NoEmailToChange):
        email_change_begin(token=token, email=NEW)
    assert EmailChange.objects.count() == 0
