"""A case that waits for one answer is not sent another way meanwhile."""

import pytest

from shared.complaints import services
from shared.complaints.enums import EventKind
from shared.complaints.errors import AlreadyOffered, CaseMerged, ReviewWaits
from shared.complaints.models import Complaint
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.case_access.services.reviews import review_ask
from tenants.custody.selectors import arbitrations_waiting
from tenants.custody.services.arbitration import arbitration_decide
from tenants.custody.services.offers import offer_accept, offer_refuse
from tenants.isolation.schema_switch import agency_context
from tenants.models import Arbitration, Route
from tests.support.custody import (
    DECISION,
    OVERSEER,
    REFUSAL,
    hand_over,
    more_agencies,
    offer,
    refuse,
    request_filed,
)
from tests.support.factories import mailbox_answered, organisation_of
from tests.support.moments import days_later
from tests.tenants.custody.test_split import split

pytestmark = pytest.mark.django_db

LATE = 61


@pytest.fixture
def one(roads, water):
    organisation_of(roads)
    organisation_of(water)
    return request_filed(roads)


def offered_to(one):
    with agency_context(one.holder):
        return Complaint.objects.get(reference=one.reference).offered_to


def merge(agency, reference, into):
    mailbox_answered(reference, into)
    with agency_context(agency):
        services.case_merge(reference=reference, into=into, actor=SYSTEM)


def test_offered_case_is_not_put_before_national_oversight_as_well(one, roads, water):
    (ports,) = more_agencies("ports")
    organisation_of(ports)
    hand_over(one, water)
    made = offer(one, ports)

    # The agency that had it before: national oversight would be asked.
    with pytest.raises(AlreadyOffered):
        offer(one, roads)

    assert (offered_to(one), Arbitration.objects.count()) == ("ports", 0)
    offer_accept(agency=ports, offer_id=made.pk, actor=SYSTEM)
    assert one.holder == ports


def test_merged_case_is_not_put_before_national_oversight(one, roads, water):
    hand_over(one, water)
    main = request_filed(water)
    merge(water, one.reference, into=main.reference)

    with pytest.raises(CaseMerged):
        offer(one, roads)

    assert Arbitration.objects.count() == 0


def test_offered_case_is_not_merged_into_another_one(one, roads, water):
    main = request_filed(roads)
    made = offer(one, water)

    with pytest.raises(AlreadyOffered):
        merge(roads, one.reference, into=main.reference)

    offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    assert one.holder == water


def test_case_before_national_oversight_is_not_merged_into_another_one(one, roads, water):
    main = request_filed(roads)
    refuse(one, water)
    refuse(one, water)

    with pytest.raises(AlreadyOffered):
        merge(roads, one.reference, into=main.reference)


def test_no_part_is_cut_out_of_a_case_that_waits_for_an_answer(one, roads, water):
    offer(one, water)
    with pytest.raises(AlreadyOffered):
        split(one, water)

    other = request_filed(roads)
    refuse(other, water)
    refuse(other, water)
    with pytest.raises(AlreadyOffered):
        split(other, water)
    assert Route.objects.count() == 2


def test_second_refusal_counts_though_a_review_waits_and_the_case_stays_until_then(
    one, roads, water
):
    refuse(one, water)
    with clock.travel(days_later(LATE)):
        made = offer(one, water)
        review_ask(token=one.token, reason="Nobody has answered me for two months.")

        assert offer_refuse(agency=water, offer_id=made.pk, reason=REFUSAL, actor=SYSTEM) is True

        assert [row.reference for row in arbitrations_waiting()] == [one.reference]
        assert one.shown().timeline[-1].kind == EventKind.COMPETENCE_ASKED
        with pytest.raises(ReviewWaits):
            arbitration_decide(
                reference=one.reference,
                organisation_code="water",
                text=DECISION,
                actor=OVERSEER,
            )
        assert one.holder == roads


def test_case_under_review_is_not_put_before_national_oversight_by_its_officer(one, roads, water):
    hand_over(one, water)
    with clock.travel(days_later(LATE)):
        review_ask(token=one.token, reason="Nobody has answered me for two months.")
        with pytest.raises(ReviewWaits):
            offer(one, roads)
