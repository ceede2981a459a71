"""What comes by reference and e-mail address leaves the citizen's own share free."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shared.complaints.enums import Author
from shared.complaints.models import Attachment, Message
from shared.complaints.services import attachment_add, conversation, files
from shared.complaints.types import UploadedContent
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.files import MOST
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.tracking.visits import EMAIL, Visitor
from tests.support.samples import PDF

pytestmark = pytest.mark.django_db


def opened(receipt, secret) -> Visitor:
    visitor = Visitor(client=Client(headers={"host": "testserver"}))
    visitor.open(receipt.reference, secret)
    return visitor


def send(visitor, name):
    return visitor.do("files/", uploads=SimpleUploadedFile(name, PDF)).status_code


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_three_files_come_by_address_and_the_citizens_own_ten_still_do(receipt, roads):
    agency_like, citizen = opened(receipt, EMAIL), opened(receipt, receipt.receipt_code)

    by_address = [send(agency_like, f"a{number}.pdf") for number in range(files.MAX_BY_EMAIL + 1)]
    own = [send(citizen, f"evidence{number}.pdf") for number in range(MOST + 1)]

    assert (by_address, own) == ([302] * 3 + [200], [302] * 10 + [200])
    with agency_context(roads):
        assert Attachment.objects.filter(is_by_email=True).count() == 3
        assert Attachment.objects.filter(is_by_email=False).count() == 10


def test_files_of_the_agency_leave_the_citizens_share_free(receipt, roads):
    with agency_context(roads):
        for number in range(MOST):
            attachment_add(
                reference=receipt.reference,
                upload=UploadedContent(name=f"{number}.pdf", content=PDF),
                author=Author.AGENCY,
                actor=SYSTEM,
            )

    assert send(opened(receipt, receipt.receipt_code), "evidence.pdf") == 302


def test_the_refusal_says_how_more_can_be_added(receipt):
    english = Visitor(client=Client(headers={"host": "testserver"}), language="en")
    english.open(receipt.reference, EMAIL)
    for number in range(files.MAX_BY_EMAIL):
        send(english, f"a{number}.pdf")

    page = english.do("files/", uploads=SimpleUploadedFile("b.pdf", PDF))

    assert "To add more, open the request with its receipt code or with a link." in page.text


def test_twenty_messages_a_day_come_by_address_and_the_citizens_own_always(receipt, roads):
    agency_like, citizen = opened(receipt, EMAIL), opened(receipt, receipt.receipt_code)
    most = conversation.MAX_BY_EMAIL

    statuses = [
        agency_like.do("messages/", body=f"Number {number}.").status_code
        for number in range(most + 1)
    ]

    assert statuses == [302] * most + [200]
    assert citizen.do("messages/", body="My own words.").status_code == 302
    with agency_context(roads):
        assert Message.objects.filter(is_by_email=True).count() == most
    with clock.travel(clock.now() + timedelta(days=1, seconds=1)):
        assert opened(receipt, EMAIL).do("messages/", body="Next day.").status_code == 302
