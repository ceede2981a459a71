"""Staff see where they are signed in, and end it there."""

from itertools import count

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.models import StaffSession
from shared.audit.models import AuditEntry
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.account.test_sites import at
from tests.support.factories import PASSWORD, staff

pytestmark = pytest.mark.django_db

PAGE = "/accounts/sessions/"
ADDRESSES = count(1)
TELEPHONE = "Mozilla/5.0 (Linux; Android 14; SM-A055F/DS) AppleWebKit/537.36 Chrome/128.0 Mobile"


@pytest.fixture
def person(roads):
    """An agent, in an office with two browsers."""
    return staff(roads, Role.AGENT)


def browser(person, agent="Mozilla/5.0 (Windows NT 10.0) Firefox/131.0") -> Client:
    client: Client = at("roads.testserver")
    client.defaults["HTTP_USER_AGENT"] = agent
    # Sign-ins are counted for each address, and this file has many.
    client.defaults["REMOTE_ADDR"] = f"10.1.0.{next(ADDRESSES)}"
    client.cookies["language"] = "en"
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/").status_code == 200


def sessions_on(client):
    return client.get(PAGE).context["sessions"]


def test_every_browser_is_listed_by_two_words(person):
    office, telephone = browser(person), browser(person, TELEPHONE)

    shown = sessions_on(office)

    assert {(one.name, one.is_here) for one in shown} == {
        ("Firefox · Windows", True),
        ("Chrome · Android", False),
    }
    assert is_in(telephone)


def test_nothing_tells_where_a_browser_is(person, roads):
    browser(person, TELEPHONE)

    with agency_context(roads):
        kept = str(list(StaffSession.objects.values()))
    assert "10.1.0." not in kept
    assert "SM-A055F" not in kept


def test_another_browser_is_signed_out_at_its_next_page(person, roads):
    office, telephone = browser(person), browser(person, TELEPHONE)
    (other,) = [one for one in sessions_on(office) if not one.is_here]

    office.post(f"{PAGE}{other.id}/end/")

    assert (is_in(office), is_in(telephone)) == (True, False)
    assert len(sessions_on(office)) == 1
    with agency_context(roads):
        assert AuditEntry.objects.filter(action="user.sessions_ended").count() == 1


def test_all_others_are_signed_out_at_once(person):
    office, others = browser(person), [browser(person, TELEPHONE) for _number in range(3)]

    office.post(f"{PAGE}end/")

    assert (is_in(office), [is_in(one) for one in others]) == (True, [False] * 3)


def test_a_colleagues_session_is_neither_shown_nor_ended(person, roads):
    colleague = staff(roads, Role.ADMINISTRATOR)
    mine, theirs = browser(person), browser(colleague)
    (one,) = sessions_on(theirs)

    mine.post(f"{PAGE}{one.id}/end/")

    assert len(sessions_on(mine)) == 1
    assert is_in(theirs)


def test_a_session_that_was_signed_out_is_not_listed(person):
    office, telephone = browser(person), browser(person, TELEPHONE)

    telephone.post("/accounts/logout/")

    assert [one.is_here for one in sessions_on(office)] == [True]


def test_a_stranger_is_led_to_the_sign_in(roads):
    page = at("roads.testserver").get(PAGE)

    assert page["Location"].startswith("/accounts/login/")


def test_the_citizens_site_has_no_such_page(client):
    assert client.get(PAGE, headers={"host": "testserver"}).status_code == 404
