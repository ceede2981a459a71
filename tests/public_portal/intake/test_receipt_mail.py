"""What a receipt says of e-mails: on the page, on paper, over REST and at the counter."""

import pytest

from tests.public_portal.api.calls import COMPLAINT
from tests.public_portal.intake.journey import in_arabic, text
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.shared.pdf.sheets import words

pytestmark = pytest.mark.django_db

UNPROVED = (
    "We write to your e-mail address: open that e-mail and confirm that the address is yours. "
    "If it does not come, have it sent again from the page of your request. Until then no "
    "other e-mail goes there. The two numbers of this receipt always open your request."
)
NOTHING = (
    "You gave no e-mail address: nothing is sent to you, and nothing to a telephone. Follow your "
    "request and read the answer with the two numbers of this receipt."
)


def test_the_page_asks_to_confirm_the_address_until_it_is(citizen, roads):
    receipt = citizen.file()
    citizen.client.post(links_in(deliver(roads)[0])[0])
    later = citizen.client.get(receipt.request["PATH_INFO"])

    assert in_arabic(UNPROVED) in text(receipt)
    assert in_arabic(UNPROVED) not in text(later)
    assert in_arabic(NOTHING) not in text(later)


def test_with_a_telephone_alone_the_page_says_that_nothing_comes(citizen):
    receipt = citizen.file(person={"email": ""})

    assert in_arabic(NOTHING) in text(receipt)
    assert in_arabic(UNPROVED) not in text(receipt)


def test_an_anonymous_receipt_says_neither(citizen):
    receipt = citizen.file(privacy={"privacy": "anonymous"})

    assert in_arabic(NOTHING) not in text(receipt)
    assert in_arabic(UNPROVED) not in text(receipt)


@pytest.mark.parametrize(
    ("person", "said", "unsaid"),
    [
        ({}, "Nous envoyons un e-mail à votre adresse", "aucun message ne vous est envoyé"),
        ({"email": ""}, "aucun message ne vous est envoyé", "ou votre adresse e-mail"),
    ],
)
def test_the_paper_says_the_same(citizen, person, said, unsaid):
    page = citizen.file(person=person, wish={"remedy": "r", "language": "fr"})

    paper = words(citizen.client.get(f"{page.request['PATH_INFO']}pdf/").content)

    assert said in paper
    assert unsaid not in paper


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "unproved"),
        ({"party": {"name": "Test Person", "phone": "0612345678"}}, "none"),
        ({"privacy": "anonymous"}, "none"),
    ],
)
def test_rest_says_it_in_a_word(citizen, changes, state):
    response = citizen.client.post(
        "/api/v1/complaints/", {**COMPLAINT, **changes}, content_type="application/json"
    )

    assert response.json()["email_state"] == state
