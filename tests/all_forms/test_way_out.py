"""Whoever is signed in finds the way out on every page."""

import re

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.account.door import Account
from tests.support.factories import PASSWORD, filed, staff
from tests.support.sessions import open_session

pytestmark = pytest.mark.django_db

OUT = r'<form method="post" action="{}">.*?<button'


def pages(client: Client, host: str, paths: list[str]) -> dict[str, str]:
    """What these addresses show."""
    return {path: client.get(path, headers={"host": host}).content.decode() for path in paths}


def test_the_way_out_is_on_every_page_of_a_console(client, roads):
    reference = filed(roads).reference
    with agency_context(roads):
        open_session(client, staff(roads, Role.ADMINISTRATOR))
    paths = [
        "/", f"/cases/{reference}/", "/desk/", "/reports/", "/staff/", "/staff/add/", "/setup/",
        "/billing/", "/leaving/", "/accounts/sessions/", "/accounts/password/change/",
    ]  # fmt: skip

    shown = pages(client, "roads.testserver", paths)

    way = OUT.format("/accounts/logout/")
    assert [path for path in paths if not re.search(way, shown[path], re.DOTALL)] == []


def test_the_way_out_is_on_every_page_of_oversight(client, roads):
    person = user_create(
        email="o@oversight.example", name="O", role=Role.OPERATOR, password=PASSWORD, actor=SYSTEM
    )
    open_session(client, person)
    paths = ["/workspaces/", "/jobs/", "/agencies/roads/workspace/", "/accounts/sessions/"]

    shown = pages(client, "oversight.testserver", paths)

    way = OUT.format("/accounts/logout/")
    assert [path for path in paths if not re.search(way, shown[path], re.DOTALL)] == []


def test_the_way_out_is_on_every_page_of_an_account(db):
    citizen = Account(client=Client(headers={"host": "testserver"}), email="mine@example.org")
    citizen.open()
    paths = ["", "add/", "data/", "data/copy/", "data/email/", "security/"]

    shown = {path: citizen.see(path).content.decode() for path in paths}

    way = OUT.format("/en/account/sign-out/")
    assert [path for path in paths if not re.search(way, shown[path], re.DOTALL)] == []
