"""A browser at national oversight's host."""

from collections.abc import Callable

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.kernel.actors import SYSTEM
from tests.support.factories import PASSWORD
from tests.support.sessions import open_session


@pytest.fixture
def anybody(db: None) -> Client:
    """Nobody has signed in."""
    return Client(headers={"host": "oversight.testserver"})


@pytest.fixture
def signed_in(anybody: Client) -> Callable[[Role], Client]:
    """Sign in as a person with some role; the same browser comes back."""

    def sign_in(role: Role) -> Client:
        user = user_create(
            email=f"{role}@oversight.example",
            name="Test Person",
            role=role,
            password=PASSWORD,
            actor=SYSTEM,
        )
        open_session(anybody, user)
        return anybody

    return sign_in


@pytest.fixture
def analyst(signed_in: Callable[[Role], Client]) -> Client:
    """An analyst of national oversight."""
    return signed_in(Role.ANALYST)
