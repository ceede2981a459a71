"""Which host shows what; nobody chooses an agency by any other header."""

import pytest

from tenants.isolation.schema_switch import connection, start_in
from tenants.models.enums import AgencyState
from tests.support.factories import PASSWORD, staff

pytestmark = pytest.mark.django_db


def status(client, host, path="/accounts/login/", **headers):
    return client.get(path, headers={"host": host, **headers}).status_code


@pytest.mark.parametrize(
    ("host", "path", "expected"),
    [
        ("testserver", "/ar/", 200),
        ("TESTSERVER.", "/ar/", 200),
        ("testserver:8000", "/ar/", 200),
        ("roads.testserver", "/accounts/login/", 200),
        ("oversight.testserver", "/accounts/login/", 200),
        ("testserver", "/accounts/login/", 404),
        ("roads.testserver", "/ar/", 404),
        ("nobody.testserver", "/ar/", 404),
        ("testserver.evil.example", "/ar/", 404),
        ("xn--", "/ar/", 404),
        ("[::1]", "/ar/", 404),
        ("", "/ar/", 404),
        ("a b", "/ar/", 404),
    ],
)
def test_a_host_shows_its_site_and_a_stranger_gets_404(client, host, path, expected):
    assert status(client, host, path) == expected


@pytest.mark.parametrize("host", ["nobody.testserver", "testserver", "oversight.testserver"])
def test_a_thread_that_last_served_an_agency_does_not_answer_another_host_from_there(
    client, roads, host
):
    start_in(roads)

    client.get("/", headers={"host": host})

    assert connection.schema_name == "public"


def test_a_forwarded_host_does_not_choose_the_agency(client):
    assert status(client, "nobody.testserver", **{"x-forwarded-host": "roads.testserver"}) == 404


def test_a_session_of_one_agency_is_worth_nothing_on_the_host_of_another(client, roads, water):
    user = staff(roads)
    staff(water)
    client.post(
        "/accounts/login/",
        {"login": user.email, "password": PASSWORD},
        headers={"host": "roads.testserver"},
    )

    assert client.get("/", headers={"host": "roads.testserver"}).status_code == 200
    elsewhere = client.get("/", headers={"host": "water.testserver"})
    assert (elsewhere.status_code, elsewhere["Location"]) == (302, "/accounts/login/?next=/")


def test_cookies_are_bound_to_their_host(client, roads):
    user = staff(roads)
    client.post(
        "/accounts/login/",
        {"login": user.email, "password": PASSWORD},
        headers={"host": "roads.testserver"},
    )

    assert client.cookies["sessionid"]["domain"] == ""


def test_a_suspended_agency_says_so_to_its_staff_only(client, roads):
    roads.state = AgencyState.SUSPENDED
    roads.save()

    assert status(client, "roads.testserver", "/") == 503
    assert status(client, "testserver", "/ar/") == 200


def test_nobody_can_sign_up(client, roads):
    page = client.post(
        "/accounts/signup/",
        {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD},
        headers={"host": "roads.testserver"},
    )

    assert b"password1" not in page.content


def test_pages_about_people_are_stored_nowhere(client, roads):
    page = client.get("/accounts/login/", headers={"host": "roads.testserver"})

    assert "no-store" in page["Cache-Control"]
