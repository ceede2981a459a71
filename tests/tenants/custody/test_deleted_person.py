"""An agency has deleted the row of the person: nobody else meets an error for it."""

from random import Random

import pytest

from shared.complaints.models import Party
from shared.complaints.selectors import carried_draft
from tenants.case_access import gateway
from tenants.case_access.errors import NoEmailToChange
from tenants.isolation.schema_switch import agency_context
from tests.support.custody import hand_over
from tests.tenants.custody.citizen_acts import citizen_changes_the_address
from tests.tenants.custody.random_acts import History

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(roads):
    found = History(Random(1), [roads], None, word="cellar")
    with agency_context(roads):
        Party.objects.all().delete()
    return found


def test_its_citizen_writes_and_is_told_that_there_is_no_address_to_change(history):
    gateway.message_add(token=history.one.token, body="It is still dark.")

    with pytest.raises(NoEmailToChange):
        citizen_changes_the_address(history)


def test_it_is_handed_over_and_comes_back(history, roads, water):
    hand_over(history.one, water)

    with agency_context(water):
        assert Party.objects.get(complaint__reference=history.one.reference).name == ""
    assert history.one.holder == water
    assert history.one.shown().body == "cellar in my cellar"


def test_its_request_is_carried_to_another_body_without_a_person(history, roads):
    with agency_context(roads):
        carried = carried_draft(reference=history.one.reference)

    assert (carried.body, carried.party.email) == ("cellar in my cellar", "")
