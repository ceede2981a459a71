"""The key of a session of staff: made by chance, and another one at each proof."""

import re
import secrets

import pytest

from shared.accounts.enums import Role
from shared.accounts.models import StaffSession
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import Console
from tests.agency_console.test_sign_in import sign_in
from tests.support.factories import PASSWORD, staff

AGAIN = "/accounts/reauthenticate/"


def key_of(console: Console) -> str:
    return str(console.client.cookies["sessionid"].value)


@pytest.fixture
def person(console, roads):
    """An agent with a password, at an address of their own: sign-ins are counted by it."""
    console.client.defaults["REMOTE_ADDR"] = f"10.5.0.{secrets.randbelow(250) + 1}"
    return staff(roads, Role.AGENT)


def with_key(console: Console, key: str) -> int:
    """What the console answers to whoever brings that key."""
    console.client.cookies["sessionid"] = key
    return console.get("/").status_code


def test_a_key_is_thirty_two_signs_of_chance(console, person):
    keys = set()
    for _visit in range(3):
        sign_in(console, person)
        keys.add(key_of(console))
        console.post("/accounts/logout/")

    assert len(keys) == 3
    assert [key for key in keys if not re.fullmatch(r"[a-z0-9]{32}", key)] == []


def test_the_key_from_before_the_sign_in_opens_nothing(console, person):
    # An unknown address begins a session in which nobody is signed in.
    console.post("/accounts/password/reset/", {"email": person.email})
    before = key_of(console)
    sign_in(console, person)

    assert key_of(console) != before
    assert with_key(console, before) == 302


def test_the_key_from_before_a_second_proof_opens_nothing(console, person, roads):
    sign_in(console, person)
    console.get("/")
    before = key_of(console)

    console.post(AGAIN, {"password": PASSWORD, "next": "/staff/"})

    after = key_of(console)
    assert after != before
    assert with_key(console, after) == 200
    with agency_context(roads):
        assert list(StaffSession.objects.values_list("session_key", flat=True)) == [after]
    assert with_key(console, before) == 302


def test_the_key_after_the_way_out_opens_nothing(console, person):
    sign_in(console, person)
    key = key_of(console)

    console.post("/accounts/logout/")

    assert with_key(console, key) == 302
