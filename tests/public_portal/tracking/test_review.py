"""A citizen asks national oversight for a review, in the space and over REST."""

import json

import pytest
from django.test import Client
from django.utils.html import escape

from shared.kernel import clock
from tenants.case_access.services.reviews import review_ask, review_case, review_decide
from tenants.models import Review
from tenants.models.enums import ReviewDecision
from tests.public_portal.tracking.visits import Visitor
from tests.shared.pdf.sheets import words
from tests.support.moments import days_later
from tests.support.refused_forms import is_refused
from tests.support.reviewed import (
    ANALYST,
    REASON,
    TEXT,
    answer,
    refuse,
    refused_twice,
    request_filed,
)

pytestmark = pytest.mark.django_db

PAGE = "case/review/"


@pytest.fixture
def visitor(client) -> Visitor:
    return Visitor(client=client, language="en")


@pytest.fixture
def refused(roads, water, visitor):
    """The citizen's own, which is open in the browser; another's, under review, beside it."""
    other = refused_twice(water, subject="Somebody else's water")
    review_ask(token=other.token, reason="The reason of somebody else altogether.")
    one = refused_twice(roads)
    visitor.open(one.reference, one.receipt_code)
    return one


def state_text(visitor):
    return visitor.see().context["space"].state_text


def test_the_space_offers_the_review_and_no_third_examination(visitor, refused):
    page = visitor.see()

    assert ("/en/track/case/review/" in page.text, "/en/track/case/reopen/" in page.text) == (
        True,
        False,
    )
    assert "you can ask national oversight for a review until" in state_text(visitor).next


def test_after_one_answer_the_space_offers_to_reopen_alone(visitor, roads):
    one = request_filed(roads)
    answer(one)
    visitor.open(one.reference, one.receipt_code)

    page = visitor.see()

    assert ("/en/track/case/review/" in page.text, "/en/track/case/reopen/" in page.text) == (
        False,
        True,
    )
    assert visitor.see(PAGE)["Location"] == "/en/track/case/"


def test_an_overdue_request_offers_the_review_at_once(visitor, roads):
    one = request_filed(roads)
    with clock.travel(days_later(61)):
        visitor.open(one.reference, one.receipt_code)

        page = visitor.see()
        asked = visitor.do("review/", reason=REASON)

    assert "The legal deadline has passed without a reply." in page.text
    assert asked["Location"] == "/en/track/case/"
    assert Review.objects.get().cause == "overdue"


def test_asked_for_the_space_says_until_when_and_offers_no_second(visitor, refused):
    visitor.do("review/", reason=REASON)

    page = visitor.see()
    assert "National oversight examines your request, until" in page.text
    assert state_text(visitor).next.startswith("National oversight examines it and decides by")
    assert page.context["space"].custody == "National oversight, with the file of Roads."
    assert "You asked national oversight for a review" in page.text
    assert REASON in page.text
    assert "somebody else altogether" not in page.text
    assert ("/case/review/" in page.text, "/case/follow/" in page.text) == (False, False)


@pytest.mark.parametrize("reason", ["", "too short", " " * 40, "x" * 5_001])
def test_a_wrong_reason_is_explained_and_nothing_is_lost(visitor, refused, reason):
    page = visitor.do("review/", reason=reason)

    assert (is_refused(page), list(page.context["form"].errors)) == (True, ["reason"])
    assert reason.strip() in page.text
    assert Review.objects.filter(reference=refused.reference).count() == 0


def test_sent_twice_it_is_asked_once(visitor, refused):
    visitor.do("review/", reason=REASON)

    again = visitor.do("review/", reason=REASON)

    assert again["Location"].startswith("/en/track/case/")
    assert Review.objects.filter(reference=refused.reference).count() == 1
    assert "ask national oversight for a review of a reply once" in visitor.see().text


def test_nobody_asks_without_having_opened_the_request(client, refused):
    stranger = Visitor(client=Client(headers={"host": "testserver"}), language="en")

    assert stranger.do("review/", reason=REASON)["Location"] == "/en/track/"
    assert Review.objects.filter(reference=refused.reference).count() == 0


def decided(refused, decision, text=TEXT):
    review_ask(token=refused.token, reason=REASON)
    review_case(reference=refused.reference, actor=ANALYST)
    review_decide(reference=refused.reference, decision=decision, text=text, actor=ANALYST)


def test_sent_back_the_space_says_so_and_shows_the_reasons(visitor, refused):
    decided(refused, ReviewDecision.SENT_BACK, "Examine the <b>lamp</b> at number twelve.")

    page = visitor.see()

    assert state_text(visitor).happened == (
        "National oversight has sent your request back. Roads examines it again."
    )
    assert escape("Examine the <b>lamp</b> at number twelve.") in page.text
    assert "the <b>lamp" not in page.text
    assert "National oversight, which you asked for a review" in page.text


def test_upheld_the_space_names_the_mediator_and_closes_the_way(visitor, refused):
    decided(refused, ReviewDecision.UPHELD)

    page = visitor.see()

    assert state_text(visitor).next == (
        "National oversight has let the reply stand. You may turn to the Mediator."
    )
    assert TEXT in page.text
    assert ("/case/review/" in page.text, "/case/reopen/" in page.text) == (False, False)


def test_who_is_not_content_after_two_refusals_is_led_to_the_review(visitor, refused):
    after = visitor.do("rating/", resolved="no", handling="2")

    assert after["Location"] == "/en/track/case/review/"


@pytest.mark.parametrize("path", ["case/dossier.pdf", "case/dossier.json"])
def test_the_file_for_the_mediator_holds_the_decision(visitor, refused, path):
    before = visitor.see(path).content
    decided(refused, ReviewDecision.UPHELD)
    after = visitor.see(path).content

    if path.endswith("json"):
        review = json.loads(after)["review"]
        assert json.loads(before)["review"] is None
        assert (review["cause"]["code"], review["decision"]["code"], review["text"]) == (
            "refused_again",
            "upheld",
            TEXT,
        )
        assert review["reason"] == REASON
    else:
        said = [words(one) for one in (before, after)]
        assert ["Why the citizen asked" in one for one in said] == [False, True]
        assert [TEXT in one for one in said] == [False, True]


def caller(refused):
    return Client(headers={"host": "testserver", "authorization": f"Bearer {refused.token}"})


@pytest.mark.parametrize("path", ["tracking/review/", "tracking/case/review/"])
def test_programmes_ask_once_and_read_the_decision(refused, path):
    client = caller(refused)
    before = client.get("/api/v1/tracking/case/").json()

    asked = client.post(f"/api/v1/{path}", {"reason": REASON}, content_type="application/json")
    again = client.post(f"/api/v1/{path}", {"reason": REASON}, content_type="application/json")
    review_decide(
        reference=refused.reference, decision=ReviewDecision.UPHELD, text=TEXT, actor=ANALYST
    )
    after = client.get("/api/v1/tracking/case/").json()

    assert (before["review"], before["may_appeal"], before["may_reopen"]) == (None, True, False)
    assert (asked.status_code, asked.json()["review"]["decision"]) == (201, None)
    assert asked.json()["review"]["reason"] == REASON
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "nothing_to_review")
    assert (after["review"]["decision"], after["review"]["text"]) == ("upheld", TEXT)


@pytest.mark.parametrize("body", [{}, {"reason": "short"}, {"reason": 7}, {"reason": "x" * 5_001}])
def test_programmes_are_told_what_is_wrong_with_the_reason(refused, body):
    answer = caller(refused).post("/api/v1/tracking/review/", body, content_type="application/json")

    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (
        400,
        ["reason"],
    )
    assert Review.objects.filter(reference=refused.reference).count() == 0


def test_programmes_need_a_token(refused):
    client = Client(headers={"host": "testserver"})

    answer = client.post(
        "/api/v1/tracking/review/", {"reason": REASON}, content_type="application/json"
    )

    assert answer.status_code == 401


def test_a_first_refusal_offers_both_ways_and_after_the_review_neither(visitor, roads):
    one = request_filed(roads)
    refuse(one)
    visitor.open(one.reference, one.receipt_code)

    page, form, said = visitor.see(), visitor.see(PAGE), state_text(visitor).next
    asked = visitor.do("review/", reason=REASON)
    after = visitor.see()

    assert all(f"/en/track/case/{way}/" in page.text for way in ("review", "reopen"))
    assert "ask national oversight by then to review the refusal" in said
    assert "Choose one of the two" in form.text
    assert asked["Location"] == "/en/track/case/"
    assert Review.objects.get().cause == "refused"
    assert not any(f"/en/track/case/{way}/" in after.text for way in ("review", "reopen"))
    assert visitor.see("case/reopen/")["Location"] == "/en/track/case/"
    assert "You asked national oversight to review this refusal" in visitor.see().text
