"""A receipt on paper costs a processor's work: it is made once, and so many times an hour."""

import pytest
from django.test import Client

from public_portal.intake.selectors.summary import receipt_token
from public_portal.intake.services.receipts import RECEIPTS_PER_CASE, receipt_limit
from shared.kernel import clock
from shared.limits.models import Attempt
from shared.limits.services.attempt_counter import limits_reserve
from tests.support.factories import filed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_hour():
    with clock.travel(clock.now().replace(minute=10)):
        yield


def printed(receipt):
    path = f"/fr/submit/receipt/{receipt_token(receipt.reference)}/pdf/"
    return Client(headers={"host": "testserver"}).get(path)


def test_the_same_receipt_is_made_once(roads):
    receipt = filed(roads)

    pages = [printed(receipt) for _time in range(RECEIPTS_PER_CASE + 10)]

    assert {page.status_code for page in pages} == {200}
    assert len({page.content for page in pages}) == 1
    assert list(Attempt.objects.values_list("count", flat=True)) == [1]


def test_over_so_many_an_hour_none_is_made_and_what_is_there_is_given(roads):
    receipt, other = filed(roads), filed(roads)
    for one in (receipt, other):
        for _time in range(RECEIPTS_PER_CASE - 1):
            limits_reserve([receipt_limit(one.reference)])
    first = printed(receipt)
    limits_reserve([receipt_limit(other.reference)])

    refused = printed(other)

    assert (first.status_code, printed(receipt).status_code) == (200, 200)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
