"""Bytes of strangers: over so many an hour from one address a proof is asked, none refused."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from public_portal.intake.models import DraftFile
from shared.kernel import clock
from shared.limits.services.uploads import KILOBYTES_PER_ADDRESS, upload_passed
from tests.public_portal.intake.test_limits import challenge_on, solved
from tests.public_portal.tracking.visits import Visitor
from tests.support.factories import filed
from tests.support.samples import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("light_sums")]
HERE = "198.51.100.7"


@pytest.fixture(autouse=True)
def _one_window():
    # Later than now: the library looks at the real clock for whether a sum came in time.
    later = clock.now() + timedelta(hours=1)
    with clock.travel(later.replace(minute=30, second=0, microsecond=0)):
        yield


@pytest.fixture
def writer(citizen):
    """A citizen in English at the files, at an address of which very much has come."""
    citizen.language = "en"
    citizen.answer_all("privacy")
    citizen.client.defaults["REMOTE_ADDR"] = HERE
    upload_passed(address=HERE, size=KILOBYTES_PER_ADDRESS * 1000, proves=lambda: False)
    return citizen


def add(writer, **more):
    sent = SimpleUploadedFile("letter.pdf", PDF)
    return writer.client.post(writer.url("files/"), {"uploads": [sent], "add": "yes", **more})


def test_over_the_limit_of_an_address_a_proof_is_asked_before_a_file_is_kept(writer):
    page = add(writer)

    assert (page.status_code, page["Retry-After"]) == (429, "1800")
    assert DraftFile.objects.count() == 0
    assert challenge_on(page)


def test_from_another_address_files_come_as_before(writer):
    writer.client.defaults["REMOTE_ADDR"] = "203.0.113.9"

    assert add(writer).status_code == 302
    assert DraftFile.objects.count() == 1


def test_with_the_sum_done_the_file_is_kept_once(writer):
    solution = solved(challenge_on(add(writer)))

    first, second = add(writer, altcha=solution), add(writer, altcha=solution)

    assert (first.status_code, second.status_code) == (302, 429)
    assert DraftFile.objects.count() == 1


def test_in_the_space_of_a_request_the_same_count_holds(client, roads):
    visitor = Visitor(client=client)
    receipt = filed(roads)
    visitor.client.defaults["REMOTE_ADDR"] = HERE
    visitor.open(receipt.reference, receipt.receipt_code)
    upload_passed(address=HERE, size=KILOBYTES_PER_ADDRESS * 1000, proves=lambda: False)

    refused = visitor.do("files/", uploads=SimpleUploadedFile("a.pdf", PDF))
    solution = solved(challenge_on(refused))
    kept = visitor.do("files/", uploads=SimpleUploadedFile("a.pdf", PDF), altcha=solution)

    assert (refused.status_code, kept.status_code) == (429, 302)
