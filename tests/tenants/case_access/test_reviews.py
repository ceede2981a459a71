"""A review by national oversight: who may ask when, what is decided, and who reads what of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils.translation import gettext, override

from shared.audit.models import AuditEntry
from shared.complaints.enums import EventKind, Kind, Outcome, Status
from shared.complaints.errors import (
    AttachmentNotFound,
    InvalidDraft,
    NothingToReview,
    ReopenTermPassed,
    ReviewIsTheWay,
)
from shared.complaints.selectors import complaint_get
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.mail.models import Mail
from tenants.case_access import gateway
from tenants.case_access.errors import ReviewNotFound, TokenNotFound
from tenants.case_access.services.reviews import (
    review_ask,
    review_case,
    review_decide,
    review_file_read,
    reviews_waiting,
)
from tenants.isolation.schema_switch import agency_context, as_owner
from tenants.models import Review
from tenants.models.enums import ReviewCause, ReviewDecision
from tests.support.moments import days_later
from tests.support.reviewed import (
    ANALYST,
    REASON,
    TEXT,
    answer,
    refuse,
    refused_twice,
    request_filed,
)
from tests.support.sampling import repeats

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


def test_after_one_refusal_the_way_on_is_to_reopen(roads):
    one = request_filed(roads)
    answer(one)

    assert rights(one) == (True, False)
    with pytest.raises(NothingToReview):
        ask(one)
    assert Review.objects.count() == 0


@pytest.mark.parametrize(
    ("outcome", "expected"),
    repeats(
        [
            (Outcome.UPHELD, (True, False)),
            (Outcome.PARTLY_UPHELD, (False, True)),
            (Outcome.NOT_UPHELD, (False, True)),
            (Outcome.EXPLAINED, (False, True)),
        ]
    ),
)
def test_after_a_second_reply_that_falls_short_it_is_a_review(roads, outcome, expected):
    one = request_filed(roads)
    answer(one)
    gateway.case_reopen(token=one.token, body="That is not so.")
    answer(one, outcome, by="second")

    assert rights(one) == expected


def test_what_was_refused_as_inadmissible_is_reopened_once(roads):
    one = request_filed(roads)
    refuse(one)
    gateway.case_reopen(token=one.token, body="No court knows of it.")
    refuse(one, by="second")

    assert rights(one) == (False, True)
    with pytest.raises(ReviewIsTheWay):
        gateway.case_reopen(token=one.token, body="Again.")


def test_a_second_reply_names_the_review_as_the_next_recourse(refused):
    first, second = (
        message.body
        for message in gateway.case_show(token=refused.token).messages
        if message.kind == "reply"
    )

    with override("fr"):
        title = gettext("If you are not satisfied")
    ways = [text.partition(title)[2] for text in (first, second)]
    assert ["rouvrir" in way for way in ways] == [True, False]
    assert ["supervision nationale" in way for way in ways] == [False, True]


@pytest.mark.parametrize(("days", "allowed"), [(30, True), (31, False)])
def test_it_can_be_asked_for_within_thirty_days_of_the_reply(refused, days, allowed):
    with later(days):
        assert rights(refused)[1] == allowed


@pytest.mark.parametrize(("days", "allowed"), [(60, False), (61, True)])
def test_without_a_reply_it_can_be_asked_for_from_the_day_after_the_term(roads, days, allowed):
    one = request_filed(roads)

    with later(days):
        assert gateway.case_show(token=one.token).may_appeal == allowed
        if allowed:
            ask(one)
            assert Review.objects.get().cause == ReviewCause.OVERDUE


@pytest.mark.parametrize("kind", [Kind.OBSERVATION, Kind.PROPOSAL])
def test_what_has_no_term_is_never_overdue(roads, kind):
    one = request_filed(roads, kind=kind)

    with later(400):
        assert not gateway.case_show(token=one.token).may_appeal


def test_a_case_that_was_sent_back_and_is_late_again_can_be_reviewed_again(refused):
    ask(refused)
    with later(5):
        decide(refused, ReviewDecision.SENT_BACK)
    with later(60):
        in_time = rights(refused)
    with later(70):
        late = rights(refused)
        ask(refused)
        asked = rights(refused)

    assert (in_time, late, asked) == ((False, False), (False, True), (False, False))
    causes = Review.objects.order_by("asked_at").values_list("cause", flat=True)
    assert list(causes) == [ReviewCause.REFUSED_AGAIN, ReviewCause.OVERDUE]


def test_asking_writes_a_row_an_event_and_a_letter(refused):
    ask(refused)

    row = Review.objects.get()
    assert (row.reference, row.schema_name, row.cause, row.reason, row.decision) == (
        refused.reference,
        "a_roads",
        ReviewCause.REFUSED_AGAIN,
        REASON,
        "",
    )
    assert row.due_on == clock.today() + timedelta(days=30)
    case = gateway.case_show(token=refused.token)
    assert (case.timeline[-1].kind, case.timeline[-1].by) == (EventKind.REVIEW_ASKED, "citizen")
    assert (case.status, case.appeal.is_waiting) == (Status.ANSWERED, True)
    with agency_context(refused.agency):
        assert (
            Mail.objects.exclude(letter="case_notice").latest("queued_at").letter == "review_asked"
        )


def test_it_is_asked_for_once(refused):
    ask(refused)

    assert rights(refused) == (False, False)
    with pytest.raises(NothingToReview):
        ask(refused)
    assert Review.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "too short", " " * 40, "x" * 5_001])
def test_a_reason_is_a_text_of_bounded_length(refused, reason):
    with pytest.raises(InvalidDraft) as refusal:
        ask(refused, reason)

    assert refusal.value.field == "reason"
    assert Review.objects.count() == 0
    assert rights(refused) == (False, True)


def test_what_fails_on_the_national_side_leaves_nothing_with_the_agency(refused, monkeypatch):
    events = len(gateway.case_show(token=refused.token).timeline)
    monkeypatch.setattr("tenants.case_access.services.reviews.uuid7", lambda: "no uuid")

    with pytest.raises(Exception, match="no uuid"):
        ask(refused)

    assert len(gateway.case_show(token=refused.token).timeline) == events


def test_nobody_asks_without_a_token(refused):
    with pytest.raises(TokenNotFound):
        review_ask(token="somebody's guess", reason=REASON)


def test_the_list_begins_with_what_is_due_first(roads, water, refused):
    with later(3):
        late = refused_twice(water, subject="A later one")
        ask(late)
    ask(refused)

    with later(31):
        waiting = reviews_waiting()

    assert [(one.reference, one.agency.code, one.is_late) for one in waiting] == [
        (refused.reference, "roads", True),
        (late.reference, "water", False),
    ]


def test_oversight_reads_no_file_for_which_nobody_asked(refused):
    with pytest.raises(ReviewNotFound):
        review_case(reference=refused.reference, actor=ANALYST)
    with pytest.raises(ReviewNotFound):
        review_file_read(reference=refused.reference, attachment_id=uuid7(), actor=ANALYST)

    with agency_context(refused.agency):
        assert AuditEntry.objects.filter(subject=refused.reference).count() == 0


def test_the_look_is_noted_with_the_agency_once_a_day_and_told_to_the_citizen(refused):
    ask(refused)

    found = review_case(reference=refused.reference, actor=ANALYST)
    review_case(reference=refused.reference, actor=ANALYST)
    with later(1):
        review_case(reference=refused.reference, actor=ANALYST)

    assert (found.case.reference, found.agency.code, found.review.reason) == (
        refused.reference,
        "roads",
        REASON,
    )
    with agency_context(refused.agency):
        lines = AuditEntry.objects.filter(subject=refused.reference)
        assert list(lines.values_list("action", "actor_kind")) == [
            ("case.reviewed", "oversight")
        ] * 2  # fmt: skip
    case = gateway.case_show(token=refused.token)
    assert (len(case.oversight_accesses), case.accesses) == (2, ())


def test_a_file_of_another_request_is_not_read_through_a_review(refused):
    ask(refused)

    with pytest.raises(AttachmentNotFound):
        review_file_read(reference=refused.reference, attachment_id=uuid7(), actor=ANALYST)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"decision": "upheld"}, "review_decided_has_a_time"),
        ({"decision": "maybe", "decided_at": "2026-01-01T00:00Z"}, "review_decision"),
        ({"decision": "upheld", "decided_at": "2026-01-01T00:00Z"}, "says_who_and_why"),
        ({"cause": "mood"}, "review_cause"),
    ],
)
def test_the_database_refuses_half_a_decision(refused, changes, constraint):
    ask(refused)

    # As the owner: the national role may not even try to change the cause.
    with as_owner(), pytest.raises(IntegrityError, match=constraint):
        Review.objects.update(**changes)


def test_the_database_keeps_one_waiting_review_of_a_request(refused):
    ask(refused)
    row = Review.objects.get()
    row.pk = uuid7()

    with pytest.raises(IntegrityError, match="review_waits_once"):
        row.save(force_insert=True)


def test_the_term_for_reopening_is_told_as_before(roads):
    one = request_filed(roads)
    answer(one)

    with later(31), pytest.raises(ReopenTermPassed):
        gateway.case_reopen(token=one.token, body="That is not so.")
