"""What an officer sees of a review by national oversight."""

import pytest

from shared.complaints.enums import Outcome
from shared.kernel import clock
from tenants.case_access import gateway
from tenants.case_access.services.reviews import review_ask, review_decide
from tenants.models.enums import ReviewDecision
from tests.agency_console.conftest import WORDS, text_of, version_on
from tests.support.moments import days_later
from tests.support.reviewed import ANALYST, REASON, TEXT, answer, refused_twice, request_filed

BLOCK = "Review by national oversight"


@pytest.fixture
def asked(console, agent, roads, water):
    """A case under review; another agency's, decided with other words, stands beside it."""
    console.client.cookies["language"] = "en"
    other = refused_twice(water, subject="Somebody else's water")
    review_ask(token=other.token, reason=REASON)
    review_decide(
        reference=other.reference,
        decision=ReviewDecision.UPHELD,
        text="Words for the other agency alone.",
        actor=ANALYST,
    )
    one = refused_twice(roads)
    review_ask(token=one.token, reason=REASON)
    return one


def test_the_page_of_a_case_says_that_a_review_waits_and_not_why_it_was_asked(console, asked):
    page = text_of(console.get(f"/cases/{asked.reference}/"))

    assert (BLOCK in page, "Refused a second time" in page) == (True, True)
    assert REASON not in page


def test_the_officer_reads_the_decision_before_the_request(console, asked):
    review_decide(
        reference=asked.reference, decision=ReviewDecision.SENT_BACK, text=TEXT, actor=ANALYST
    )

    page = text_of(console.get(f"/cases/{asked.reference}/"))

    assert "The administration must examine it again" in page
    assert page.index(TEXT) < page.index("What the citizen wrote")
    assert (REASON in page, "Words for the other agency" in page) == (False, False)


def test_a_case_without_a_review_shows_none(console, agent, roads):
    console.client.cookies["language"] = "en"
    one = request_filed(roads)

    assert BLOCK not in text_of(console.get(f"/cases/{one.reference}/"))


@pytest.mark.parametrize(
    ("outcome", "expected"), [(Outcome.UPHELD, False), (Outcome.NOT_UPHELD, True)]
)
def test_the_reply_is_checked_with_the_recourse_that_it_will_name(
    console, agent, roads, outcome, expected
):
    one = request_filed(roads)
    answer(one)
    with clock.travel(days_later(1)):
        gateway.case_reopen(token=one.token, body="That is not so.")
        form = console.get(f"/cases/{one.reference}/reply/")
        words = {**WORDS, "outcome": outcome.value, "version": version_on(form)}
        check = text_of(console.post(f"/cases/{one.reference}/reply/", words))

    assert ("supervision nationale" in check) == expected
