"""What counts as a refusal where another body is competent: the letter does, an accepted offer not.

Whoever offers the case has refused nobody: the person goes on waiting, and the clock too.
"""

import pytest

from shared.complaints import services
from shared.complaints.types import DirectionDraft
from shared.kernel.actors import CITIZEN
from shared.kernel.text import Wording
from shared.register.models import RegisterCase
from shared.register.services import register_project
from tenants.isolation.schema_switch import agency_context
from tests.support.custody import hand_over, offer, refuse, request_filed
from tests.support.factories import officer_actor, staff

pytestmark = pytest.mark.django_db


def letter(one, agency):
    """Name a body that nobody answers for on the portal, and end the case so."""
    officer = staff(agency)
    draft = DirectionDraft(
        organisation_code="",
        organisation=Wording(ar="المحكمة", fr="Tribunal", en="Court"),
        explanation="The matter belongs to the court of the district.",
        way_on="Registry of the court, open from 8.30.",
    )
    with agency_context(agency):
        services.complaint_direct(
            reference=one.reference,
            draft=draft,
            agency_code=agency.code,
            officer=officer,
            actor=officer_actor(officer),
        )


def known(one, code):
    """How the first wait ended at an agency, and whether a refusal of it did not stand."""
    register_project(limit=1_000)
    row = RegisterCase.objects.get(agency_code=code, reference=one.reference)
    return row.ending, row.reopened_count, row.refusal_reversed


def test_an_offer_that_was_accepted_is_no_refusal_of_the_agency_that_made_it(roads, water):
    one = request_filed(roads)
    hand_over(one, water)

    assert known(one, "roads") == ("transferred", 0, False)
    assert known(one, "water") == ("open", 0, False)


@pytest.mark.parametrize("end", [offer, refuse])
def test_an_offer_that_waits_or_was_not_accepted_is_no_refusal_either(roads, water, end):
    one = request_filed(roads)
    end(one, water)

    # The case is still owed a reply, and its days count.
    assert known(one, "roads") == ("open", 0, False)


def test_a_letter_that_names_a_body_is_a_refusal(roads):
    one = request_filed(roads)
    letter(one, roads)

    assert known(one, "roads") == ("inadmissible", 0, False)


def test_a_refusal_whose_case_is_handed_over_later_stays_a_contested_refusal(roads, water):
    """The person was sent away first; who takes the case over later has refused nothing."""
    one = request_filed(roads)
    letter(one, roads)
    with agency_context(roads):
        services.complaint_reopen(reference=one.reference, body="It is you.", actor=CITIZEN)
    hand_over(one, water)

    assert known(one, "roads") == ("inadmissible", 1, False)
    assert known(one, "water") == ("open", 0, False)
