"""Over REST as well, reference and e-mail address open a request and decide nothing."""

import pytest

from tests.public_portal.api.calls import Caller, fields
from tests.public_portal.tracking.mailbox import deliver, links_in
from tests.public_portal.tracking.visits import EMAIL, answer

pytestmark = pytest.mark.django_db

DECISIONS = {
    "rating/": {"resolved": True, "handling": 5},
    "reopen/": {"reason": "not_done", "body": "Nothing was done."},
    "withdraw/": {},
    "review/": {"reason": "Both replies speak of another lamp, in another street."},
    "promise/": {"kept": True},
}


@pytest.fixture
def receipt(caller, roads):
    receipt = caller.submit().json()
    for letter in deliver(roads):
        caller.client.post(links_in(letter)[0])
    answer(roads, receipt["reference"])
    deliver(roads)
    return receipt


@pytest.fixture
def by_email(caller: Caller, receipt) -> Caller:
    """A programme that has the reference and the e-mail address."""
    pair = {"reference": receipt["reference"], "email": EMAIL}
    caller.token = caller.post("tracking/", pair).json()["token"]
    return caller


@pytest.mark.parametrize(("half", "scope"), [("email", "write"), ("receipt_code", "full")])
def test_the_token_says_what_it_allows(caller, receipt, half, scope):
    value = {"email": EMAIL, "receipt_code": receipt["receipt_code"]}[half]

    answer = caller.post("tracking/", {"reference": receipt["reference"], half: value})

    assert answer.json()["scope"] == scope


@pytest.mark.parametrize("path", DECISIONS)
def test_what_decides_is_refused_and_a_link_is_sent_to_the_stored_address(by_email, path):
    before = by_email.get("tracking/case/").json()

    refused = by_email.post(f"tracking/case/{path}", DECISIONS[path])
    (letter,) = deliver()

    assert (refused.status_code, fields(refused)) == (403, [("", "proof_required")])
    assert by_email.get("tracking/case/").json() == before
    assert letter.to == [EMAIL]


def test_after_five_links_the_refusal_stays_the_same(by_email):
    answers = [by_email.post("tracking/case/withdraw/", {}).status_code for _ in range(7)]

    assert (answers, len(deliver())) == ([403] * 7, 5)


@pytest.mark.parametrize("is_whole", [True, False])
def test_the_link_brings_a_token_that_decides_once(by_email, is_whole):
    by_email.post("tracking/case/withdraw/", {})
    (link,) = [one for one in links_in(deliver()[0]) if "/open/" in one]
    typed = f"https://portal.example{link}" if is_whole else link.strip("/").rpartition("/")[2]

    opened = by_email.post("tracking/", {"link": typed})
    again = by_email.post("tracking/", {"link": typed})
    by_email.token = opened.json()["token"]
    rated = by_email.post("tracking/case/rating/", DECISIONS["rating/"])

    assert opened.json()["scope"] == "full"
    assert (again.status_code, rated.status_code) == (404, 201)


def test_a_message_says_how_its_writer_came_in(by_email, caller, receipt):
    by_email.post("tracking/case/messages/", {"body": "By the address."})
    caller.open(receipt)
    case = caller.post("tracking/case/messages/", {"body": "By the code."}).json()

    marks = {one["body"]: one["is_by_email"] for one in case["messages"]}
    assert (marks["By the address."], marks["By the code."]) == (True, False)
