"""A part is no request of the agency that cut it out: no figure counts it there."""

from datetime import timedelta

import pytest

from agency_console.casework.selectors.custody import parts_of_case
from shared.complaints.errors import (
    AlreadyOffered,
    PartOfWhole,
    PartsNotTaken,
    TransitionNotAllowed,
)
from shared.complaints.models import Complaint
from shared.complaints.selectors import case_events
from shared.complaints.selectors.reply_tallies import reply_tallies
from shared.complaints.selectors.weekly import weekly_load
from shared.complaints.services import case_merge
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.register.models import RegisterCase
from shared.register.selectors.snapshot import snapshot_taken
from shared.register.services import register_project, register_rebuild
from shared.units.types import UnitScope
from tenants.case_access import gateway
from tenants.case_access.services.case_parts import parts_of
from tenants.custody.errors import PartBound
from tenants.custody.services.arbitration import arbitration_decide
from tenants.custody.services.splits import part_take_back
from tenants.isolation.schema_switch import agency_context
from tenants.models import TransferOffer
from tests.support.custody import (
    DECISION,
    OVERSEER,
    Moving,
    competence_asked,
    hand_over,
    more_agencies,
    offer,
    request_filed,
)
from tests.support.factories import mailbox_answered, organisation_of
from tests.support.moments import days_later
from tests.support.parts import (
    WHOLE,
    accept,
    answer,
    open_offer,
    part_token,
    refuse_part,
    split,
    take_back,
)
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(roads):
    return request_filed(roads, body=WHOLE)


@pytest.fixture
def ports():
    (found,) = more_agencies("ports")
    organisation_of(found)
    return found


def published(*agencies):
    """Everything that is published or reported of these agencies, and the same after a rebuild."""
    while register_project(is_last=True):
        pass
    shown = snapshot_taken(as_of=clock.now())
    register_rebuild(
        schemas=[one.schema_name for one in agencies], events_of=gateway.outbox_events_of
    )
    assert snapshot_taken(as_of=clock.now()) == shown
    return shown, [own_reports(one) for one in agencies]


def own_reports(agency):
    """What the agency's own console counts: its reports and its weeks."""
    everything = UnitScope(unit_ids=None)
    today = clock.today()
    with agency_context(agency):
        tallies = reply_tallies(
            first=today - timedelta(days=90), last=today, kind=None, scope=everything, user_id=0
        )
        return tallies, weekly_load(today=today, weeks=2, scope=everything, user_id=0)


def lines(*references):
    """The lines of the register: agency, reference, how the first wait ended."""
    while register_project(is_last=True):
        pass
    rows = RegisterCase.objects.filter(reference__in=references)
    return sorted(rows.values_list("agency_code", "reference", "ending"))


@pytest.mark.slow
def test_ten_invented_parts_taken_back_and_answered_change_no_figure(one, roads, water):
    with clock.travel(days_later(3)):
        before = published(roads, water)
        for _number in range(10):
            part = split(one, water)
            take_back(part, roads)
            with pytest.raises(TransitionNotAllowed):
                answer(part, roads)
        assert published(roads, water) == before
        answer(one.reference, roads)
        shown, _own = published(roads, water)
    assert shown["agencies"].keys() == {"roads"}
    assert lines(one.reference) == [("roads", one.reference, "answered")]
    assert RegisterCase.objects.count() == 1


@pytest.mark.slow
def test_parts_answered_after_the_whole_are_no_request_and_keep_its_line_open(one, roads, water):
    parts = [split(one, water) for _number in range(3)]
    answer(one.reference, roads)
    assert lines(one.reference, *parts) == [("roads", one.reference, "open")]
    with clock.travel(days_later(12)):
        for part in parts:
            # The whole has ended, so there is nothing into which the part could go back.
            take_back(part, roads)
            answer(part, roads)
        before = published(roads, water)
        assert lines(one.reference, *parts) == [("roads", one.reference, "answered")]
        # A request of several parts is answered when its last part is.
        assert RegisterCase.objects.get().waited == 12
        assert published(roads, water) == before


def test_row_that_says_that_a_part_is_a_request_gives_no_line(one, roads, water):
    part = split(one, water)
    with agency_context(roads):
        Complaint.objects.filter(reference=part).update(cut_from=None)
    answer(part, roads)
    published(roads, water)

    assert lines(one.reference, part) == [("roads", one.reference, "open")]


def test_accepted_part_is_one_line_of_who_took_it(one, roads, water):
    with clock.travel(days_later(4)):
        parts = [split(one, water) for _number in range(2)]
        answer(one.reference, roads)
        accept(parts[0], water)
    with clock.travel(days_later(7)):
        accept(parts[1], water)
        answer(parts[0], water)
        published(roads, water)
        assert lines(one.reference, *parts) == sorted(
            [
                ("roads", one.reference, "answered"),
                ("water", parts[0], "answered"),
                ("water", parts[1], "open"),
            ]
        )
        found = {row.reference: row.waited for row in RegisterCase.objects.all()}
    # Its line waits until the last part is with another agency; who took one counts from there on.
    assert found == {one.reference: 7, parts[0]: 3, parts[1]: None}


@pytest.mark.slow
def test_part_refused_twice_and_decided_for_the_cutter_goes_back_into_the_whole(one, roads, water):
    before = published(roads, water)
    part = split(one, water)
    refuse_part(part, water)
    with pytest.raises(PartOfWhole):
        answer(part, roads)
    offer(type(one)(part, ""), water)
    refuse_part(part, water)
    arbitration_decide(
        reference=part,
        organisation_code=organisation_of(roads).code,
        text=DECISION,
        actor=OVERSEER,
    )
    with agency_context(roads):
        row = Complaint.objects.get(reference=part)
        assert (row.status, row.is_given_back) == ("withdrawn", True)
    assert published(roads, water) == before
    assert parts_of(token=one.token).total == 1


def test_part_decided_for_the_other_agency_is_its_line(one, roads, water):
    part = split(one, water)
    refuse_part(part, water)
    offer(type(one)(part, ""), water)
    refuse_part(part, water)
    arbitration_decide(
        reference=part, organisation_code=organisation_of(water).code, text=DECISION, actor=OVERSEER
    )
    assert lines(one.reference, part) == sorted(
        [("roads", one.reference, "open"), ("water", part, "open")]
    )


def test_part_that_comes_back_by_a_decision_goes_into_the_whole(one, roads, water):
    part = split(one, water)
    accept(part, water)
    offer(type(one)(part, ""), roads)
    arbitration_decide(
        reference=part, organisation_code=organisation_of(roads).code, text=DECISION, actor=OVERSEER
    )
    assert lines(one.reference, part) == sorted(
        [("roads", one.reference, "open"), ("water", part, "transferred")]
    )
    answer(one.reference, roads)
    published(roads, water)
    assert lines(one.reference, part) == sorted(
        [("roads", one.reference, "answered"), ("water", part, "transferred")]
    )


def test_part_refused_once_can_be_given_back_by_hand(one, roads, water):
    part = split(one, water)
    refuse_part(part, water)
    part_take_back(agency=roads, reference=part, actor=SYSTEM)
    assert gateway.case_show(token=part_token(one, part)).is_given_back is True
    # And at once while it is offered.
    other = split(one, water)
    part_take_back(agency=roads, reference=other, actor=SYSTEM)
    assert gateway.case_show(token=part_token(one, other)).is_given_back is True
    assert not TransferOffer.objects.filter(state="offered").exists()


def test_request_does_not_leave_while_its_parts_are_with_nobody_else(one, roads, water):
    part = split(one, water)
    with pytest.raises(PartsNotTaken):
        offer(one, water)
    take_back(part, roads)
    assert offer(one, water) is not None
    # And nothing is cut out of a request that may leave at any moment.
    with pytest.raises(AlreadyOffered):
        split(one, water)


def test_part_is_neither_split_nor_merged_before_another_agency_has_it(one, roads, water):
    part = split(one, water)
    with pytest.raises(PartOfWhole):
        split(type(one)(part, ""), water)
    other = request_filed(roads)
    mailbox_answered(part, other.reference)
    for merged, into in ((part, other.reference), (other.reference, part)):
        with agency_context(roads), pytest.raises((PartOfWhole, AlreadyOffered)):
            case_merge(reference=merged, into=into, actor=SYSTEM)
    with agency_context(roads):
        assert not Complaint.objects.filter(merged_into__isnull=False).exists()


def decided_for(one, agency):
    """National oversight says that this agency is competent for the whole."""
    arbitration_decide(
        reference=one.reference,
        organisation_code=organisation_of(agency).code,
        text=DECISION,
        actor=OVERSEER,
    )


def test_part_with_the_whole_text_does_not_undo_a_binding_decision(one, roads, water):
    competence_asked(one, water)
    decided_for(one, roads)
    with pytest.raises(PartBound):
        split(one, water, body=WHOLE)


@pytest.mark.parametrize("is_taken", repeats([False, True], keep=1))
def test_nor_does_a_part_that_goes_by_another_agency(is_taken, one, roads, water, ports):
    competence_asked(one, water)
    decided_for(one, roads)
    part = Moving(split(one, ports, body=WHOLE), "")
    if is_taken:
        accept(part.reference, ports)
    else:
        refuse_part(part.reference, ports)

    with pytest.raises(PartBound):
        offer(part, water)
    # Who is competent for the whole may be asked: oversight decides, for it had the part before.
    if is_taken:
        assert offer(part, roads) is None


@pytest.mark.slow
def test_nor_does_an_offer_of_before_the_decision(one, roads, water, ports):
    part = Moving(split(one, ports, body=WHOLE), "")
    accept(part.reference, ports)
    competence_asked(one, water)
    offer(part, water)
    decided_for(one, roads)

    with pytest.raises(PartBound):
        accept(part.reference, water)


def test_row_of_the_sender_does_not_say_who_wrote_a_part(one, roads, water):
    part = split(one, water)
    with agency_context(roads):
        Complaint.objects.filter(reference=part).update(cut_by_code="", cut_from=None)
        Complaint.objects.filter(reference=part).update(is_part=False)
    accept(part, water)
    with agency_context(water):
        row = Complaint.objects.get(reference=part)
    assert (row.is_part, row.cut_by_code) == (True, "roads")
    # Nor can it say of a whole request that somebody else wrote it.
    with agency_context(roads):
        Complaint.objects.filter(reference=one.reference).update(is_part=True, cut_by_code="health")
    hand_over(one, water)
    with agency_context(water):
        row = Complaint.objects.get(reference=one.reference)
    assert (row.is_part, row.cut_by_code) == (False, "")


def test_offer_of_a_part_that_lapsed_is_open(one, water):
    assert open_offer(split(one, water)).state == "offered"


def test_part_whose_whole_has_ended_is_not_given_back_and_its_offer_stays(one, roads, water):
    part = split(one, water)
    answer(one.reference, roads)

    with pytest.raises(TransitionNotAllowed):
        part_take_back(agency=roads, reference=part, actor=SYSTEM)

    assert open_offer(part).state == "offered"
    with agency_context(roads):
        case = Complaint.objects.get(reference=part)
        assert not parts_of_case(case, case_events(case)).may_give_back
