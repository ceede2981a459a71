import pytest
from django.test import Client


@pytest.fixture
def client() -> Client:
    """A reader of the citizens' site."""
    return Client(headers={"host": "testserver"})
