"""Browsers at the citizens' site and, signed in as an operator, at oversight's."""

from collections.abc import Callable

import pytest
from django.test import Client

from shared.accounts.enums import Role
from tests.public_portal.oversight.conftest import anybody, signed_in

__all__ = ["anybody", "signed_in"]


@pytest.fixture
def client() -> Client:
    """A reader of the citizens' site."""
    return Client(headers={"host": "testserver"})


@pytest.fixture
def operator(signed_in: Callable[[Role], Client]) -> Client:  # the fixture
    """An operator of the platform."""
    return signed_in(Role.OPERATOR)
