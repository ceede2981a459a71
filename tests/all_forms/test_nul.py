"""NUL, which PostgreSQL stores nowhere, in every part of every address, query and cookie."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.kernel.actors import SYSTEM
from tenants.isolation.schema_switch import agency_context
from tests.all_forms.addresses import Address, addresses
from tests.support.factories import PASSWORD, filed, staff

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("agency_console", "public_portal", "shared", "tenants")
NUL = "a\x00b"
# What goes for each kind of part, where the NUL is in another.
WHOLE = {
    "IntConverter": "7",
    "UUIDConverter": "0198c3d2-7a55-7b3e-9c1d-5f2b8e6a4c70",
    "SlugConverter": "roads",
    "StringConverter": "4815162342108097",
    "re": "abc",
}


def forms_below(kind: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for one in kind.__subclasses__():
        yield one
        yield from forms_below(one)


def parameters() -> set[str]:
    """The name of every field, and every name that a view reads from a query."""
    kinds = forms_below(forms.BaseForm)
    names = {name for form in kinds for name in getattr(form, "base_fields", ())}
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            found = re.findall(r'GET(?:\.get|\.getlist)?[(\[]"(\w+)"', file.read_text())
            names.update(found)
    return names | {"q", "page", "next", "after", "before", "organisation", "demo"}


@pytest.fixture
def browsers(roads) -> dict[str, Client]:
    """Somebody who may see every page, at each of the sites."""
    found = {}
    for host in ("testserver", "oversight.testserver", "roads.testserver"):
        found[host] = Client(headers={"host": host}, raise_request_exception=False)
    with agency_context(roads):
        found["roads.testserver"].force_login(staff(roads, Role.ADMINISTRATOR))
    person = user_create(
        email="o@oversight.example",
        name="Test Person",
        role=Role.OPERATOR,
        password=PASSWORD,
        actor=SYSTEM,
    )
    found["oversight.testserver"].force_login(person)
    return found


def failures(browser: Client, address: Address, path: str, **query: str) -> list[str]:
    """Which ways of asking for it end in a failure."""
    found: list[tuple[str, HttpResponseBase]] = [
        ("GET", browser.get(path, query)),
        ("POST", browser.post(path, query)),
    ]
    return [f"{how} {address} {path!r}" for how, one in found if one.status_code in (500, 502)]


def test_no_part_of_an_address_fails_with_a_nul(roads, browsers):
    filed(roads)
    failed, tried = [], 0
    for address in addresses():
        whole = {name: WHOLE[kind] for name, kind in address.parts.items()}
        for name in address.parts:
            tried += 1
            path = address.path({**whole, name: NUL})
            failed += failures(browsers[address.host], address, path.replace("\x00", "%00"))

    assert tried > 60
    assert failed == []


def test_no_parameter_of_a_query_fails_with_a_nul(roads, browsers):
    # First, for it loads every view, and with them the forms.
    every = addresses()
    query = dict.fromkeys(parameters(), NUL)
    assert len(query) > 60
    failed = []
    for address in every:
        path = address.path({name: WHOLE[kind] for name, kind in address.parts.items()})
        one = browsers[address.host].get(path, query)
        failed += [f"{address}"] if one.status_code in (500, 502) else []

    assert failed == []


@pytest.mark.parametrize("value", ["%00", "%0%000", "%%0000", "%2500", "\x00"])
def test_what_is_left_of_a_nul_makes_no_other(roads, browsers, value):
    page = browsers["roads.testserver"].get(f"/?q=lamp{value}", QUERY_STRING=f"q=lamp{value}")

    assert page.status_code == 200


@pytest.mark.parametrize(
    "name", [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME]
)
@pytest.mark.parametrize("host", ["testserver", "oversight.testserver", "roads.testserver"])
def test_a_cookie_with_a_nul_is_none(roads, host, name):
    browser = Client(headers={"host": host}, raise_request_exception=False)

    page = browser.get("/accounts/login/", HTTP_COOKIE=f'{name}="{"a" * 20}\\000b"')

    assert page.status_code in (200, 302, 404)
