import pytest
from django.test import Client

from tests.public_portal.tracking.visits import Visitor
from tests.support.factories import filed


@pytest.fixture
def client() -> Client:
    """A reader of the citizens' site."""
    return Client(headers={"host": "testserver"})


@pytest.fixture
def visitor(client) -> Visitor:
    """A citizen at the entrance, in French."""
    return Visitor(client=client)


@pytest.fixture
def receipt(roads, water):
    """The citizen's own complaint; somebody else's stands beside it and could be shown."""
    filed(water, subject="Somebody else's water")
    return filed(roads)
