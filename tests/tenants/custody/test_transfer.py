"""A case goes to another agency: what the receiver sees before, what moves, what is left."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from shared.complaints import services
from shared.complaints.enums import EventKind, Privacy, Status
from shared.complaints.errors import AlreadyOffered, CaseMerged, NotOffered, TransitionNotAllowed
from shared.complaints.models import Attachment, Complaint, ComplaintEvent, Message, Note, Party
from shared.complaints.types import UploadedContent
from shared.complaints.types.custody import HoldingStart
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.clock_ledger import MarkKind
from shared.mail.models import Mail
from shared.mail.permissions.mail_kinds import STAFF_LETTERS
from tenants.case_access import gateway
from tenants.custody.errors import OfferAnswered, OfferNotFound
from tenants.custody.selectors import offer_get, offers_waiting
from tenants.custody.services.offers import offer_accept, offer_make, offer_refuse, offer_withdraw
from tenants.custody.types import OfferDraft
from tenants.isolation.schema_switch import agency_context
from tenants.models import FileRelease, TransferOffer
from tenants.models.enums import OfferState, TransferReason
from tests.support.custody import NOTE, REFUSAL, hand_over, offer, request_filed
from tests.support.factories import mailbox_answered, officer_actor, staff
from tests.support.moments import days_later
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

STORY = "My cellar in Zellige street is under water since the works."


def story_of(one, agency):
    with agency_context(agency):
        rows = Complaint.objects.filter(reference=one.reference)
        return [row.body for row in rows]


@pytest.fixture
def asked(roads):
    """A request with a message of each side, a note and a file."""
    one = request_filed(roads, body=STORY, place="Zellige street")
    officer = staff(roads)
    with agency_context(roads):
        services.complaint_assign(
            reference=one.reference, officer=officer, actor=officer_actor(officer)
        )
        services.question_ask(
            reference=one.reference, body="Since when?", officer=officer, actor=SYSTEM
        )
        services.note_add(
            reference=one.reference, body="Ask the drain team.", officer=officer, actor=SYSTEM
        )
    gateway.message_add(token=one.token, body="Since the third of May.")
    gateway.attachment_add(
        token=one.token, upload=UploadedContent(name="cellar.txt", content=b"water")
    )
    return one


def test_fs10_whole_case_moves_and_its_citizen_keeps_one_reference(asked, roads, water):
    before = asked.shown()
    hand_over(asked, water)

    after = asked.shown()
    assert asked.holder == water
    assert (after.body, after.place, after.due_on) == (STORY, "Zellige street", before.due_on)
    assert [one.body for one in after.messages] == [one.body for one in before.messages]
    assert [one.id for one in after.attachments] == [one.id for one in before.attachments]
    assert after.status == Status.RECEIVED
    kinds = [one.kind for one in after.timeline]
    assert kinds[-2:] == [EventKind.TRANSFERRED, EventKind.TRANSFER_ACCEPTED]
    assert kinds[: len(before.timeline)] == [one.kind for one in before.timeline]
    assert [one.agency_code for one in after.custody] == ["roads", ""]


def test_sender_keeps_a_stub_without_texts_and_persons(asked, roads, water):
    hand_over(asked, water)

    with agency_context(roads):
        row = Complaint.objects.get(reference=asked.reference)
        party = Party.objects.get(complaint=row)
        assert (row.status, row.handed_to) == (Status.TRANSFERRED, "water")
        assert (row.subject, row.body, row.remedy, row.place) == ("", "", "", "")
        assert (party.name, party.email) == ("", "")
        for model in (Message, Note, Attachment):
            assert not model._default_manager.filter(complaint=row).exists()
        letters = Mail.objects.filter(reference=asked.reference).exclude(letter__in=STAFF_LETTERS)
        assert not letters.exclude(to="").exists()
        assert ComplaintEvent.objects.filter(complaint=row).count() == row.version


def test_files_get_a_new_place_and_are_not_copied(asked, roads, water):
    with agency_context(roads):
        former = Attachment.objects.get().path
    inode = Path(default_storage.path(former)).stat().st_ino
    hand_over(asked, water)
    with agency_context(water):
        row = Attachment.objects.get(complaint__reference=asked.reference)
    assert row.path != former
    assert Path(default_storage.path(row.path)).stat().st_ino == inode
    assert not default_storage.exists(former)
    assert not FileRelease.objects.exists()
    content = gateway.attachment_read(token=asked.token, attachment_id=str(row.pk))
    assert content.content == b"water"


def test_offer_shows_neither_story_nor_person(asked, roads, water):
    made = offer(asked, water)
    (summary,) = offers_waiting(agency=water)
    said = repr(summary)
    assert (summary.note, summary.place) == (NOTE, "Zellige street")
    hidden = (STORY, "Test Person", "Street lamp", asked.reference)
    assert [text for text in hidden if text in said] == []
    assert story_of(asked, water) == []
    assert asked.holder == roads
    assert made is not None


def test_clock_and_case_stay_with_the_sender_until_acceptance(asked, roads, water):
    offer(asked, water)
    officer = staff(roads, email="second@roads.example")
    with agency_context(roads):
        services.officer_message_add(
            reference=asked.reference, body="We are asking.", officer=officer, actor=SYSTEM
        )
    assert asked.shown().status == Status.IN_PROGRESS


def test_refused_offer_leaves_the_case_and_says_why(asked, roads, water):
    made = offer(asked, water)
    offer_refuse(agency=water, offer_id=made.pk, reason=REFUSAL, actor=SYSTEM)

    assert asked.holder == roads
    assert offer_get(offer_id=made.pk, agency=roads).answer == REFUSAL
    assert asked.shown().timeline[-1].kind == EventKind.TRANSFER_REFUSED
    with pytest.raises(OfferAnswered):
        offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)


def test_withdrawn_offer_cannot_be_accepted(asked, roads, water):
    made = offer(asked, water)
    offer_withdraw(agency=roads, offer_id=made.pk, actor=SYSTEM)
    with pytest.raises(OfferAnswered):
        offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    assert asked.holder == roads


def test_answered_case_is_not_handed_over(asked, roads, water):
    made = offer(asked, water)
    gateway.case_withdraw(token=asked.token)
    assert TransferOffer.objects.get(pk=made.pk).state == OfferState.ENDED
    with pytest.raises(OfferAnswered):
        offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    assert story_of(asked, water) == []


def test_stranger_agency_neither_sees_nor_answers_an_offer(asked, roads, water):
    made = offer(asked, water)
    with pytest.raises(OfferNotFound):
        offer_accept(agency=roads, offer_id=made.pk, actor=SYSTEM)
    assert offers_waiting(agency=roads) == []


def test_legal_term_runs_on_and_days_of_both_add_up(roads, water):
    one = request_filed(roads)
    filed_on = clock.today()
    due_on = one.shown().due_on
    with clock.travel(days_later(9)):
        hand_over(one, water)
    with clock.travel(days_later(20)):
        shown = one.shown()
        assert [step.days for step in shown.custody] == [9, 11]
        assert shown.clock.elapsed == sum(step.days for step in shown.custody)
        assert (shown.due_on, shown.clock.filed_on) == (due_on, filed_on)
        assert len(shown.ledger) == 21


@pytest.mark.parametrize("privacy", repeats([Privacy.CONFIDENTIAL, Privacy.ANONYMOUS], keep=1))
def test_hidden_people_stay_hidden_from_the_receiver(privacy, roads, water):
    one = request_filed(roads, privacy=privacy)
    hand_over(one, water)
    with agency_context(water):
        party = Party.objects.get(complaint__reference=one.reference)
        assert (party.name, party.email, party.phone) == ("", "", "")
    assert one.shown().privacy == privacy


def test_citizen_is_told_once_where_the_request_is_now(asked, roads, water):
    hand_over(asked, water)
    with agency_context(water):
        (mail,) = Mail.objects.filter(reference=asked.reference, letter="transferred")
        assert (mail.to, mail.context["organisation"]) == ("person@example.org", "water")


def test_receiver_of_a_case_cannot_take_it_without_an_offer(asked, roads, water):
    with agency_context(roads), pytest.raises(NotOffered):
        services.case_transfer_out(
            reference=asked.reference,
            agency_code="roads",
            to_code="water",
            actor=CITIZEN,
            start=HoldingStart(at=clock.now(), is_first=True),
        )


def test_case_is_offered_once_at_a_time(asked, roads, water):
    offer(asked, water)
    with pytest.raises(AlreadyOffered):
        offer(asked, water)
    assert TransferOffer.objects.count() == 1


def test_only_the_holder_offers(asked, roads, water):
    hand_over(asked, water)
    draft = OfferDraft(organisation_code="water", reason=TransferReason.PLACE, note=NOTE)
    with pytest.raises(TransitionNotAllowed):
        offer_make(agency=roads, reference=asked.reference, draft=draft, actor=SYSTEM)


def test_merged_case_is_not_offered_and_a_main_case_leaves_the_others_here(roads, water):
    one, other = request_filed(roads), request_filed(roads)
    mailbox_answered(one.reference, other.reference)
    with agency_context(roads):
        services.case_merge(reference=other.reference, into=one.reference, actor=SYSTEM)
    with pytest.raises(CaseMerged):
        offer(other, water)
    hand_over(one, water)

    assert (one.holder, other.holder) == (water, roads)
    with agency_context(roads):
        assert Complaint.objects.get(reference=other.reference).merged_into_id is None
    assert other.shown().status == Status.RECEIVED


def test_fs9_ledger_marks_offer_and_move_and_counts_every_day(roads, water):
    one = request_filed(roads)
    with clock.travel(days_later(3)):
        made = offer(one, water)
    with clock.travel(days_later(5)):
        offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    with clock.travel(days_later(8)):
        ledger = one.shown().ledger
    marked = {number: [mark.kind for mark in day.marks] for number, day in enumerate(ledger)}
    assert {number: kinds for number, kinds in marked.items() if kinds} == {
        3: [MarkKind.OFFERED],
        5: [MarkKind.TAKEN_OVER],
    }
    assert [day.legal for day in ledger] == list(range(9))
