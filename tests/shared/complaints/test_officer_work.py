"""What officers do with a case beside replying, and what lists read of it afterwards."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shared.complaints import services
from shared.complaints.enums import Author, Kind, Status
from shared.complaints.errors import (
    AttachmentNotFound,
    ConversationEnded,
    LabelExists,
    LabelNotFound,
    SnoozeDayPassed,
    StaleCase,
    TransitionNotAllowed,
)
from shared.complaints.models import OfficerCaseState
from shared.complaints.models.complaint import NO_TERM
from shared.complaints.selectors import (
    case_draft_files,
    case_writers,
    complaint_get,
    file_count,
    public_case,
    versions_read,
)
from shared.complaints.types import RatingDraft, UploadedContent
from shared.complaints.types.dispatch import Sending
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.mail.models import Mail
from shared.units.errors import UnitNotFound
from shared.units.models import Absence, Unit
from tests.support.factories import REPLY, filed, officer_actor, staff
from tests.support.samples import PDF

pytestmark = pytest.mark.django_db

LETTER = UploadedContent(name="decision.pdf", content=PDF)


@pytest.fixture
def officer(in_roads):
    return staff(in_roads)


@pytest.fixture
def reference(in_roads):
    return filed(in_roads).reference


@pytest.fixture
def held(reference, officer):
    services.complaint_assign(reference=reference, officer=officer, actor=officer_actor(officer))
    return reference


def case(reference):
    return complaint_get(reference=reference)


def ask(reference, officer):
    services.question_ask(
        reference=reference, body="Which street?", officer=officer, actor=officer_actor(officer)
    )


def reply(reference, officer, **changes):
    return services.complaint_reply(
        reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer), **changes
    )


def later(**given):
    return clock.travel(clock.now() + timedelta(**given))


def test_a_reply_can_be_sent_while_a_question_is_open_and_the_term_has_passed(held, officer):
    ask(held, officer)

    with later(days=61):
        reply(held, officer)

    row = case(held)
    assert (row.status, row.awaiting_until) == (Status.ANSWERED, None)


def test_a_withdrawn_question_sets_the_case_going_and_tells_the_citizen(held, officer):
    ask(held, officer)

    services.question_withdraw(reference=held, actor=officer_actor(officer))

    assert (case(held).status, case(held).awaiting_until) == (Status.IN_PROGRESS, None)
    assert public_case(reference=held).timeline[-1].kind == "question_withdrawn"
    assert Mail.objects.order_by("-queued_at", "-id").first().letter == "question_withdrawn"


def test_only_an_open_question_can_be_withdrawn(held, officer):
    with pytest.raises(TransitionNotAllowed):
        services.question_withdraw(reference=held, actor=officer_actor(officer))


def test_days_after_a_withdrawn_question_count_again(held, officer):
    with later(days=1):
        ask(held, officer)
        services.question_withdraw(reference=held, actor=officer_actor(officer))
    with later(days=12):
        working = public_case(reference=held).working

    assert (working.paused, working.paused_since) == (0, None)


def test_what_a_citizen_writes_after_the_reply_marks_the_case_and_can_be_answered(held, officer):
    reply(held, officer)
    with later(days=20):
        services.citizen_message_add(reference=held, body="And the other lamp?", actor=CITIZEN)
        marked = case(held)
        services.officer_message_add(
            reference=held, body="On Monday.", officer=officer, actor=officer_actor(officer)
        )

    assert (marked.status, marked.has_citizen_news) == (Status.ANSWERED, True)
    assert marked.waiting_since is not None
    assert case(held).waiting_since is None
    assert public_case(reference=held).messages[-1].body == "On Monday."


def test_nobody_writes_after_the_window_for_re_opening(held, officer):
    reply(held, officer)

    with later(days=32), pytest.raises(ConversationEnded):
        services.officer_message_add(
            reference=held, body="Too late.", officer=officer, actor=officer_actor(officer)
        )


def test_a_message_is_in_time_that_was_pressed_before_the_window_ended(held, officer):
    reply(held, officer)
    pressed = clock.now()

    with later(days=32):
        message = services.officer_message_add(
            reference=held,
            body="On Monday.",
            officer=officer,
            actor=officer_actor(officer),
            sending=Sending(at=pressed),
        )

    assert message.at == pressed


@pytest.mark.parametrize("act", ["message", "file", "rating", "reopening"])
def test_what_the_citizen_does_marks_the_case_until_its_officer_opens_it(
    in_roads, held, officer, act
):
    colleague = staff(in_roads, email="colleague@roads.example")
    if act in ("rating", "reopening"):
        reply(held, officer)
    {
        "message": lambda: services.citizen_message_add(reference=held, body="?", actor=CITIZEN),
        "file": lambda: services.attachment_add(
            reference=held, upload=LETTER, author=Author.CITIZEN, actor=CITIZEN
        ),
        "rating": lambda: services.rating_give(
            reference=held, draft=RatingDraft(resolved=True, handling=5), actor=CITIZEN
        ),
        "reopening": lambda: services.complaint_reopen(reference=held, body="No.", actor=CITIZEN),
    }[act]()
    if act == "reopening":
        services.complaint_assign(reference=held, officer=colleague, actor=SYSTEM)
        officer, colleague = colleague, officer

    services.case_opened(complaint=case(held), user=colleague)
    after_colleague = case(held).has_citizen_news
    services.case_opened(complaint=case(held), user=officer)

    assert after_colleague
    assert not case(held).has_citizen_news


def test_a_message_that_comes_while_the_officer_reads_stays_marked(held, officer):
    services.citizen_message_add(reference=held, body="One.", actor=CITIZEN)
    seen = case(held)
    services.citizen_message_add(reference=held, body="Two.", actor=CITIZEN)

    services.case_opened(complaint=seen, user=officer)

    assert case(held).has_citizen_news


@pytest.mark.parametrize("reason", ["left", "absent"])
def test_anybody_takes_the_mark_off_a_case_whose_officer_is_not_there(
    in_roads, held, officer, reason
):
    colleague = staff(in_roads, email="colleague@roads.example")
    reply(held, officer)
    services.citizen_message_add(reference=held, body="Thank you?", actor=CITIZEN)
    if reason == "left":
        type(officer).objects.filter(pk=officer.pk).update(is_active=False)
    else:
        today = clock.today()
        Absence.objects.create(user=officer, first_day=today, last_day=today)

    services.case_opened(complaint=case(held), user=colleague)

    assert not case(held).has_citizen_news


def test_each_officer_has_read_up_to_an_event_of_their_own(in_roads, held, officer):
    colleague = staff(in_roads, email="colleague@roads.example")
    services.case_opened(complaint=case(held), user=officer)
    services.note_add(
        reference=held, body="Called them.", officer=officer, actor=officer_actor(officer)
    )
    services.case_opened(complaint=case(held), user=colleague)
    ids = [case(held).pk]

    assert versions_read(case_ids=ids, user_id=officer.pk) == {ids[0]: 2}
    assert versions_read(case_ids=ids, user_id=colleague.pk) == {ids[0]: 3}


def test_a_case_left_by_its_officer_waits_for_another_one(held, officer):
    services.complaint_unassign(reference=held, actor=officer_actor(officer))

    assert case(held).assignee is None
    assert public_case(reference=held).timeline[-1].kind == "unassigned"
    with pytest.raises(TransitionNotAllowed):
        services.complaint_unassign(reference=held, actor=officer_actor(officer))


def test_a_case_handed_to_another_unit_is_held_by_nobody(held, officer):
    unit = Unit.objects.create(name_ar="وحدة", name_fr="Unité")

    services.case_unit_change(reference=held, unit_id=unit.pk, actor=officer_actor(officer))

    assert (case(held).unit_id, case(held).assignee) == (unit.pk, None)
    with pytest.raises(UnitNotFound):
        services.case_unit_change(reference=held, unit_id=unit.pk + 1, actor=SYSTEM)


def test_a_unit_change_from_a_page_that_is_out_of_date_is_refused(held, officer):
    unit = Unit.objects.create(name_ar="وحدة", name_fr="Unité")

    with pytest.raises(StaleCase):
        services.case_unit_change(reference=held, unit_id=unit.pk, version=1, actor=SYSTEM)


def test_labels_are_put_on_and_taken_off_and_never_shown_to_the_citizen(held, officer):
    clinic, urgent = services.label_create(name="clinic"), services.label_create(name="urgent")
    actor = officer_actor(officer)

    services.case_label(reference=held, add=[clinic.pk, urgent.pk], actor=actor)
    services.case_label(reference=held, add=[urgent.pk], remove=[clinic.pk], actor=actor)
    before = case(held).version
    services.case_label(reference=held, add=[urgent.pk], actor=actor)

    assert case(held).label_ids == [urgent.pk]
    assert case(held).version == before
    assert "labelled" not in {entry.kind for entry in public_case(reference=held).timeline}


def test_a_retired_label_can_be_taken_off_but_not_put_on(held):
    label = services.label_create(name="clinic")
    services.case_label(reference=held, add=[label.pk], actor=SYSTEM)
    services.label_retire(label_id=label.pk)

    services.case_label(reference=held, remove=[label.pk], actor=SYSTEM)

    with pytest.raises(LabelNotFound):
        services.case_label(reference=held, add=[label.pk], actor=SYSTEM)


def test_a_label_has_its_name_alone_and_comes_back_under_it(in_roads):
    label = services.label_create(name="Clinic")
    with pytest.raises(LabelExists):
        services.label_create(name="clinic")
    services.label_retire(label_id=label.pk)

    assert services.label_create(name="CLINIC").pk == label.pk


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_case_is_put_aside_until_a_day_of_the_coming_year(held, officer, days):
    with pytest.raises(SnoozeDayPassed):
        services.case_snooze(
            complaint=case(held), user=officer, until=clock.today() + timedelta(days=days)
        )


def test_putting_a_case_aside_keeps_what_was_read(held, officer):
    services.case_opened(complaint=case(held), user=officer)
    tomorrow = clock.today() + timedelta(days=1)

    services.case_snooze(complaint=case(held), user=officer, until=tomorrow)

    state = OfficerCaseState.objects.get()
    assert (state.read_version, state.snoozed_until) == (2, tomorrow)


def test_who_writes_is_seen_by_others_for_ten_seconds(in_roads, held, officer):
    colleague = staff(in_roads, email="colleague@roads.example")
    services.writing_note(complaint_id=case(held).pk, user=officer, act="reply")

    seen = case_writers(case(held), but=colleague)
    own = case_writers(case(held), but=officer)
    with later(seconds=11):
        gone = case_writers(case(held), but=colleague)

    assert [(one.name, one.act) for one in seen] == [(officer.name, "reply")]
    assert (own, gone) == ([], [])


def test_a_file_of_a_draft_is_the_agency_s_alone_until_it_is_sent(held, officer):
    draft = uuid4()
    kept = services.case_draft_file_add(reference=held, draft_id=draft, upload=LETTER)

    before = public_case(reference=held).attachments
    message = reply(held, officer, sending=Sending(draft_id=draft))
    sent = public_case(reference=held).attachments

    assert before == ()
    assert [(one.id, one.message_id) for one in sent] == [(kept.pk, message.pk)]
    assert case_draft_files(draft_id=draft) == []
    assert file_count() == 1


def test_a_file_of_a_draft_can_be_removed_and_a_sent_one_cannot(held, officer):
    draft = uuid4()
    first = services.case_draft_file_add(reference=held, draft_id=draft, upload=LETTER)
    second = services.case_draft_file_add(reference=held, draft_id=draft, upload=LETTER)
    services.case_draft_file_remove(draft_id=draft, attachment_id=first.pk)
    reply(held, officer, sending=Sending(draft_id=draft))

    with pytest.raises(AttachmentNotFound):
        services.case_draft_file_remove(draft_id=draft, attachment_id=second.pk)

    assert [one.id for one in public_case(reference=held).attachments] == [second.pk]


def test_a_reply_counts_from_the_moment_at_which_it_was_pressed(held, officer):
    pressed = clock.now()

    with later(seconds=30):
        message = reply(held, officer, sending=Sending(at=pressed))

    assert message.at == case(held).answered_at == pressed
    assert public_case(reference=held).timeline[-1].at == pressed


def test_lists_sort_by_the_earlier_of_both_last_days(in_roads):
    complaint = case(filed(in_roads).reference)
    proposal = case(filed(in_roads, kind=Kind.PROPOSAL).reference)

    assert complaint.risk_on == complaint.working_due_on < complaint.due_on
    assert proposal.due_on is None
    assert proposal.risk_on == proposal.working_due_on
    assert proposal.waiting_since == proposal.received_at


def test_a_case_that_owes_no_reply_has_no_risk(held, officer):
    reply(held, officer)
    answered = case(held).risk_on
    services.complaint_reopen(reference=held, body="Still dark.", actor=CITIZEN)

    assert answered == NO_TERM
    assert case(held).risk_on == case(held).working_due_on


def test_the_upkeep_moves_the_last_day_of_a_case_that_waits_for_its_citizen(held, officer):
    ask(held, officer)
    before = case(held).working_due_on

    with later(days=10):
        services.expired_deadlines_apply(actor=SYSTEM)

        assert case(held).working_due_on == public_case(reference=held).working.due_on > before


def test_the_upkeep_computes_each_open_case_once_a_day(held):
    row = case(held)
    type(row).objects.filter(pk=row.pk).update(working_due_on=None, risk_on=row.due_on)
    midnight = clock.now().replace(hour=0, minute=30)

    for hour in range(24):
        with clock.travel(midnight + timedelta(days=1, hours=hour)):
            services.expired_deadlines_apply(actor=SYSTEM)

    assert case(held).working_due_on == row.working_due_on
