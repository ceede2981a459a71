"""One letter that concerns several bodies becomes parts, each with its own holder and clock."""

import pytest
from django.core.files.storage import default_storage

from shared.complaints import services
from shared.complaints.enums import EventKind, Privacy, Status
from shared.complaints.errors import (
    AttachmentMissing,
    InvalidDraft,
    PartOfWhole,
    TransitionNotAllowed,
)
from shared.complaints.models import Attachment, Complaint, Party
from shared.complaints.types import RatingDraft, UploadedContent
from shared.complaints.types.custody import PartDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.mail.models import Mail
from shared.register.models import RegisterCase
from shared.register.services import register_project
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import CaseNotFound, ProofRequired
from tenants.case_access.services.case_parts import part_open, parts_of
from tenants.case_access.services.email_changes import email_set
from tenants.case_access.services.party_encryption import identity_of
from tenants.custody.errors import NobodyToReceive, TooManyParts
from tenants.custody.services.splits import case_split
from tenants.custody.types import OfferDraft
from tenants.isolation.schema_switch import agency_context
from tenants.models import Route, TransferOffer
from tenants.models.enums import TransferReason
from tests.support.custody import NOTE, Moving, request_filed, rows_read_by, schemas_by_text
from tests.support.factories import officer_actor, staff
from tests.support.moments import days_later
from tests.support.parts import WATER, WHOLE, accept, answer, split

pytestmark = pytest.mark.django_db


# Of the rest of a request, in each of its texts.
WORD = "zaafarane"


@pytest.fixture
def one(roads):
    return request_filed(roads, body=WHOLE)


def full_of(word, one, agency):
    """Write it into the request, and into what either side adds to it."""
    officer = staff(agency)
    gateway.message_add(token=one.token, body=f"Since May, says {word}.")
    gateway.attachment_add(
        token=one.token, upload=UploadedContent(name=f"{word}.txt", content=b"lamp")
    )
    with agency_context(agency):
        Complaint.objects.filter(reference=one.reference).update(
            subject=f"Lamp of {word}", body=f"{word}: {WHOLE}", remedy=f"Repair {word}."
        )
        for act in (services.note_add, services.officer_message_add):
            act(
                reference=one.reference, body=f"Ask {word} first.", officer=officer,
                actor=officer_actor(officer),
            )  # fmt: skip


def test_fs7_each_part_has_its_holder_and_clock_and_the_citizen_sees_them_together(
    one, roads, water
):
    with clock.travel(days_later(10)):
        part = split(one, water)
        accept(part, water)
        found = parts_of(token=one.token)
        assert [
            (item.summary.reference, item.agency.code, item.is_main, item.is_opened)
            for item in found.parts
        ] == [(one.reference, "roads", True, True), (part, "water", False, False)]
        assert (found.answered, found.is_answered) == (0, False)
        opened = gateway.case_show(token=part_open(token=one.token, reference=part).token)
        whole = one.shown()
        # The same day of filing and the same legal term, each with its own days and holder.
        assert (opened.due_on, opened.received_at) == (whole.due_on, whole.received_at)
        assert (opened.body, whole.body) == (WATER, WHOLE)

        answer(part, water)
        assert parts_of(token=one.token).answered == 1
        answer(one.reference, roads)
        assert parts_of(token=one.token).is_answered is True


def test_part_of_a_reopened_request_has_the_term_that_began_with_the_reopening(one, roads, water):
    answer(one.reference, roads)
    with clock.travel(days_later(20)):
        gateway.case_reopen(token=one.token, body="The water is as brown as before.")
        part = split(one, water)
    with clock.travel(days_later(65)):
        opened = gateway.case_show(token=part_open(token=one.token, reference=part).token)
        whole = one.shown()
        assert (opened.due_on, opened.clock.elapsed) == (whole.due_on, whole.clock.elapsed)
        assert not opened.clock.is_overdue


def test_part_of_a_reopened_request_keeps_that_term_where_it_is_taken_over(one, roads, water):
    with clock.travel(days_later(50)):
        answer(one.reference, roads)
    with clock.travel(days_later(70)):
        gateway.case_reopen(token=one.token, body="The water is as brown as before.")
        part = split(one, water)
        due_on = one.shown().due_on
        accept(part, water)
        opened = gateway.case_show(token=part_open(token=one.token, reference=part).token)
        assert (opened.due_on, opened.clock.elapsed) == (due_on, one.shown().clock.elapsed)
        assert not opened.clock.is_overdue


def test_agency_of_a_part_learns_nothing_of_the_rest(one, roads, water):
    full_of(WORD, one, roads)
    part = split(one, water)
    hidden = [WORD, one.reference]
    for take in (lambda: None, lambda: accept(part, water)):
        take()
        said = schemas_by_text(hidden)
        assert [text for text in hidden if water.schema_name in said[text]] == []
        assert [text for text in hidden if roads.schema_name in said[text]] == hidden
        assert rows_read_by(water, hidden) == []
    with agency_context(water):
        row = Complaint.objects.get()
        assert (row.reference, row.body, row.is_part) == (part, WATER, True)
        assert one.reference not in repr(vars(row))
        assert Party.objects.get().name == "Test Person"
    with agency_context(roads):
        assert Complaint.objects.get(reference=part).body == ""


def test_parts_are_withdrawn_and_rated_apart(one, roads, water):
    part = split(one, water)
    accept(part, water)
    gateway.case_withdraw(token=one.token)
    answer(part, water)
    gateway.rating_give(
        token=part_open(token=one.token, reference=part).token,
        draft=RatingDraft(resolved=True, handling=5),
    )
    assert [item.summary.status for item in parts_of(token=one.token).parts] == [
        Status.WITHDRAWN,
        Status.ANSWERED,
    ]


def test_file_of_the_citizen_goes_along_as_a_copy(one, roads, water):
    gateway.attachment_add(
        token=one.token, upload=UploadedContent(name="brown.txt", content=b"brown")
    )
    with agency_context(roads):
        file = Attachment.objects.get()
    part = split(one, water, file_ids=(file.pk,))
    accept(part, water)
    with agency_context(water):
        copy = Attachment.objects.get()
    assert copy.path != file.path
    token = part_open(token=one.token, reference=part).token
    read = gateway.attachment_read(token=token, attachment_id=str(copy.pk))
    assert read.content == b"brown"
    assert len(one.shown().attachments) == 1


def test_confidential_person_stays_confidential_in_each_part(roads, water):
    one = request_filed(roads, body=WHOLE, privacy=Privacy.CONFIDENTIAL)
    part = split(one, water)
    accept(part, water)
    with agency_context(water):
        assert Party.objects.get().name == ""
    assert identity_of(reference=part).name == "Test Person"


def test_anonymous_citizen_opens_a_part_from_the_whole(roads, water):
    one = request_filed(roads, body=WHOLE, privacy=Privacy.ANONYMOUS)
    part = split(one, water)
    gateway.message_add(
        token=part_open(token=one.token, reference=part).token, body="The water is still brown."
    )
    assert Route.objects.get(pk=part).email_digest is None


def test_token_of_less_proof_opens_no_more_in_a_part(one, water):
    part = split(one, water)
    issued = gateway.tracking_open(
        reference=one.reference, kind=KeyKind.EMAIL, value="person@example.org"
    )
    token = part_open(token=issued.token, reference=part).token
    with pytest.raises(ProofRequired):
        gateway.case_withdraw(token=token)


def test_stranger_request_is_not_opened_as_a_part(one, roads, water):
    split(one, water)
    stranger = request_filed(roads)
    with pytest.raises(CaseNotFound):
        part_open(token=one.token, reference=stranger.reference)
    assert parts_of(token=stranger.token) is None


def test_part_that_nobody_took_over_is_answered_with_the_whole_alone(one, roads, water):
    part = split(one, water)
    assert Route.objects.get(pk=part).agency_id == roads.schema_name
    with pytest.raises(PartOfWhole):
        answer(part, roads)
    # Once the whole has its reply, there is nothing else with which the part could be answered.
    answer(one.reference, roads)
    assert parts_of(token=one.token).is_answered is False
    answer(part, roads)
    assert TransferOffer.objects.get(reference=part).state == "ended"
    assert parts_of(token=one.token).is_answered is True


def test_part_is_not_cut_out_with_a_file_whose_bytes_are_missing(one, roads, water):
    gateway.attachment_add(
        token=one.token, upload=UploadedContent(name="brown.txt", content=b"brown")
    )
    with agency_context(roads):
        file = Attachment.objects.get()
    default_storage.delete(file.path)
    with pytest.raises(AttachmentMissing):
        split(one, water, file_ids=(file.pk,))
    assert Route.objects.count() == 1


def test_former_mailbox_of_the_whole_does_not_lead_from_a_part_to_the_whole(one, roads, water):
    part = split(one, water)
    issued = gateway.tracking_open(reference=part, kind=KeyKind.EMAIL, value="person@example.org")
    assert len(parts_of(token=issued.token).parts) == 2
    with agency_context(roads):
        services.email_changed(reference=one.reference, email="new@example.org", actor=CITIZEN)
    email_set(route=Route.objects.get(pk=one.reference), email="new@example.org")

    with pytest.raises(CaseNotFound):
        part_open(token=issued.token, reference=one.reference)
    assert [item.summary.reference for item in parts_of(token=issued.token).parts] == [part]
    # Whoever has the proof of the whole has that of its parts.
    token = part_open(token=one.token, reference=part).token
    assert gateway.case_show(token=token).reference == part


def test_nothing_is_left_of_a_split_that_cannot_be_offered(one, roads):
    with pytest.raises(NobodyToReceive):
        case_split(
            agency=roads,
            reference=one.reference,
            part=PartDraft(subject="Brown water", body=WATER),
            offer=OfferDraft(
                organisation_code="nobody", reason=TransferReason.COMPETENCE, note=NOTE
            ),
            actor=SYSTEM,
        )
    assert Route.objects.count() == 1
    assert one.shown().is_split is False


def test_split_is_refused_for_ended_cases_empty_parts_and_the_eleventh(one, water):
    with pytest.raises(InvalidDraft):
        split(one, water, body="short")
    for _number in range(10):
        split(one, water)
    with pytest.raises(TooManyParts):
        split(one, water)
    gateway.case_withdraw(token=one.token)
    with pytest.raises((TransitionNotAllowed, TooManyParts)):
        split(one, water)


def test_citizen_gets_one_letter_about_the_split(one, roads, water):
    part = split(one, water)
    with agency_context(roads):
        letters = Mail.objects.filter(letter__in=("split", "received"))
        assert sorted(letters.values_list("letter", "reference")) == [
            ("received", one.reference),
            ("split", one.reference),
        ]
        events = Complaint.objects.get(reference=one.reference).events
        assert events.filter(kind=EventKind.SPLIT).count() == 1
    assert Moving(part, "").holder == roads


def test_figures_count_a_part_at_the_agency_that_took_it_over_alone(one, roads, water):
    part = split(one, water)
    accept(part, water)
    while register_project(is_last=True):
        pass
    rows = RegisterCase.objects.order_by("agency_code", "status")
    assert sorted(rows.values_list("agency_code", "reference", "status")) == sorted(
        [
            ("roads", one.reference, "received"),
            ("water", part, "received"),
        ]
    )
