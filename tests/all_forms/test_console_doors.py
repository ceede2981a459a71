"""Every address of an agency's console, for every kind of visitor, about every kind of thing."""

import pytest
from django.test import Client

from shared.accounts.enums import Role
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.all_forms.console_table import EXPECTED
from tests.all_forms.console_world import console_world
from tests.all_forms.doors import ABSENT_ID, columns, differences, matrix
from tests.all_forms.people import national, session_of
from tests.public_portal.account.door import Account
from tests.support.factories import staff
from tests.support.sessions import open_session

pytestmark = pytest.mark.django_db

HOST = "roads.testserver"


def visitor(name: str, roads: Agency, water: Agency) -> tuple[Client, object]:
    """A browser with the cookies that this visitor has, and another session of theirs."""
    client = Client(headers={"host": HOST, "accept-language": "fr"})
    if name in ("agent", "supervisor", "administrator"):
        with agency_context(roads):
            user = staff(roads, Role(name))
            open_session(client, user)
            return client, session_of(user)
    if name == "elsewhere":
        with agency_context(water):
            open_session(client, staff(water, Role.ADMINISTRATOR))
    if name in ("analyst", "operator"):
        open_session(client, national(Role(name), f"{name}@oversight.example"))
    if name == "citizen":
        citizen = Client(headers={"host": "testserver"})
        Account(citizen, email="mine@example.org").open()
        client.cookies = citizen.cookies
    return client, ABSENT_ID


@pytest.fixture
def world(roads, water):
    return console_world(roads, water)


@pytest.mark.slow
@pytest.mark.parametrize("name", columns(EXPECTED))
def test_who_is_let_in_at_every_address_of_a_console(roads, water, world, name):
    client, world.sessions["own"] = visitor(name, roads, water)

    found = matrix(HOST, client, world.things, world.apart)

    assert differences(EXPECTED, {name: found}) == {}
