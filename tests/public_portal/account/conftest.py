import pytest
from django.test import Client

from shared.kernel import clock
from tests.public_portal.account.door import Account


@pytest.fixture
def _one_window():
    """Limits count by the minute and the hour: their tests stay in one of each."""
    with clock.travel(clock.now().replace(minute=30, second=0, microsecond=0)):
        yield


@pytest.fixture
def client() -> Client:
    """A reader of the citizens' site."""
    return Client(headers={"host": "testserver"})


@pytest.fixture
def citizen(client, db) -> Account:
    """A citizen in English, signed in by a mailed code, with an account of their own."""
    account = Account(client=client, email="mine@example.org")
    account.open()
    return account


@pytest.fixture
def stranger(db) -> Account:
    """Another citizen, with another browser: what is not shown to one is there to be shown."""
    account = Account(client=Client(headers={"host": "testserver"}), email="other@example.org")
    account.open()
    return account
