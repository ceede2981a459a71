"""Operators and monitoring see how many requests wait for an agency's database server."""

from datetime import timedelta

import pytest

from public_portal.intake.services.held_requests import held_requests_file
from shared.directory.models import Organisation
from shared.kernel import clock
from tenants.fleet.services.health.summary import health_summary
from tenants.fleet.types import HeldSummary
from tests.public_portal.intake.journey import Citizen
from tests.public_portal.intake.waiting import PRESSED, press
from tests.support.factories import organisation_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def citizen(client, roads, water) -> Citizen:
    organisation_of(roads)
    return Citizen(client=client, remembers=True)


def gauges(client):
    lines = client.get("/metrics", headers={"host": "testserver"}).content.decode().splitlines()
    ours = (line.rpartition(" ") for line in lines if line.startswith("insaf_held"))
    return {name: float(value) for name, _space, value in ours}


def test_without_any_nothing_waits(citizen):
    assert health_summary().held == HeldSummary(waiting=0, oldest_at=None, overdue=0, refused=0)
    assert gauges(citizen.client) == {
        "insaf_held_requests": 0,
        "insaf_held_requests_overdue": 0,
        "insaf_held_requests_refused": 0,
    }


def test_those_that_wait_are_counted_with_the_oldest(citizen, roads):
    citizen.client.defaults["HTTP_HOST"] = "testserver"
    for days in (0, 31):
        with clock.travel(PRESSED + timedelta(days=days)):
            press(citizen, roads)

    with clock.travel(PRESSED + timedelta(days=31, hours=1)):
        found = health_summary().held
        measured = gauges(citizen.client)

    assert found == HeldSummary(waiting=2, oldest_at=PRESSED, overdue=1, refused=0)
    assert measured["insaf_held_requests"] == 2
    assert measured["insaf_held_requests_oldest_seconds"] == 31 * 86400 + 3600


def test_those_that_were_refused_are_counted_apart(citizen, roads):
    citizen.client.defaults["HTTP_HOST"] = "testserver"
    press(citizen, roads)
    Organisation.objects.filter(code="roads").update(is_active=False)
    held_requests_file()

    assert health_summary().held == HeldSummary(waiting=0, oldest_at=None, overdue=0, refused=1)
