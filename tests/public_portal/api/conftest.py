import pytest
from django.test import Client

from tests.public_portal.api.calls import Caller
from tests.support.factories import organisation_of


@pytest.fixture
def client() -> Client:
    """A programme at the citizens' host."""
    return Client(headers={"host": "testserver"})


@pytest.fixture
def caller(client, roads, water) -> Caller:
    """A programme that asks in French; two organisations can be written to."""
    organisation_of(roads)
    organisation_of(water)
    return Caller(client=client)
