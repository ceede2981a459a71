"""Offers that are refused, lapse, go round in circles or meet an agency that has ended."""

from datetime import date

import pytest

from agency_console.casework.enums import DraftAct
from agency_console.casework.errors import TextBeingSent
from agency_console.casework.models import CaseDraft
from shared.complaints import services
from shared.complaints.enums import EventKind, Privacy, Status
from shared.complaints.errors import ReviewWaits
from shared.complaints.models import Complaint
from shared.directory.models import Organisation
from shared.directory.selectors.organisation_tree import ORIENTATION
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.identifiers import uuid7
from shared.mail.models import Mail
from tenants.case_access import gateway
from tenants.case_access.services.reviews import review_ask
from tenants.custody.errors import (
    ArbitrationWaits,
    BoundByDecision,
    NobodyToReceive,
    OfferAnswered,
    OfferToOneself,
    ReceiverClosed,
)
from tenants.custody.selectors import arbitration_of, arbitrations_waiting
from tenants.custody.services.arbitration import arbitration_decide, arbitration_file
from tenants.custody.services.offers import answer_by, offer_accept, offer_make, offers_lapse
from tenants.custody.types import OfferDraft
from tenants.fleet.services.lifecycle.states import agency_archive, agency_suspend
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Arbitration, TransferOffer
from tenants.models.enums import ArbitrationCause, OfferState, TransferReason
from tests.support.custody import (
    DECISION,
    NOTE,
    OVERSEER,
    assert_refused,
    hand_over,
    more_agencies,
    offer,
    refuse,
    request_filed,
    statements_on,
)
from tests.support.factories import organisation_of, staff
from tests.support.moments import days_later
from tests.support.sampling import one_in

pytestmark = pytest.mark.django_db


def later(days):
    return clock.travel(days_later(days))


def decide(one, competent):
    return arbitration_decide(
        reference=one.reference, organisation_code=competent.code, text=DECISION, actor=OVERSEER
    )


@pytest.fixture
def one(roads, water):
    offer_bodies(roads, water)
    return request_filed(roads)


def offer_bodies(*agencies):
    for agency in agencies:
        organisation_of(agency)


def test_five_working_days_leave_out_weekends_and_holidays(db):
    # From Thursday: Friday, Monday, Tuesday, Wednesday, Thursday.
    assert answer_by(today=date(2026, 11, 26)) == date(2026, 12, 3)


def test_silence_ends_an_offer_after_its_days_and_counts_as_a_refusal(one, roads, water):
    made = offer(one, water)
    assert offers_lapse() == 0
    with later(10):
        assert (offers_lapse(), offers_lapse()) == (1, 0)
        assert TransferOffer.objects.get(pk=made.pk).state == OfferState.LAPSED
        assert one.shown().timeline[-1].kind == EventKind.TRANSFER_LAPSED
        offer(one, water)
    with later(20):
        offers_lapse()
        (waiting,) = arbitrations_waiting()
        assert (waiting.reference, waiting.cause) == (
            one.reference,
            ArbitrationCause.REFUSED_TWICE,
        )


def test_offer_of_an_agency_that_cannot_be_entered_does_not_keep_the_others_from_lapsing(
    one, roads, water
):
    (ports,) = more_agencies("ports")
    offer_bodies(ports)
    kept, lapsed = offer(one, water), offer(request_filed(ports), water)
    Agency.objects.filter(pk=roads.pk).update(version="0" * 64)
    with later(10):
        assert offers_lapse() == 1
    states = [TransferOffer.objects.get(pk=row.pk).state for row in (kept, lapsed)]
    assert states == [OfferState.OFFERED, OfferState.LAPSED]


def test_refused_twice_national_oversight_decides_and_the_decision_binds(one, roads, water):
    (ports,) = more_agencies("ports")
    offer_bodies(ports)
    refuse(one, water)
    refuse(one, ports)
    assert arbitrations_waiting()[0].holder.code == "roads"
    with pytest.raises(ArbitrationWaits):
        offer(one, ports)

    assert decide(one, ports) is True
    assert one.holder == ports
    with pytest.raises(BoundByDecision):
        offer(one, roads)
    assert arbitration_of(reference=one.reference).competent.code == "ports"


def test_decided_case_may_stay_where_it_is(one, roads, water):
    refuse(one, water)
    refuse(one, water)
    assert decide(one, roads) is False
    assert (one.holder, one.shown().timeline[-1].kind) == (roads, EventKind.COMPETENCE_DECIDED)
    with pytest.raises(BoundByDecision):
        offer(one, water)


def test_two_agencies_that_name_each_other_are_decided_on(one, roads, water):
    hand_over(one, water)
    assert offer(one, roads) is None
    assert arbitrations_waiting()[0].cause == ArbitrationCause.RETURNED

    assert decide(one, roads) is True
    shown = one.shown()
    assert (one.holder, [step.agency_code for step in shown.custody]) == (
        roads,
        ["roads", "water", ""],
    )
    assert shown.body != ""


def test_case_that_was_answered_meanwhile_needs_no_decision(one, roads, water):
    refuse(one, water)
    refuse(one, water)
    gateway.case_withdraw(token=one.token)
    assert arbitrations_waiting() == []
    assert Arbitration.objects.get().is_lapsed is True


def test_national_oversight_reads_the_case_that_it_decides_and_its_citizen_sees_that(
    one, roads, water
):
    refuse(one, water)
    refuse(one, water)
    found = arbitration_file(reference=one.reference, actor=OVERSEER)
    assert (len(found.offers), found.case.reference) == (2, one.reference)
    assert len(one.shown().oversight_accesses) == 1


def test_nobody_is_asked_who_cannot_answer(one, roads, water):
    with pytest.raises(OfferToOneself):
        offer(one, roads)
    agency_suspend(agency_code="water", reason="No contract any more.", actor=SYSTEM)
    with pytest.raises(ReceiverClosed):
        offer(one, water)
    assert one.holder == roads


def test_body_for_which_nobody_answers_gets_a_letter_and_no_offer(one, roads):
    Organisation.objects.create(
        code="far-body", kind="institution", name_ar="b", name_fr="b", name_en="b"
    )
    draft = OfferDraft(organisation_code="far-body", reason=TransferReason.COMPETENCE, note=NOTE)
    with pytest.raises(NobodyToReceive):
        offer_make(agency=roads, reference=one.reference, draft=draft, actor=SYSTEM)


def test_agency_that_is_suspended_meanwhile_cannot_accept_and_its_offer_ends(one, roads, water):
    made = offer(one, water)
    agency_suspend(agency_code="water", reason="No contract any more.", actor=SYSTEM)
    with pytest.raises(ReceiverClosed):
        offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    assert offers_lapse() == 1
    assert (one.holder, one.shown().status) == (roads, Status.RECEIVED)


def test_agency_that_is_archived_meanwhile_cannot_accept_and_its_offer_ends(one, roads, water):
    made = offer(one, water)
    agency_archive(agency_code="water", reason="It ends.", actor=SYSTEM, successor_code="roads")
    with pytest.raises(ReceiverClosed):
        offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    assert offers_lapse() == 1
    assert one.holder == roads


def test_offer_to_an_agency_in_whose_place_others_act_can_be_accepted(one, roads, water):
    made = offer(one, water)
    agency_suspend(agency_code="water", reason="Nobody answers there.", actor=SYSTEM)
    Agency.objects.filter(pk=water.pk).update(taken_over_at=clock.now())
    assert offers_lapse() == 0
    offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    assert one.holder == water


def test_offer_of_an_agency_that_is_suspended_meanwhile_can_be_accepted(one, roads, water):
    made = offer(one, water)
    agency_suspend(agency_code="roads", reason="No contract any more.", actor=SYSTEM)
    offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    assert (one.holder, one.shown().status) == (water, Status.RECEIVED)


@pytest.mark.slow
@pytest.mark.parametrize("privacy", Privacy)
def test_ten_transfers_lose_nothing(roads, water, privacy):
    codes = [f"line{number}" for number in range(1, 9)]
    chain = [roads, water, *more_agencies(*codes)]
    offer_bodies(*chain)
    one = request_filed(roads, privacy=privacy)
    for number, agency in enumerate([*chain[1:], None]):
        with clock.travel(days_later(number * 3)):
            gateway.message_add(token=one.token, body=f"Message {number}")
            if agency is not None:
                hand_over(one, agency)
    with clock.travel(days_later(40)):
        shown = one.shown()
        assert [message.body for message in shown.messages] == [
            f"Message {number}" for number in range(len(chain))
        ]
        assert len(shown.custody) == len(chain)
        assert sum(step.days for step in shown.custody) == shown.clock.elapsed == 40
        assert one.holder == chain[-1]


def test_case_under_review_stays_until_that_is_decided(one, roads, water):
    made = offer(one, water)
    with later(70):
        # Its offer has lapsed in the meantime; a second one meets the review.
        offers_lapse()
        review_ask(token=one.token, reason="Nobody has answered me for seventy days.")
        with pytest.raises(ReviewWaits):
            offer(one, water)
    assert made is not None


@pytest.mark.parametrize(
    "statement",
    one_in(2, statements_on("tenants_transferoffer", "tenants_arbitration", "tenants_casemove")),
)
def test_no_agency_reads_or_writes_an_offer_itself(one, roads, water, statement):
    offer(one, water)
    for agency in (roads, water):
        assert_refused(agency, statement)


def test_late_answer_finds_the_offer_ended(one, roads, water):
    made = offer(one, water)
    with later(10):
        offers_lapse()
        with pytest.raises(OfferAnswered):
            offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)


@pytest.mark.parametrize("act", [DraftAct.REPLY, DraftAct.MESSAGE])
def test_text_that_is_about_to_leave_is_earlier_than_the_acceptance(one, roads, water, act):
    made, officer = offer(one, water), staff(roads)
    with agency_context(roads):
        case = Complaint.objects.get(reference=one.reference)
        CaseDraft.objects.create(
            id=uuid7(), complaint=case, officer=officer, act=act,
            version=case.version, saved_at=clock.now(), pressed_at=clock.now(),
        )  # fmt: skip
    with pytest.raises(TextBeingSent):
        offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    assert one.holder == roads


def test_officer_who_offered_hears_that_nobody_took_the_case_over(one, roads, water):
    officer = staff(roads)
    with agency_context(roads):
        services.complaint_assign(reference=one.reference, officer=officer, actor=SYSTEM)
    refuse(one, water)
    with agency_context(roads):
        letters = Mail.objects.filter(letter="case_notice", to=officer.email)
        assert [row.context["what"] for row in letters.order_by("queued_at")] == ["offer_refused"]


def test_case_is_not_decided_to_the_desk_for_a_body_that_nobody_answers_for(one, roads, water):
    (desk,) = more_agencies("orientation-desk")
    organisation_of(desk)
    Organisation.objects.create(
        code=ORIENTATION, kind="institution", name_ar="d", name_fr="d", name_en="d",
        agency_code=desk.code,
    )  # fmt: skip
    Organisation.objects.create(
        code="far-body", kind="institution", name_ar="b", name_fr="b", name_en="b"
    )
    refuse(one, water)
    refuse(one, water)
    with pytest.raises(NobodyToReceive):
        arbitration_decide(
            reference=one.reference, organisation_code="far-body", text=DECISION, actor=OVERSEER
        )
    assert one.holder == roads
