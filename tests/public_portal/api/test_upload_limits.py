"""Files that come whole with a request count like all other files of strangers."""

from datetime import timedelta

import pytest

from public_portal.intake.services.limits import FILED_PER_ADDRESS
from shared.kernel import clock
from shared.limits.services.uploads import KILOBYTES_IN_ALL, KILOBYTES_PER_ADDRESS, upload_passed
from tests.public_portal.api.calls import fields
from tests.public_portal.api.test_files import filed, kept, send, upload
from tests.public_portal.intake.test_limits import solved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("light_sums")]
HERE = "198.51.100.7"


@pytest.fixture(autouse=True)
def _one_window(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    # Later than now: the library looks at the real clock for whether a sum came in time.
    later = clock.now() + timedelta(hours=1)
    with clock.travel(later.replace(minute=30, second=0, microsecond=0)):
        yield


@pytest.fixture
def sender(caller):
    """A programme at an address of its own."""
    caller.client.defaults["REMOTE_ADDR"] = HERE
    return caller


def spent(*, address=HERE, kilobytes=KILOBYTES_PER_ADDRESS):
    upload_passed(address=address, size=kilobytes * 1000, proves=lambda: False)


def test_over_the_bytes_of_an_address_a_proof_is_asked_and_nothing_filed(sender, roads):
    spent()

    refused = send(sender, upload())

    assert (refused.status_code, fields(refused)) == (429, [("", "proof_needed")])
    assert (refused["Retry-After"], filed(roads)) == ("1800", 0)
    assert refused.json()["altcha"]
    assert "files" in refused.json()["errors"][0]["message"]


def test_over_the_bytes_of_all_the_same(sender, roads):
    for place in range(KILOBYTES_IN_ALL // KILOBYTES_PER_ADDRESS):
        spent(address=f"203.0.113.{place}")

    assert (send(sender, upload()).status_code, filed(roads)) == (429, 0)


def test_files_of_one_request_count_together_and_files_elsewhere_with_them(sender, roads):
    content = b"%PDF-" + b"x" * 1_500
    spent(kilobytes=KILOBYTES_PER_ADDRESS - 4)

    one = send(sender, upload(content=content), upload("other.pdf", content))
    more = send(sender, upload(content=content))

    assert (fields(one)[0][1], fields(more)) == ("file_damaged", [("", "proof_needed")])


def test_without_files_a_request_is_filed_as_before(sender, roads):
    spent()

    assert (send(sender).status_code, filed(roads)) == (201, 1)


def test_one_sum_lifts_both_limits_once(sender, roads):
    for _ in range(FILED_PER_ADDRESS):
        sender.submit()
    spent()
    solution = solved(send(sender, upload()).json()["altcha"])

    sender.client.defaults["HTTP_ALTCHA"] = solution
    first, second = send(sender, upload()), send(sender, upload())

    assert (first.status_code, second.status_code) == (201, 429)
    assert len(kept(roads)) == 1
