import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from shared.kernel import clock
from tests.public_portal.intake.journey import in_arabic, reference_on, text

pytestmark = pytest.mark.django_db


def test_observations_have_no_legal_term_on_their_receipt(citizen):
    receipt = citizen.file(kind={"kind": "observation"})

    assert receipt.context["receipt"].due_on is None
    words = (
        "The law sets no term for observations and proposals. You see on the tracking page what "
        "becomes of yours."
    )
    assert in_arabic(words) in text(receipt)


def test_a_receipt_shows_the_sixtieth_day_after_filing(citizen):
    with clock.travel(datetime(2026, 3, 1, 9, tzinfo=UTC)):
        receipt = citizen.file()

    assert "30 أبريل 2026" in text(receipt)


def test_a_receipt_stays_reachable_for_whoever_has_its_address(citizen):
    citizen.answer_all()
    address = citizen.send()["Location"]

    elsewhere = Client(headers={"host": "testserver"}).get(address)

    assert elsewhere.status_code == 200
    assert elsewhere["Cache-Control"] == "no-store, private"
    assert elsewhere["X-Robots-Tag"] == "noindex, nofollow"
    assert elsewhere["Referrer-Policy"] == "no-referrer, strict-origin"


def test_a_receipt_cannot_be_opened_by_its_reference_alone(citizen):
    reference = reference_on(citizen.file())

    pages = [
        citizen.client.get(f"/ar/submit/receipt/{token}/").status_code
        for token in (reference, f"{reference}.", f"{reference}.{'A' * 43}", "x" * 300)
    ]

    assert pages == [404, 404, 404, 404]


def test_whoever_is_anonymous_learns_first_that_the_code_is_the_only_way_back(citizen):
    words = in_arabic(
        "We do not know who you are: this code is the only way to your request and to the answer. "
        "Take a picture of it or print it now."
    )
    named = text(citizen.file())
    citizen.answer_all("person", privacy={"privacy": "anonymous"})
    anonymous = text(citizen.client.get(citizen.send()["Location"]))

    assert words not in named
    assert 0 < anonymous.index(words) < anonymous.index(in_arabic("Keep these two numbers"))


def test_c11_a_receipt_says_whom_to_ask_and_where_to_say_what_one_thinks(citizen, settings):
    settings.CONTACT_EMAIL = "hello@insaf.example"
    page = citizen.file()
    settings.CONTACT_EMAIL = ""
    without = citizen.client.get(page.request["PATH_INFO"])

    assert re.findall(r'href="mailto:(.*?)"', text(page)) == ["hello@insaf.example"]
    assert re.findall(r'href="mailto:(.*?)"', text(without)) == []
    assert in_arabic(
        "About your request, write a message on its tracking page: it reaches the administration "
        "that answers."
    ) in text(without)
