"""One case from filing to closing: what each act changes, writes down and announces."""

from datetime import timedelta

import pytest

from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.enums import Author, Ground, Kind, Privacy, Status
from shared.complaints.errors import (
    AlreadyRated,
    ConversationEnded,
    InvalidDraft,
    NothingToRate,
    ReopenTermPassed,
    SameOfficer,
    StaleCase,
    TransitionNotAllowed,
)
from shared.complaints.models import Complaint
from shared.complaints.selectors import complaint_get, public_case
from shared.complaints.types import PartyDraft, RatingDraft, RefusalDraft, UploadedContent
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.mail.models import Mail
from tests.support.factories import BODY, REPLY, filed, officer_actor, staff
from tests.support.moments import days_later
from tests.support.samples import PDF

pytestmark = pytest.mark.django_db

RATING = RatingDraft(resolved=True, handling=4)
REFUSAL = RefusalDraft(
    ground=Ground.BEFORE_COURTS,
    explanation="A judgment on it is pending.",
    way_on="The court of appeal.",
)


@pytest.fixture
def officer(in_roads):
    return staff(in_roads)


@pytest.fixture
def reference(in_roads):
    return filed(in_roads).reference


def reply(reference, officer, **changes):
    return services.complaint_reply(
        reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer), **changes
    )


def kinds(reference):
    return [entry.kind.value for entry in public_case(reference=reference).timeline]


def later(days):
    return clock.travel(days_later(days))


def test_filing_sets_the_term_and_writes_the_first_event(reference):
    case = public_case(reference=reference)

    assert case.status == Status.RECEIVED
    assert case.due_on == clock.today() + timedelta(days=60)
    assert kinds(reference) == ["received"]
    assert (case.may_write, case.may_rate, case.may_reopen, case.may_withdraw) == (
        True,
        False,
        False,
        True,
    )


@pytest.mark.parametrize("kind", [Kind.OBSERVATION, Kind.PROPOSAL])
def test_only_complaints_carry_the_clock(in_roads, kind):
    case = public_case(reference=filed(in_roads, kind=kind).reference)

    assert case.due_on is None
    assert case.clock is None


def test_an_anonymous_complaint_keeps_no_personal_data_even_when_it_was_sent(in_roads):
    party = PartyDraft(name="Name", email="name@example.org", phone="0600000000", national_id="A1")
    receipt = filed(in_roads, privacy=Privacy.ANONYMOUS, party=party)

    kept = complaint_get(reference=receipt.reference).party

    assert (kept.name, kept.email, kept.phone, kept.national_id) == ("", "", "", "")
    assert Mail.objects.count() == 0


def test_taking_a_case_sets_it_in_progress(reference, officer):
    services.complaint_assign(reference=reference, officer=officer, actor=officer_actor(officer))

    case = complaint_get(reference=reference)
    assert (case.status, case.assignee) == (Status.IN_PROGRESS, officer)


def test_a_reply_is_a_message_with_its_recourse_and_a_letter(reference, officer):
    reply(reference, officer)

    case = public_case(reference=reference)
    assert case.status == Status.ANSWERED
    assert case.outcome == REPLY.outcome
    assert kinds(reference) == ["received", "assigned", "answered"]
    assert REPLY.facts in case.messages[0].body
    assert list(Mail.objects.order_by("queued_at").values_list("letter", flat=True)) == [
        "received",
        "answered",
    ]


def test_a_case_is_answered_once(reference, officer):
    reply(reference, officer)

    with pytest.raises(TransitionNotAllowed):
        reply(reference, officer)


def test_a_reply_from_a_page_that_is_out_of_date_is_refused(reference, officer):
    seen = complaint_get(reference=reference).version
    services.citizen_message_add(reference=reference, body="One more thing.", actor=CITIZEN)

    with pytest.raises(StaleCase):
        reply(reference, officer, version=seen)

    assert complaint_get(reference=reference).status == Status.RECEIVED


def test_a_question_waits_for_the_citizen_and_their_message_ends_the_wait(reference, officer):
    services.complaint_assign(reference=reference, officer=officer, actor=SYSTEM)
    services.question_ask(
        reference=reference, body="Which street?", officer=officer, actor=officer_actor(officer)
    )
    waiting = complaint_get(reference=reference)

    services.citizen_message_add(reference=reference, body="The long one.", actor=CITIZEN)

    assert waiting.status == Status.AWAITING_CITIZEN
    assert waiting.awaiting_until == clock.today() + timedelta(days=15)
    assert complaint_get(reference=reference).status == Status.IN_PROGRESS


def test_a_refusal_names_its_ground_and_a_way_on(reference, officer):
    services.complaint_refuse(
        reference=reference, draft=REFUSAL, officer=officer, actor=officer_actor(officer)
    )

    case = public_case(reference=reference)
    assert case.status == Status.INADMISSIBLE
    assert REFUSAL.way_on in case.messages[0].body
    assert case.may_reopen


def test_a_reply_is_rated_once_and_a_second_one_again(reference, officer):
    reply(reference, officer)
    services.rating_give(reference=reference, draft=RATING, actor=CITIZEN)
    with pytest.raises(AlreadyRated):
        services.rating_give(reference=reference, draft=RATING, actor=CITIZEN)

    services.complaint_reopen(reference=reference, body="Still dark.", actor=CITIZEN)
    with pytest.raises(NothingToRate):
        services.rating_give(reference=reference, draft=RATING, actor=CITIZEN)
    reply(reference, officer)
    services.rating_give(reference=reference, draft=RATING, actor=CITIZEN)

    ratings = complaint_get(reference=reference).ratings.order_by("round")
    assert list(ratings.values_list("round", flat=True)) == [0, 1]


@pytest.mark.parametrize("handling", [0, 6, -1, 10**6])
def test_a_mark_outside_one_to_five_is_refused(reference, officer, handling):
    reply(reference, officer)

    with pytest.raises(InvalidDraft):
        services.rating_give(
            reference=reference, draft=RatingDraft(resolved=True, handling=handling), actor=CITIZEN
        )


def test_reopening_starts_a_new_term_frees_the_case_and_keeps_the_first_reply(reference, officer):
    reply(reference, officer)
    answered_at = complaint_get(reference=reference).answered_at

    with later(10):
        services.complaint_reopen(reference=reference, body="Still dark.", actor=CITIZEN)
        case = complaint_get(reference=reference)

        assert case.status == Status.REOPENED
        assert case.assignee is None
        assert case.due_on == clock.today() + timedelta(days=60)
        assert case.answered_at == answered_at


def test_reopening_is_a_right_for_thirty_days_only(reference, officer):
    reply(reference, officer)

    with later(32), pytest.raises(ReopenTermPassed):
        services.complaint_reopen(reference=reference, body="Still dark.", actor=CITIZEN)


def test_a_reopened_case_goes_to_another_officer(in_roads, reference, officer):
    other = staff(in_roads, Role.AGENT, "other@roads.example")
    reply(reference, officer)
    services.complaint_reopen(reference=reference, body="Still dark.", actor=CITIZEN)

    with pytest.raises(SameOfficer):
        services.complaint_assign(reference=reference, officer=officer, actor=SYSTEM)
    services.complaint_assign(reference=reference, officer=other, actor=SYSTEM)

    assert complaint_get(reference=reference).assignee == other


def test_a_withdrawn_case_takes_no_more_words(reference):
    services.complaint_withdraw(reference=reference, actor=CITIZEN)

    with pytest.raises(ConversationEnded):
        services.citizen_message_add(reference=reference, body="Wait.", actor=CITIZEN)
    assert not public_case(reference=reference).may_write


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 10_001], ids=["empty", "blank", "too-long"])
def test_a_message_must_say_something_of_bounded_length(reference, body):
    with pytest.raises(InvalidDraft):
        services.citizen_message_add(reference=reference, body=body, actor=CITIZEN)


def test_a_note_reaches_neither_the_citizen_nor_their_timeline(reference, officer):
    services.note_add(
        reference=reference, body="Known troublemaker.", officer=officer, actor=SYSTEM
    )

    shown = repr(public_case(reference=reference))
    assert complaint_get(reference=reference).notes.count() == 1
    assert "troublemaker" not in shown
    assert "note" not in shown


def test_a_file_is_kept_under_a_random_path_with_its_true_type(reference):
    upload = UploadedContent(name="../proof.exe", content=PDF)

    row = services.attachment_add(
        reference=reference, upload=upload, author=Author.CITIZEN, actor=CITIZEN
    )

    assert (row.name, row.content_type, row.size) == ("proof.pdf", "application/pdf", len(PDF))
    assert reference not in row.path
    assert kinds(reference) == ["received", "attachment_added"]


def test_days_ask_after_a_promise_close_what_is_over_and_end_a_wait(in_roads, officer):
    answered, waiting = filed(in_roads).reference, filed(in_roads).reference
    reply(answered, officer)
    services.complaint_assign(reference=waiting, officer=officer, actor=SYSTEM)
    services.question_ask(reference=waiting, body="Where?", officer=officer, actor=SYSTEM)

    with later(10):
        assert services.expired_deadlines_apply(actor=SYSTEM) == 0
    with later(40):
        assert services.expired_deadlines_apply(actor=SYSTEM) == 3
        assert services.expired_deadlines_apply(actor=SYSTEM) == 0

    assert complaint_get(reference=answered).status == Status.CLOSED
    assert complaint_get(reference=waiting).status == Status.IN_PROGRESS


def test_positions_count_the_events_of_a_case_without_gap(reference, officer):
    services.note_add(reference=reference, body="x", officer=officer, actor=SYSTEM)
    reply(reference, officer)

    positions = complaint_get(reference=reference).events.order_by("position")
    assert list(positions.values_list("position", flat=True)) == [1, 2, 3, 4]


def test_the_database_refuses_a_term_on_an_observation(reference):
    with pytest.raises(Exception, match="complaint_due_only_for_complaints"):
        Complaint.objects.filter(reference=reference).update(kind=Kind.OBSERVATION)


def test_the_body_is_kept_as_written(reference):
    assert public_case(reference=reference).body == BODY
