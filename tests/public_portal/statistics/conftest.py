"""A browser at the citizens' host."""

import pytest
from django.test import Client


@pytest.fixture
def client(db: None) -> Client:
    """Nobody in particular."""
    return Client(headers={"host": "testserver"})
