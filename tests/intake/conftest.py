import pytest
from django.test import Client

from tests.factories import organisation_of
from tests.intake.journey import Citizen


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
