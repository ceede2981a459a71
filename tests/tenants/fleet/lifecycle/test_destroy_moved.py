"""What was handed on before its agency is destroyed goes on; what was not is forgotten wholly."""

import pytest

from shared.kernel import clock
from tenants.case_access.services.reviews import review_ask, review_decide, review_of
from tenants.models import Arbitration, CaseSplit, Review, TransferOffer
from tenants.models.enums import ReviewDecision
from tests.support.custody import (
    OVERSEER,
    arbitration_kept,
    hand_over,
    offer_row,
    request_filed,
)
from tests.support.factories import organisation_of
from tests.support.moments import days_later
from tests.tenants.fleet.lifecycle.agencies_to_destroy import archived, ask, confirm, lived, work

pytestmark = pytest.mark.django_db


def destroyed(agency):
    archived(agency)
    ask()
    confirm()
    assert work().fault_text == ""


def test_review_of_a_request_that_was_handed_on_stays_with_it(ports, water):
    organisation_of(ports)
    organisation_of(water)
    one = request_filed(ports)
    with clock.travel(days_later(61)):
        review_ask(token=one.token, reason="Nobody has answered me for two months.")
        review_decide(
            reference=one.reference,
            decision=ReviewDecision.SENT_BACK,
            text="It is to be examined at once by another officer.",
            actor=OVERSEER,
        )
        hand_over(one, water)

        destroyed(ports)

        assert one.holder == water
        found = review_of(token=one.token)
        assert found is not None
        assert found.decision == ReviewDecision.SENT_BACK
        assert TransferOffer.objects.filter(reference=one.reference).count() == 1


def test_nothing_in_the_public_schema_tells_of_a_destroyed_request(ports, roads, water):
    gone = lived(ports).reference
    offer_row(sender=ports, receiver=water, reference=gone)
    TransferOffer.objects.update(state="ended", answered_at=clock.now())
    arbitration_kept(gone, ports)
    CaseSplit.objects.create(part_reference=gone, main_reference=gone, split_at=clock.now())
    Review.objects.create(
        id=Arbitration.objects.get().pk,
        reference=gone,
        # Another agency had it at that time.
        schema_name=water.schema_name,
        cause="refused",
        reason="The words of the citizen.",
        asked_at=clock.now(),
        due_on=clock.today(),
        decision=ReviewDecision.LAPSED,
        decided_at=clock.now(),
    )

    destroyed(ports)

    counts = {
        model.__name__: model._default_manager.count()
        for model in (TransferOffer, Arbitration, Review, CaseSplit)
    }
    assert counts == dict.fromkeys(counts, 0)
