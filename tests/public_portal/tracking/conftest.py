import pytest
from django.test import Client

from shared.directory.models import Organisation
from tests.public_portal.tracking.visits import Visitor
from tests.support.factories import filed, organisation_of


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


@pytest.fixture
def bodies(water):
    """Two bodies that can be competent: one answers here, the other does not."""
    organisation_of(water)
    Organisation.objects.create(
        code="ministry",
        kind="ministry",
        name_ar="وزارة الانتقال الطاقي والتنمية المستدامة",
        name_fr="Ministère de la Transition énergétique et du Développement durable",
        name_en="Ministry of Energy Transition and Sustainable Development",
    )
