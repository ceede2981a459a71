"""To which bodies a case may go, whatever page or program names them."""

import pytest

from shared.complaints.types.custody import PartDraft
from shared.directory.models import Organisation
from shared.kernel.actors import SYSTEM
from tenants.agencies.errors import OrganisationNotServed
from tenants.custody.errors import NobodyToReceive, OfferToOneself
from tenants.custody.services.arbitration import arbitration_decide
from tenants.custody.services.offers import offer_make
from tenants.custody.services.splits import case_split
from tenants.custody.types import OfferDraft
from tenants.models import Route, TransferOffer
from tenants.models.enums import TransferReason
from tests.support.custody import (
    DECISION,
    NOTE,
    OVERSEER,
    competence_asked,
    offer,
    request_filed,
)
from tests.support.factories import organisation_of

pytestmark = pytest.mark.django_db

REFUSES = {"accepts": False} | {f"refusal_{one}": "A court." for one in ("ar", "fr", "en")}


def change(agency, **values):
    Organisation.objects.filter(code=organisation_of(agency).code).update(**values)


@pytest.fixture
def one(roads, water):
    organisation_of(roads)
    organisation_of(water)
    return request_filed(roads)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [(REFUSES, OrganisationNotServed), ({"is_active": False}, NobodyToReceive)],
    ids=["takes no requests", "no longer in use"],
)
def test_body_to_which_the_portal_passes_nothing_is_offered_and_assigned_nothing(
    one, roads, water, values, refusal
):
    competence_asked(one, water)
    other = request_filed(roads)
    change(water, **values)

    with pytest.raises(refusal) as refused:
        offer(other, water)
    assert refused.value.field == "organisation_code"
    with pytest.raises(refusal):
        arbitration_decide(
            reference=one.reference, organisation_code="water", text=DECISION, actor=OVERSEER
        )
    assert (one.holder, TransferOffer.objects.filter(state="offered").count()) == (roads, 0)


def test_part_is_not_cut_out_for_a_body_that_takes_no_requests(one, roads, water):
    change(water, **REFUSES)
    with pytest.raises(OrganisationNotServed):
        case_split(
            agency=roads,
            reference=one.reference,
            part=PartDraft(subject="Water", body="The water in this street is brown."),
            offer=OfferDraft(
                organisation_code="water", reason=TransferReason.COMPETENCE, note=NOTE
            ),
            actor=SYSTEM,
        )
    assert Route.objects.count() == 1


def test_decided_case_stays_with_its_holder_whose_body_takes_no_new_requests(one, roads, water):
    competence_asked(one, water)
    change(roads, **REFUSES)

    moved = arbitration_decide(
        reference=one.reference, organisation_code="roads", text=DECISION, actor=OVERSEER
    )

    assert (moved, one.holder) == (False, roads)


def test_body_below_one_of_the_agencys_own_is_its_own(one, roads):
    above = organisation_of(roads)
    Organisation.objects.create(
        code="tunnels", kind="other", name_ar="t", name_fr="t", name_en="t", parent=above
    )
    draft = OfferDraft(organisation_code="tunnels", reason=TransferReason.COMPETENCE, note=NOTE)

    with pytest.raises(OfferToOneself):
        offer_make(agency=roads, reference=one.reference, draft=draft, actor=SYSTEM)
    assert one.shown().offered_to == ""
