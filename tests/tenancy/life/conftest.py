import pytest
from django.test import Client


@pytest.fixture
def client() -> Client:
    """A reader of the citizens' site, unless the test names another host."""
    return Client(headers={"host": "testserver"})
