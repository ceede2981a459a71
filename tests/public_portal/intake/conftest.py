import pytest
from django.test import Client

from tests.public_portal.intake.journey import Citizen
from tests.support.factories import organisation_of


@pytest.fixture
def client() -> Client:
    """A reader of the citizens' site."""
    return Client(headers={"host": "testserver"})


@pytest.fixture
def citizen(client, roads, water) -> Citizen:
    """A citizen in Arabic; two organisations can be chosen."""
    organisation_of(roads)
    organisation_of(water)
    return Citizen(client=client, remembers=True)
