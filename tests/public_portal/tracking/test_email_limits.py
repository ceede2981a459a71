"""How many letters that ask for the proof of an address go to one mailbox, and who is refused."""

from dataclasses import replace

import pytest
from django.test import Client

from tenants.case_access.services.mail_recipients import PROOFS_PER_EMAIL
from tenants.models import Route
from tests.public_portal.tracking.mailbox import deliver
from tests.public_portal.tracking.test_email_given import (
    OTHER,
    PERSON,
    bytes_of,
    everything_leaves,
    prove,
    secrets_of,
    unproved,
)
from tests.public_portal.tracking.visits import EMAIL, Visitor
from tests.support.factories import filed
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db


def test_no_mailbox_is_filled_with_such_letters(roads, water):
    for number in range(PROOFS_PER_EMAIL + 2):
        unproved((roads, water)[number % 2])

    assert len([*deliver(roads), *deliver(water)]) == PROOFS_PER_EMAIL


@pytest.mark.parametrize("party", repeats([PERSON, replace(PERSON, email="")], keep=1))
def test_nor_with_letters_to_a_new_address_of_requests(roads, party):
    letters, requests = [], 8
    for _time in range(requests):
        visitor = Visitor(client=Client(headers={"host": "testserver"}))
        one = filed(roads, party=party)
        visitor.open(one.reference, one.receipt_code)
        for _again in range(3):
            visitor.do("email/", email=OTHER)
            letters += [one for one in everything_leaves(roads) if one.to == [OTHER]]

    # Each request has one of its own a day, or strangers could keep a mailbox from its proof.
    # The first two have used up what there is for all.
    assert len(letters) == PROOFS_PER_EMAIL + requests - 1


def test_a_change_of_address_writes_five_times_an_hour(roads, visitor):
    receipt = filed(roads, party=PERSON)
    visitor.open(receipt.reference, receipt.receipt_code)

    pages = [visitor.do("email/", email=f"n{number}@example.org") for number in range(6)]

    assert [page.status_code for page in pages] == [302] * 5 + [429]
    assert "n5@example.org" in pages[-1].content.decode()


def test_a_refused_address_counts_for_nothing(roads, visitor):
    receipt = filed(roads, party=PERSON)
    visitor.open(receipt.reference, receipt.receipt_code)

    for _time in range(6):
        visitor.do("email/", email=EMAIL)

    assert visitor.do("email/", email=OTHER).status_code == 302


def test_strangers_cannot_keep_a_mailbox_from_its_own_proof(roads, visitor):
    for _time in range(PROOFS_PER_EMAIL):
        unproved(roads)
    everything_leaves(roads)
    receipt = unproved(roads)
    assert everything_leaves(roads) == []
    visitor.open(receipt.reference, receipt.receipt_code)

    visitor.do("proof/link/")
    (letter,) = everything_leaves(roads)
    prove(letter)

    assert Route.objects.get(reference=receipt.reference).is_email_proved is True


def test_the_letter_is_sent_again_from_the_tracking_page_five_times_an_hour(roads, visitor):
    receipt = unproved(roads)
    everything_leaves(roads)
    visitor.open(receipt.reference, receipt.receipt_code)

    pages = [visitor.do("proof/link/") for _time in range(6)]
    letters = everything_leaves(roads)

    assert [page["Location"] for page in pages] == ["/fr/track/case/#email"] * 6
    # The first went when it was filed; the last one is the request's own of the day.
    assert len(letters) == PROOFS_PER_EMAIL - 1 + 1
    assert [
        one for one in secrets_of(receipt, roads) for it in letters if one in bytes_of(it)
    ] == []


def test_whoever_knows_the_address_alone_is_not_offered_it_on_the_page(roads, visitor):
    receipt = unproved(roads)
    visitor.open(receipt.reference, EMAIL)

    assert "proof/link/" not in visitor.see().text
