"""How parts of an agency answered: each share is of the cases that it counts."""

import pytest

from shared.complaints import services
from shared.complaints.models import Complaint
from shared.complaints.selectors.reply_tallies import reply_tallies
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.units.types import WHOLE_AGENCY
from tenants.isolation.schema_switch import agency_context
from tests.support.agency_states import REFUSAL
from tests.support.custody import hand_over, request_filed
from tests.support.factories import REPLY, filed, officer_actor, staff

pytestmark = pytest.mark.django_db


def tally(agency):
    """The counts of all cases of today."""
    today = clock.today()
    with agency_context(agency):
        (found,) = reply_tallies(first=today, last=today, kind=None, scope=WHOLE_AGENCY, user_id=0)
    return found


def decided(agency, reference, draft, officer):
    act = services.complaint_reply if draft is REPLY else services.complaint_refuse
    with agency_context(agency):
        if draft is REFUSAL:
            services.complaint_assign(
                reference=reference, officer=officer, actor=officer_actor(officer)
            )
        act(reference=reference, draft=draft, officer=officer, actor=officer_actor(officer))


def reopened(agency, reference):
    with agency_context(agency):
        services.complaint_reopen(reference=reference, body="No.", actor=CITIZEN)


def test_a_contested_refusal_stays_among_the_refusals_while_it_is_open(roads):
    officer = staff(roads)
    one, other = filed(roads).reference, filed(roads).reference
    for reference in (one, other):
        decided(roads, reference, REFUSAL, officer)
    reopened(roads, one)

    found = tally(roads)

    # Both latest replies were refusals: not one of two.
    assert (found.replied, found.refused) == (2, 2)


def test_a_refusal_answered_with_reasons_later_counts_as_a_refusal_no_more(roads):
    first, second = staff(roads), staff(roads, email="second@roads.example")
    reference = filed(roads).reference
    decided(roads, reference, REFUSAL, first)
    reopened(roads, reference)
    decided(roads, reference, REPLY, second)

    found = tally(roads)
    assert (found.replied, found.refused) == (1, 0)


def test_the_reply_of_another_agency_is_none_of_the_one_that_took_the_case_over(roads, water):
    officer = staff(roads)
    one = request_filed(roads)
    decided(roads, one.reference, REFUSAL, officer)
    reopened(roads, one.reference)
    hand_over(one, water)

    found = tally(water)

    assert (found.received, found.open, found.replied, found.refused) == (1, 1, 0, 0)
    with agency_context(water):
        assert Complaint.objects.get(reference=one.reference).answered_at is not None
