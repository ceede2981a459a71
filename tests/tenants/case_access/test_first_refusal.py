"""A first refusal as inadmissible: re-opened by the citizen, or brought to national oversight."""

import pytest

from shared.complaints import services
from shared.complaints.enums import EventKind, Outcome, Status
from shared.complaints.errors import NothingToReview, ReviewAsked
from shared.complaints.types import DirectionDraft
from shared.kernel import clock
from shared.kernel.text import Wording
from shared.register.models import RegisterCase
from shared.register.services import register_project
from tenants.case_access import gateway
from tenants.case_access.services.reviews import review_ask, review_case, review_decide
from tenants.isolation.schema_switch import agency_context
from tenants.models import Review
from tenants.models.enums import ReviewCause, ReviewDecision
from tests.support.factories import officer_actor, staff
from tests.support.moments import days_later
from tests.support.reviewed import ANALYST, REASON, TEXT, answer, refuse, request_filed

pytestmark = pytest.mark.django_db


def rights(one):
    case = gateway.case_show(token=one.token)
    return case.may_reopen, case.may_appeal


def decide(one, decision):
    review_case(reference=one.reference, actor=ANALYST)
    review_decide(reference=one.reference, decision=decision, text=TEXT, actor=ANALYST)


@pytest.fixture
def refused(roads, water):
    """Refused once; somebody else's, refused too, stands beside it."""
    refuse(request_filed(water, subject="Somebody else's water"))
    one = request_filed(roads)
    refuse(one)
    return one


def test_a_first_refusal_can_be_reopened_or_reviewed(refused):
    assert rights(refused) == (True, True)

    review_ask(token=refused.token, reason=REASON)

    assert Review.objects.get().cause == ReviewCause.REFUSED
    assert rights(refused) == (False, False)


@pytest.mark.parametrize(("days", "allowed"), [(30, True), (31, False)])
def test_a_refusal_can_be_reviewed_within_thirty_days(refused, days, allowed):
    with clock.travel(days_later(days)):
        assert rights(refused) == (allowed, allowed)


def test_a_letter_that_names_another_body_can_be_reviewed_too(roads):
    one = request_filed(roads)
    officer = staff(roads)
    draft = DirectionDraft(
        organisation_code="",
        organisation=Wording(ar="هيئة", fr="Un organisme", en="A body"),
        explanation="That body is competent for the lamps.",
        way_on="Its counter in the town hall.",
    )
    with agency_context(roads):
        services.complaint_direct(
            reference=one.reference,
            draft=draft,
            agency_code="roads",
            officer=officer,
            actor=officer_actor(officer),
        )

    assert rights(one) == (True, True)


def test_a_first_reply_with_reasons_cannot_be_reviewed(roads):
    one = request_filed(roads)
    answer(one, Outcome.NOT_UPHELD)

    assert rights(one) == (True, False)
    with pytest.raises(NothingToReview):
        review_ask(token=one.token, reason=REASON)


def test_a_refusal_is_not_reopened_beside_its_review(refused):
    review_ask(token=refused.token, reason=REASON)

    with pytest.raises(ReviewAsked):
        gateway.case_reopen(token=refused.token, body="No court knows of it.")
    assert gateway.case_show(token=refused.token).status == Status.INADMISSIBLE


def test_a_reopened_refusal_is_not_reviewed_until_it_is_refused_again(refused):
    gateway.case_reopen(token=refused.token, body="No court knows of it.")
    assert rights(refused) == (False, False)

    refuse(refused, by="second")

    assert rights(refused) == (False, True)
    review_ask(token=refused.token, reason=REASON)
    assert Review.objects.get().cause == ReviewCause.REFUSED_AGAIN


def test_sent_back_another_officer_examines_it_and_a_second_refusal_has_its_own_review(refused):
    review_ask(token=refused.token, reason=REASON)
    decide(refused, ReviewDecision.SENT_BACK)
    case = gateway.case_show(token=refused.token)
    assert (case.status, case.timeline[-1].kind) == (Status.REOPENED, EventKind.REVIEW_DECIDED)

    refuse(refused, by="second")

    assert rights(refused) == (False, True)


def test_upheld_the_refusal_is_neither_reviewed_nor_reopened_again(refused):
    review_ask(token=refused.token, reason=REASON)
    decide(refused, ReviewDecision.UPHELD)

    assert rights(refused) == (False, False)
    with pytest.raises(NothingToReview):
        review_ask(token=refused.token, reason=REASON)


@pytest.mark.parametrize(
    ("decision", "is_reversed"), [(ReviewDecision.SENT_BACK, True), (ReviewDecision.UPHELD, False)]
)
def test_the_register_knows_whether_oversight_reversed_the_refusal(refused, decision, is_reversed):
    review_ask(token=refused.token, reason=REASON)
    decide(refused, decision)
    register_project(limit=1_000)

    row = RegisterCase.objects.get(reference=refused.reference)
    assert (row.ending, row.refusal_reversed) == ("inadmissible", is_reversed)
