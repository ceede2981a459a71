import pytest
from django.test import Client

from tenants.models import Agency
from tests.support.provisioning import agency_create
from tests.tenants.fleet.lifecycle.agencies_to_destroy import PORTS
from tests.tenants.fleet.lifecycle.people import OPERATOR


@pytest.fixture
def client() -> Client:
    """A reader of the citizens' site, unless the test names another host."""
    return Client(headers={"host": "testserver"})


@pytest.fixture
def ports(roads: Agency) -> Agency:
    """An agency beside those of every test, to be destroyed."""
    return agency_create(info=PORTS, actor=OPERATOR)
