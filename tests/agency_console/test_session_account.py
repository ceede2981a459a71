"""A console reads a session and its account in one statement; the session decides who it is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.accounts.enums import Role
from shared.accounts.models import StaffSession
from shared.accounts.services.users import staff_session_record
from shared.kernel.devices import device_of
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import staff

pytestmark = pytest.mark.django_db

SIGN_IN = "/accounts/login/?next=/"


def listed(console, user) -> None:
    """Put the console's session into the list of this account's sessions."""
    with agency_context(console.agency):
        key = console.client.session.session_key
        staff_session_record(user=user, session_key=key, device=device_of(""))


def read(console) -> list[str]:
    """Return the statements of a page that read sessions or one account."""
    with CaptureQueriesContext(connection) as asked:
        assert console.get("/").status_code == 200
    tables = ("django_session", '"accounts_user"."password"')
    return [one["sql"] for one in asked if any(name in one["sql"] for name in tables)]


def test_a_listed_session_and_its_account_are_read_together(console):
    listed(console, console.sign_in_as(Role.AGENT))

    (statement,) = read(console)

    assert "accounts_user" in statement


def test_a_session_that_is_not_listed_is_read_before_its_account(console):
    console.sign_in_as(Role.AGENT)
    console.get("/")
    with agency_context(console.agency):
        StaffSession.objects.all().delete()

    assert len(read(console)) == 2


def test_a_session_is_of_the_account_that_signed_in_whoever_lists_it(console, roads):
    user = console.sign_in_as(Role.AGENT)
    other = staff(roads, Role.ADMINISTRATOR, "other@roads.example")
    listed(console, other)
    with agency_context(roads):
        # With the same stored password, only the number of the account tells both apart.
        other.password = user.password
        other.save(update_fields=["password"])

    assert console.get("/staff/").status_code == 403


def test_an_account_that_is_no_longer_active_signs_in_again(console):
    user = console.sign_in_as(Role.AGENT)
    listed(console, user)
    with agency_context(console.agency):
        user.is_active = False
        user.save(update_fields=["is_active"])

    assert console.get("/").url == SIGN_IN


def test_a_new_password_ends_a_listed_session(console):
    user = console.sign_in_as(Role.AGENT)
    listed(console, user)
    with agency_context(console.agency):
        user.set_password("another long sentence of words")
        user.save(update_fields=["password"])

    assert console.get("/").url == SIGN_IN
