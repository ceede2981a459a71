"""Whatever is sent to oversight's host asks for a proof again, but for a written list."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from shared.accounts.enums import Role
from tests.all_forms.addresses import Address, addresses
from tests.public_portal.oversight.test_workspace import person
from tests.support.sessions import proofs_age

pytestmark = pytest.mark.django_db

HOST = "oversight.testserver"
PARTS = {
    "UUIDConverter": "0198c3d2-7a55-7b3e-9c1d-5f2b8e6a4c70",
    "SlugConverter": "roads",
    "StringConverter": "4815162342108097",
    "re": "abc",
}
# What may be sent long after the last proof, and why.
WITHOUT = {
    "accounts/": "Signing in and the proof itself; what changes an account asks on its own.",
    "language/": "The language of the pages.",
    "answers/": "Public articles: written at length, and everybody reads what was done.",
    "holidays/": "The public calendar, of which each change is in the log.",
    "competence/": "A decision is written at length; the administrations concerned read it.",
    "reviews/": "A decision is written at length; the citizen and the administration read it.",
}
STALE = 5 * 3600


def sent_to() -> list[Address]:
    """Every address of oversight's host but those of the list."""
    found = [one for one in addresses() if one.host == HOST]
    return [one for one in found if not one.pattern.startswith(tuple(WITHOUT))]


def path_of(address: Address) -> str:
    return address.path({name: PARTS.get(kind, "1") for name, kind in address.parts.items()})


@pytest.fixture(params=[Role.ANALYST, Role.OPERATOR])
def stale(request, roads):
    """Somebody of the national side who proved it five hours ago."""
    client = person(request.param, "stale@oversight.example")
    proofs_age(client, STALE)
    return client


def test_nothing_is_sent_long_after_the_last_proof(stale):
    asked, wrong = 0, []
    for address in sent_to():
        answer = stale.post(path_of(address), {})
        if answer.status_code in (403, 405) or address.name == "typed-input":
            # For others, only read, or what somebody types kept for themselves.
            continue
        asked += 1
        door = urlsplit(answer.get("Location", "")).path
        if (answer.status_code, door) != (302, "/accounts/reauthenticate/"):
            wrong.append(str(address))

    assert wrong == []
    assert asked > 5


def test_the_proof_leads_back_to_a_page_that_can_be_read(stale):
    for address in sent_to():
        answer = stale.post(path_of(address), {})
        if answer.status_code != 302:
            continue
        back = answer["Location"].partition("next=")[2]
        assert resolve(back, urlconf="config.urls_oversight")
        assert stale.get(back).status_code != 405


def test_the_list_names_nothing_that_is_not_there():
    patterns = [one.pattern for one in addresses() if one.host == HOST]

    assert [one for one in WITHOUT if not any(two.startswith(one) for two in patterns)] == []
