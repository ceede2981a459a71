"""A request may count from an earlier moment than the one in which it is filed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.complaints.errors import InvalidDraft
from shared.complaints.services.intake import MAX_HELD
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.kernel.identifiers import moment_of
from tenants.case_access import gateway
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.intake.journey import filed_in
from tests.support.factories import draft

pytestmark = pytest.mark.django_db


def test_the_moment_of_storing_stays_in_the_identifier_of_the_first_event(roads):
    stored = clock.now()
    pressed = stored - timedelta(days=3)
    gateway.complaint_file(draft=draft(roads), actor=CITIZEN, received_at=pressed)

    (complaint,) = filed_in(roads)
    with agency_context(roads):
        event = complaint.events.get()
    assert complaint.received_at == event.at == pressed
    assert moment_of(event.pk) > stored - timedelta(seconds=1)


@pytest.mark.parametrize("ahead", [timedelta(seconds=1), -MAX_HELD - timedelta(seconds=1)])
def test_a_moment_ahead_or_long_ago_enters_nowhere(roads, ahead):
    with pytest.raises(InvalidDraft):
        gateway.complaint_file(draft=draft(roads), actor=CITIZEN, received_at=clock.now() + ahead)


def test_the_moment_is_no_part_of_what_the_key_remembers(roads):
    what = draft(roads)
    first = gateway.complaint_file(draft=what, actor=CITIZEN, idempotency_key="k")

    again = gateway.complaint_file(
        draft=what, actor=CITIZEN, idempotency_key="k", received_at=clock.now()
    )

    assert again == replace(first, is_repeat=True)
