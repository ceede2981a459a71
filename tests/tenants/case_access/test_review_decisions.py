"""What national oversight decides of a request, and who reads what of it."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection

from shared.accounts.models import User
from shared.complaints import services
from shared.complaints.enums import EventKind, Status
from shared.complaints.errors import (
    InvalidDraft,
    NoReplyToUphold,
    ReviewIsTheWay,
    SameOfficer,
)
from shared.complaints.models import Complaint
from shared.complaints.selectors import complaint_get
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from tenants.case_access import gateway
from tenants.case_access.errors import ReviewAlreadyDecided
from tenants.case_access.services.reviews import (
    review_ask,
    review_decide,
    review_of,
    review_outcome,
    reviews_waiting,
)
from tenants.isolation.schema_switch import agency_context
from tenants.models import Review
from tenants.models.enums import ReviewDecision
from tests.support.factories import officer_actor, staff
from tests.support.moments import days_later
from tests.support.reviewed import ANALYST, REASON, TEXT, answer, refused_twice, request_filed
from tests.support.sampling import one_in

pytestmark = pytest.mark.django_db


def later(days):
    return clock.travel(days_later(days))


def rights(one):
    case = gateway.case_show(token=one.token)
    return case.may_reopen, case.may_appeal


def ask(one, reason=REASON):
    review_ask(token=one.token, reason=reason)


def decide(one, decision, text=TEXT):
    review_decide(reference=one.reference, decision=decision, text=text, actor=ANALYST)


def case_in(one):
    with agency_context(one.agency):
        return complaint_get(reference=one.reference)


@pytest.fixture
def refused(roads, water):
    """The citizen's own; somebody else's, refused twice too, stands beside it."""
    refused_twice(water, subject="Somebody else's water")
    return refused_twice(roads)


def test_sent_back_another_officer_examines_it_within_a_new_term(refused):
    ask(refused)
    with later(5):
        decide(refused, ReviewDecision.SENT_BACK)
        today = clock.today()
        shown = gateway.case_show(token=refused.token)

    case = case_in(refused)
    assert (case.status, case.reopened, case.assignee, case.due_on) == (
        Status.REOPENED,
        2,
        None,
        today + timedelta(days=60),
    )
    with agency_context(refused.agency):
        deciders = list(User.objects.order_by("pk"))
        staff(refused.agency, email="third@roads.example")
        for officer in deciders:
            with pytest.raises(SameOfficer):
                services.complaint_assign(
                    reference=refused.reference, officer=officer, actor=officer_actor(officer)
                )
    assert (shown.timeline[-1].kind, shown.timeline[-1].by) == (
        EventKind.REVIEW_DECIDED,
        "oversight",
    )
    assert shown.ledger[-1].round == 2
    assert shown.clock.filed_on == today
    with agency_context(refused.agency):
        assert Mail.objects.exclude(letter="case_notice").latest("queued_at").letter == (
            "review_decided"
        )


def test_of_the_reply_after_it_another_review_can_be_asked(refused):
    ask(refused)
    decide(refused, ReviewDecision.SENT_BACK)
    answer(refused, by="third")

    assert rights(refused) == (False, True)
    ask(refused)
    assert Review.objects.filter(reference=refused.reference).count() == 2


def test_upheld_the_reply_stands_and_the_way_is_closed(refused):
    ask(refused)
    before = case_in(refused)

    decide(refused, ReviewDecision.UPHELD)

    case = case_in(refused)
    assert (case.status, case.reopened, case.due_on, case.assignee) == (
        Status.ANSWERED,
        1,
        before.due_on,
        before.assignee,
    )
    assert rights(refused) == (False, False)
    with pytest.raises(ReviewIsTheWay):
        gateway.case_reopen(token=refused.token, body="Again.")


def test_a_decision_is_made_once(refused):
    ask(refused)
    decide(refused, ReviewDecision.UPHELD)

    with pytest.raises(ReviewAlreadyDecided):
        decide(refused, ReviewDecision.SENT_BACK)

    assert Review.objects.get().decision == ReviewDecision.UPHELD
    assert case_in(refused).status == Status.ANSWERED


@pytest.mark.parametrize("text", one_in(3, ["", "No.", " " * 40, "x" * 5_001]))
def test_a_decision_has_its_reasons(refused, text):
    ask(refused)

    with pytest.raises(InvalidDraft):
        decide(refused, ReviewDecision.SENT_BACK, text)

    assert Review.objects.get().decision == ""


def test_nobody_decides_that_a_review_has_lapsed(refused):
    ask(refused)

    with pytest.raises(InvalidDraft):
        decide(refused, ReviewDecision.LAPSED)


def test_an_overdue_request_is_sent_back_where_it_lies_and_its_breach_stays(roads):
    one = request_filed(roads)
    due_on = case_in(one).due_on
    with later(70):
        ask(one)
        with pytest.raises(NoReplyToUphold):
            decide(one, ReviewDecision.UPHELD)
        decide(one, ReviewDecision.SENT_BACK)

        case = case_in(one)
        assert (case.status, case.reopened, case.due_on) == (Status.RECEIVED, 0, due_on)
        assert gateway.case_show(token=one.token).clock.is_overdue


def test_a_reply_that_comes_meanwhile_can_be_reopened_and_the_review_goes_on(roads):
    one = request_filed(roads)
    with later(70):
        ask(one)
        answer(one)
        assert rights(one) == (True, False)
        decide(one, ReviewDecision.UPHELD)
        assert rights(one) == (True, False)


def test_a_request_before_oversight_is_not_closed_by_the_passing_of_days(refused):
    ask(refused)

    with later(40), agency_context(refused.agency):
        services.expired_deadlines_apply(actor=SYSTEM)
    assert case_in(refused).status == Status.ANSWERED

    with later(41):
        decide(refused, ReviewDecision.UPHELD)
        with agency_context(refused.agency):
            services.expired_deadlines_apply(actor=SYSTEM)
    assert case_in(refused).status == Status.CLOSED


def test_without_a_review_days_close_it(refused):
    with later(40), agency_context(refused.agency):
        services.expired_deadlines_apply(actor=SYSTEM)

    assert case_in(refused).status == Status.CLOSED


def test_a_request_that_is_withdrawn_ends_its_review(roads):
    one = request_filed(roads)
    with later(70):
        ask(one)
        gateway.case_withdraw(token=one.token)

    assert Review.objects.get().decision == ReviewDecision.LAPSED
    assert reviews_waiting() == []
    with pytest.raises(ReviewAlreadyDecided):
        decide(one, ReviewDecision.SENT_BACK)


def test_the_citizen_reads_the_decision_of_their_own_request(refused, water):
    ask(refused)
    decide(refused, ReviewDecision.SENT_BACK)
    other = refused_twice(water, subject="A third one")

    found = review_of(token=refused.token)
    assert (found.reason, found.decision, found.text) == (REASON, ReviewDecision.SENT_BACK, TEXT)
    assert review_of(token=other.token) is None


def test_the_agency_reads_the_decision_and_never_the_reason(refused, water):
    ask(refused)
    decide(refused, ReviewDecision.UPHELD)

    with agency_context(refused.agency):
        told = review_outcome(agency=refused.agency, reference=refused.reference)
        events = list(Complaint.objects.get(reference=refused.reference).events.values())
    assert (told.decision, told.text, hasattr(told, "reason")) == (
        ReviewDecision.UPHELD,
        TEXT,
        False,
    )
    assert REASON not in repr(events)
    assert review_outcome(agency=water, reference=refused.reference) is None


def test_the_agencys_own_role_reads_no_review(refused):
    ask(refused)

    with (
        agency_context(refused.agency),
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        cursor.execute("SELECT reason FROM public.tenants_review")
