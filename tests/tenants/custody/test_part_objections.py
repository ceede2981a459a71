"""The citizen does not agree to a part: it goes back into the request, and nothing is lost."""

import pytest

from shared.complaints.enums import Outcome, Status
from shared.complaints.errors import TransitionNotAllowed
from shared.complaints.models import Complaint
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from shared.register.models import RegisterCase
from shared.register.services import register_project
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.errors import ProofRequired
from tenants.case_access.services.case_parts import part_open, parts_of
from tenants.custody.errors import NotAPart, ObjectionTermPassed, OfferAnswered, PartAnswered
from tenants.custody.selectors import departures_of
from tenants.custody.services.offers import offer_accept
from tenants.custody.services.splits import part_object
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Arbitration, TransferOffer
from tests.support.custody import Moving, hand_over, more_agencies, offer, request_filed
from tests.support.moments import days_later
from tests.support.parts import (
    WATER,
    WHOLE,
    accept,
    answer,
    open_offer,
    part_token,
    refuse_part,
    split,
)
from tests.tenants.isolation.test_public_rows import figures, news, rebuild

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(roads):
    return request_filed(roads, body=WHOLE)


def lines():
    while register_project(is_last=True):
        pass
    rows = RegisterCase.objects.values_list("agency_code", "reference", "ending")
    return sorted(rows)


def test_objection_while_the_part_is_offered_ends_the_offer(one, roads, water):
    part = split(one, water)
    made = open_offer(part)
    part_object(token=part_token(one, part))
    with pytest.raises(OfferAnswered):
        offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    assert gateway.case_show(token=part_token(one, part)).is_given_back is True
    assert lines() == [("roads", one.reference, "open")]
    with agency_context(roads):
        assert Mail.objects.filter(letter="part_joined", reference=one.reference).count() == 1


def test_objection_after_the_acceptance_brings_the_part_back_with_all_that_was_said(
    one, roads, water
):
    part = split(one, water)
    accept(part, water)
    gateway.message_add(token=part_token(one, part), body="It is brown in the morning too.")
    due_on = one.shown().due_on
    with clock.travel(days_later(7)):
        part_object(token=part_token(one, part))
        shown = gateway.case_show(token=part_token(one, part))
        assert (shown.is_given_back, shown.body) == (True, WATER)
        assert [message.body for message in shown.messages] == ["It is brown in the morning too."]
        assert Moving(part, "").holder == roads
        assert one.shown().due_on == due_on
        assert lines() == sorted([("roads", one.reference, "open"), ("water", part, "transferred")])
        with agency_context(water):
            row = Complaint.objects.get(reference=part)
            assert (row.body, row.is_given_back, row.status) == ("", False, "transferred")
        answer(one.reference, roads)
        assert parts_of(token=one.token).is_answered is True


def test_objection_is_possible_on_the_seventh_day_and_not_on_the_eighth(one, water):
    part = split(one, water)
    with clock.travel(days_later(8)):
        with pytest.raises(ObjectionTermPassed):
            part_object(token=part_token(one, part))
        assert [item.object_until for item in parts_of(token=one.token).parts] == [None, None]
    with clock.travel(days_later(7)):
        assert parts_of(token=one.token).parts[1].object_until == clock.today()
        part_object(token=part_token(one, part))
        with pytest.raises(ObjectionTermPassed):
            part_object(token=part_token(one, part))


def test_answered_part_is_not_given_back(one, water):
    part = split(one, water)
    accept(part, water)
    answer(part, water)
    with pytest.raises(PartAnswered):
        part_object(token=part_token(one, part))
    assert parts_of(token=one.token).parts[1].object_until is None


def test_part_of_which_its_holders_own_rows_say_that_it_is_answered_stays_and_is_reopened(
    one, water
):
    part = split(one, water)
    accept(part, water)
    with agency_context(water):
        Complaint.objects.filter(reference=part).update(
            status=Status.ANSWERED, answered_at=clock.now(), outcome=Outcome.UPHELD
        )

    with pytest.raises(PartAnswered):
        part_object(token=part_token(one, part))
    gateway.case_reopen(token=part_token(one, part), body="I have had no reply.")

    assert gateway.case_show(token=part_token(one, part)).status == Status.REOPENED
    with pytest.raises(PartAnswered):
        part_object(token=part_token(one, part))


def test_part_of_which_its_holders_own_rows_say_that_it_was_withdrawn_stays_closed(one, water):
    part = split(one, water)
    accept(part, water)
    with agency_context(water):
        Complaint.objects.filter(reference=part).update(status=Status.WITHDRAWN)

    with pytest.raises(PartAnswered):
        part_object(token=part_token(one, part))
    with pytest.raises(TransitionNotAllowed):
        gateway.case_reopen(token=part_token(one, part), body="I have had no reply.")


def test_objection_needs_the_full_proof_and_a_part(one, water):
    part = split(one, water)
    issued = gateway.tracking_open(reference=part, kind=KeyKind.EMAIL, value="person@example.org")
    with pytest.raises(ProofRequired):
        part_object(token=issued.token)
    with pytest.raises(NotAPart):
        part_object(token=one.token)


def test_objection_after_the_whole_was_answered_leaves_an_answer_to_be_given(one, roads, water):
    part = split(one, water)
    accept(part, water)
    answer(one.reference, roads)
    part_object(token=part_token(one, part))
    shown = gateway.case_show(token=part_token(one, part))
    assert (shown.is_given_back, shown.status) == (False, "received")
    assert lines() == sorted([("roads", one.reference, "open"), ("water", part, "transferred")])
    answer(part, roads)
    assert lines() == sorted([("roads", one.reference, "answered"), ("water", part, "transferred")])
    assert parts_of(token=one.token).is_answered is True


def test_objection_ends_a_question_of_competence_and_offers_of_the_part(one, roads, water):
    part = split(one, water)
    refuse_part(part, water)
    offer(Moving(part, ""), water)
    refuse_part(part, water)
    assert Arbitration.objects.get(reference=part).decided_at is None
    part_object(token=part_token(one, part))
    assert Arbitration.objects.get(reference=part).is_lapsed is True
    assert gateway.case_show(token=part_token(one, part)).is_given_back is True


@pytest.mark.slow
def test_objection_takes_along_what_the_taker_cut_out_in_turn(one, roads, water):
    part = split(one, water)
    accept(part, water)
    inner = split(Moving(part, ""), roads, body="The water is brown at night.")
    part_object(token=part_token(one, part))
    assert not TransferOffer.objects.filter(state="offered").exists()
    for reference in (part, inner):
        shown = gateway.case_show(token=part_open(token=one.token, reference=reference).token)
        assert shown.is_given_back is True
    assert lines() == sorted([("roads", one.reference, "open"), ("water", part, "transferred")])


def test_objection_follows_the_whole_to_the_agency_that_holds_it(one, roads, water):
    part = split(one, water)
    accept(part, water)
    hand_over(one, water)
    part_object(token=part_token(one, part))
    # The agency holds both: the part is closed there, and the whole answers it.
    assert gateway.case_show(token=part_token(one, part)).is_given_back is True
    assert lines() == sorted(
        [
            ("roads", one.reference, "transferred"),
            ("water", one.reference, "open"),
            ("water", part, "withdrawn"),
        ]
    )


def test_nothing_is_done_to_a_part_that_was_given_back(one, roads, water):
    part = split(one, water)
    part_object(token=part_token(one, part))
    with pytest.raises(TransitionNotAllowed):
        offer(Moving(part, ""), water)
    with pytest.raises(TransitionNotAllowed):
        gateway.case_withdraw(token=part_token(one, part))
    with pytest.raises(TransitionNotAllowed):
        gateway.case_reopen(token=part_token(one, part), body="Open it again, please.")
    with pytest.raises(TransitionNotAllowed):
        answer(part, roads)


def test_who_gave_a_part_back_announces_nothing_of_it(one, roads, water):
    """Neither an offer nor a decision says that it has left: the record of parts does."""
    part = split(one, water)
    accept(part, water)
    part_object(token=part_token(one, part))
    lines()
    before = figures()
    with agency_context(water):
        news(part, 9, "answered", "answered", clock.now()).save(force_insert=True)
        assert departures_of(references=[part]).keys() >= {(water.schema_name, part)}

    lines()

    assert figures() == before
    rebuild(roads, water)
    assert figures() == before


@pytest.mark.slow
def test_part_that_came_back_counts_until_it_leaves_again(one, roads, water):
    more_agencies("ports")
    part = split(one, water)
    accept(part, water)
    answer(one.reference, roads)
    part_object(token=part_token(one, part))
    hand_over(Moving(part, ""), Agency.objects.get(code="ports"))
    lines()
    projected = figures()
    assert [row["ending"] for row in projected if row["reference"] == part] == [
        "open",
        "transferred",
    ]

    rebuild(roads, water, Agency.objects.get(code="ports"))

    assert figures() == projected
