"""REST while an agency's database server does not answer."""

import pytest
from django.db.models import Sum

from shared.kernel import clock
from shared.limits.models import Attempt
from tests.public_portal.api.test_complaints import filed_in
from tests.public_portal.intake.waiting import PRESSED
from tests.support.unreachable import RETRY_SECONDS, agency_unreachable

pytestmark = pytest.mark.django_db


def counted():
    return Attempt.objects.aggregate(n=Sum("count"))["n"] or 0


def codes(response):
    return [error["code"] for error in response.json()["errors"]]


def test_filing_is_refused_with_the_time_to_come_back_and_nothing_is_held(caller, roads):
    with agency_unreachable(roads):
        refused = caller.submit(key="k1")

    assert (refused.status_code, codes(refused)) == (503, ["agency_unreachable"])
    assert refused["Retry-After"] == str(RETRY_SECONDS)
    assert "serveur de cette administration" in refused.json()["errors"][0]["message"]
    assert filed_in(roads) == []


def test_the_same_key_sent_again_files_one_complaint(caller, roads):
    with agency_unreachable(roads):
        caller.submit(key="k1")

    sent = [caller.submit(key="k1") for _time in range(2)]

    assert [one.status_code for one in sent] == [201, 201]
    assert sent[0].json() == sent[1].json()
    assert len(filed_in(roads)) == 1


def test_another_agency_takes_requests_meanwhile(caller, roads, water):
    with agency_unreachable(water):
        sent = caller.submit()

    assert (sent.status_code, len(filed_in(roads))) == (201, 1)


def test_a_caller_cannot_say_when_a_request_was_sent(caller, roads):
    with clock.travel(PRESSED):
        caller.submit(received_at="2026-01-01T00:00:00Z", pressed_at="2026-01-01T00:00:00Z")

    (complaint,) = filed_in(roads)
    assert complaint.received_at == PRESSED


def test_a_case_says_that_its_server_does_not_answer_and_the_token_stays(caller, roads):
    receipt = caller.submit().json()
    reader = caller.open(receipt)

    with agency_unreachable(roads):
        refused = reader.get("tracking/case/")
        written = reader.post("tracking/case/messages/", {"body": "It is still dark."})

    assert [codes(one) for one in (refused, written)] == [["agency_unreachable"]] * 2
    assert [one.status_code for one in (refused, written)] == [503, 503]
    assert reader.get("tracking/case/").status_code == 200


def test_a_look_up_while_the_server_is_away_counts_as_no_failure(caller, roads):
    receipt = caller.submit().json()
    before = counted()

    with agency_unreachable(roads):
        caller.open(receipt).get("tracking/case/")

    assert counted() == before
