"""A session of staff ends when nobody uses it, long before it would end by itself."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.middleware import NOTED_SECONDS, SEEN_IN_SESSION
from shared.audit.models import AuditEntry
from shared.kernel import clock
from shared.ui.parts import POLL_HEADER
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.oversight.conftest import anybody, signed_in

__all__ = ["anybody", "signed_in"]

pytestmark = pytest.mark.django_db


def left_alone(client: Client, seconds: float) -> None:
    """Let the last page of this browser have been asked for so long ago."""
    session = client.session
    session[SEEN_IN_SESSION] = clock.timestamp() - seconds
    session.save()


def signed_in_ago(client: Client, ago: timedelta) -> None:
    """Let this browser have signed in so long ago, and have asked for a page just now."""
    session = client.session
    ends_at = session.get_expiry_date() - ago
    session.set_expiry(ends_at)
    session.save()
    Session.objects.filter(pk=session.session_key).update(expire_date=ends_at)


def seen_at(client: Client) -> float:
    return float(client.session[SEEN_IN_SESSION])


def idle_entries() -> list[str]:
    rows = AuditEntry.objects.filter(action="user.session_idle")
    return list(rows.values_list("subject", flat=True))


def test_a_console_left_alone_asks_to_sign_in_again(console, roads):
    user = console.sign_in_as(Role.AGENT)
    assert console.get("/").status_code == 200
    with agency_context(roads):
        left_alone(console.client, settings.STAFF_IDLE_SECONDS + 1)

    page = console.get("/")

    assert (page.status_code, page.url) == (302, "/accounts/login/?next=/")
    with agency_context(roads):
        assert idle_entries() == [f"user {user.pk}"]
        assert not Session.objects.exists()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OPERATOR])
def test_oversight_left_alone_asks_to_sign_in_again(signed_in, role):
    client = signed_in(role)
    assert client.get("/workspaces/").status_code == 200
    left_alone(client, settings.STAFF_IDLE_SECONDS + 1)

    assert client.get("/workspaces/").status_code == 302
    assert client.get("/workspaces/").status_code == 302


def test_who_works_stays_signed_in_but_not_past_the_end_of_the_session(console, agent, roads):
    console.get("/")
    with agency_context(roads):
        ends_at = console.client.session.get_expiry_date()
        left_alone(console.client, settings.STAFF_IDLE_SECONDS - 60)
        before = seen_at(console.client)

    assert console.get("/").status_code == 200

    with agency_context(roads):
        assert seen_at(console.client) > before
        assert console.client.session.get_expiry_date() == ends_at
        assert ends_at < clock.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)


@pytest.mark.parametrize(
    ("ago", "status"),
    [(timedelta(hours=12, minutes=-1), 200), (timedelta(hours=12, seconds=1), 302)],
    ids=["a minute before", "a second after"],
)
def test_twelve_hours_after_signing_in_staff_are_asked_again_though_they_work(
    console, agent, roads, signed_in, ago, status
):
    analyst = signed_in(Role.ANALYST)
    assert (console.get("/").status_code, analyst.get("/workspaces/").status_code) == (200, 200)
    with agency_context(roads):
        signed_in_ago(console.client, ago)
    signed_in_ago(analyst, ago)

    pages = (console.get("/"), analyst.get("/workspaces/"))

    assert [page.status_code for page in pages] == [status, status]
    if status == 302:
        assert [page["Location"].split("?")[0] for page in pages] == ["/accounts/login/"] * 2


def test_a_page_that_asks_for_itself_keeps_no_session_alive(console, agent, roads):
    console.get("/")
    with agency_context(roads):
        left_alone(console.client, NOTED_SECONDS * 2)
        before = seen_at(console.client)

    console.client.get("/", headers={"host": "roads.testserver", POLL_HEADER: "1"})

    with agency_context(roads):
        assert seen_at(console.client) == before
