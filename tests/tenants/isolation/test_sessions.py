"""Who is signed in at one agency is nobody at another, whatever the two have in common."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from shared.accounts.enums import Role
from shared.accounts.models import User
from tenants.isolation.schema_switch import agency_context, as_owner, schema_entered
from tests.support.factories import PASSWORD
from tests.tenants.isolation.browsers import Browser
from tests.tenants.isolation.canaries import at_home

pytestmark = pytest.mark.django_db

COOKIE = "sessionid"


def ask(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def at(host, session_key):
    """A browser that has got hold of a cookie."""
    browser = Browser(host=host)
    browser.client.cookies[COOKIE] = session_key
    return browser


def entered(browser):
    return browser.get("/").status_code


def is_asked_to_sign_in(browser):
    answer = browser.get("/")
    return (answer.status_code, answer.headers.get("Location")) == (
        302,
        "/accounts/login/?next=/",
    )


@pytest.fixture
def twins(dunes, canaries, mine):
    """Everywhere else a person with the same number and the same password hash as ours."""
    with agency_context(dunes):
        ours = User.objects.get(pk=mine.user_id)
    for schema in ("public", "a_oases", "a_reefs"):
        with schema_entered(schema):
            if not User.objects.filter(pk=ours.pk).update(password=ours.password):
                User.objects.create(
                    pk=ours.pk,
                    email="twin@example.org",
                    name="Twin",
                    role=Role.ANALYST,
                    password=ours.password,
                    created_at=ours.created_at,
                )
    return ours


def test_a_cookie_opens_the_console_that_gave_it(mine):
    page = at(mine.host, mine.session_key).get("/")

    assert page.status_code == 200
    assert at_home(page, mine.code)


@pytest.mark.parametrize("host", ["oases.testserver", "reefs.testserver", "oversight.testserver"])
def test_a_cookie_of_one_agency_opens_no_other_console(mine, twins, host):
    browser = at(host, mine.session_key)

    assert is_asked_to_sign_in(browser)
    assert mine.betrayed_by(browser.get("/accounts/login/")) == set()


def test_a_sign_in_by_password_counts_on_its_own_host_alone(mine, twins):
    browser = Browser(host=mine.host)
    with_totp = browser.post("/accounts/login/", {"login": twins.email, "password": PASSWORD})

    browser.host = "oases.testserver"

    assert with_totp.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert is_asked_to_sign_in(browser)


def test_one_key_in_two_agencies_is_two_sessions(mine, theirs, dunes, oases):
    with agency_context(oases):
        Session.objects.filter(pk=theirs.session_key).update(session_key=mine.session_key)

    for canary in (mine, theirs):
        page = at(canary.host, mine.session_key).get("/staff/")
        assert page.status_code == 200
        assert at_home(page, canary.code)


def test_signing_out_at_one_agency_leaves_a_session_of_the_same_key_at_another(mine, theirs, oases):
    with agency_context(oases):
        Session.objects.filter(pk=theirs.session_key).update(session_key=mine.session_key)

    at(mine.host, mine.session_key).post("/accounts/logout/")

    assert entered(at(mine.host, mine.session_key)) == 302
    assert entered(at(theirs.host, mine.session_key)) == 200


def test_a_session_that_is_copied_into_another_agency_signs_nobody_in(mine, theirs, dunes, oases):
    """Its person's number may be somebody's there: the hash of the password says that it is not."""
    with as_owner():
        ask(
            "INSERT INTO a_oases.django_session SELECT * FROM a_dunes.django_session"
            " WHERE session_key = %s",
            mine.session_key,
        )

    assert is_asked_to_sign_in(at(theirs.host, mine.session_key))


def test_a_citizens_cookie_opens_no_console(citizen, mine):
    citizen.post("/fr/track/", {"reference": mine.reference, "secret": mine.receipt_code})
    citizen.host = mine.host

    assert is_asked_to_sign_in(citizen)


def test_a_cookie_names_no_domain_and_only_its_own_host_gets_it(mine, dunes):
    with agency_context(dunes):
        person = User.objects.get(pk=mine.user_id)
    browser = Browser(host=mine.host)
    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})

    cookies = {name: morsel["domain"] for name, morsel in browser.client.cookies.items()}
    assert cookies[COOKIE] == ""
    assert set(cookies.values()) == {""}


def test_an_address_that_one_agency_knows_can_be_added_at_another(console, theirs, oases):
    """Refusing it would tell who works elsewhere."""
    with agency_context(oases):
        email = User.objects.get(pk=theirs.user_id).email

    answer = console.post("/staff/add/", {"email": email, "name": "Namesake", "role": "agent"})

    assert (answer.status_code, answer.headers.get("Location")) == (302, "/staff/")
