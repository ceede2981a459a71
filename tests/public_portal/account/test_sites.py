"""Citizens, analysts and officers sign in each on their own site, and are nobody on the others."""

import re

import pytest
from allauth import urls as allauth_urls
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import get_resolver, reverse

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.services.users import user_create
from shared.kernel.actors import SYSTEM
from tests.agency_console.test_sign_in import code_of
from tests.public_portal.account.door import Account, codes
from tests.support.factories import PASSWORD, staff

pytestmark = pytest.mark.django_db

COOKIE = "sessionid"
STAFF_HOSTS = ["roads.testserver", "oversight.testserver"]
ALLAUTH = "config.urls_oversight"
HOME = "/en/account/"
APP_KEY = "A" * 32


@pytest.fixture
def analyst(db):
    """Somebody of oversight, in the table where citizens are too."""
    user = user_create(
        email="analyst@example.org", name="A", role=Role.ANALYST, password=PASSWORD, actor=SYSTEM
    )
    TOTP.activate(user, APP_KEY)
    return user


def at(host, client=None):
    """A browser on a host, with the cookies of another one carried over by hand."""
    other = Client(headers={"host": host})
    if client is not None:
        other.cookies[COOKIE] = client.cookies[COOKIE].value
    return other


def analyst_in(analyst):
    client = at("oversight.testserver")
    client.post("/accounts/login/", {"login": analyst.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code_of(APP_KEY)})
    return client


def allauth_addresses():
    """Every address of allauth on a staff host, for a person with number 1."""
    assert allauth_urls.urlpatterns
    names = get_resolver(ALLAUTH).reverse_dict.keys()
    found = set()
    for name in names:
        if isinstance(name, str) and name.startswith(("account_", "mfa_")):
            found.add(reverse(name, urlconf=ALLAUTH))
    return sorted(found)


@pytest.mark.parametrize("host", STAFF_HOSTS)
@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/code/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/login/",
        "/accounts/2fa/webauthn/signup/",
        "/accounts/signup/passkey/",
        "/en/account/",
        "/en/account/sign-in/",
        "/en/account/passkeys/options/",
    ],
)
def test_staff_hosts_have_no_sign_in_by_code_and_no_passkeys(roads, host, path):
    assert at(host).get(path).status_code == 404


@pytest.mark.parametrize("host", STAFF_HOSTS)
def test_nobody_signs_up_on_a_staff_host(roads, host):
    client = at(host)
    data = {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD}

    pages = [client.get("/accounts/signup/"), client.post("/accounts/signup/", data)]

    assert ['name="password1"' in page.content.decode() for page in pages] == [False, False]
    assert User.objects.filter(email="x@example.org").count() == 0


@pytest.mark.parametrize("host", STAFF_HOSTS)
def test_a_visit_that_waits_for_a_citizens_code_waits_for_nothing_there(citizen, roads, host):
    citizen.do("sign-out/")
    citizen.ask()
    code = citizen.code()
    client = at(host, citizen.client)

    pages = [
        client.get("/accounts/login/code/confirm/"),
        client.post("/accounts/login/code/confirm/", {"code": code}),
    ]

    assert [(page.status_code, page["Location"]) for page in pages] == [
        (302, "/accounts/login/"),
        (302, "/accounts/login/"),
    ]


def test_a_citizens_cookie_opens_nothing_of_oversight(citizen, analyst):
    addresses = [*allauth_addresses(), "/"]
    visitor, carried = at("oversight.testserver"), at("oversight.testserver", citizen.client)

    def seen(client):
        return {
            path: (page.status_code, page.headers.get("Location", ""))
            for path in addresses
            for page in [client.get(path)]
        }

    assert len(addresses) > 10
    assert seen(carried) == seen(visitor)


def test_an_analyst_is_signed_in_where_that_was_said(analyst):
    assert analyst_in(analyst).get("/").status_code == 200


def test_an_analysts_cookie_is_no_citizens_account(analyst, citizen):
    carried = at("testserver", analyst_in(analyst))

    page = carried.get(HOME)

    assert (page.status_code, page["Location"]) == (302, f"/en/account/sign-in/?next={HOME}")
    assert carried.get("/en/account/data/").status_code == 302
    assert "My account" not in carried.get("/en/").content.decode()


def test_an_officers_cookie_is_no_citizens_account(roads, citizen):
    officer = staff(roads)
    console = at("roads.testserver")
    console.post("/accounts/login/", {"login": officer.email, "password": PASSWORD})

    assert console.get("/").status_code == 200
    assert at("testserver", console).get(HOME).status_code == 302


def test_a_citizen_with_a_password_is_not_let_in_by_oversight(citizen):
    """No page gives a citizen a password; were there one, it would open nothing."""
    user = citizen.user()
    user.set_password(PASSWORD)
    user.save()
    client = at("oversight.testserver")

    page = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})

    assert (page.status_code, page["Location"]) == (302, "/accounts/login/")
    assert client.get("/").status_code == 302


def test_a_citizen_gets_no_new_password_from_oversight(citizen, analyst, mailoutbox):
    client = at("oversight.testserver")
    theirs = client.post("/accounts/password/reset/", {"email": citizen.email})
    sent = len(mailoutbox)
    ours = client.post("/accounts/password/reset/", {"email": analyst.email})

    assert (theirs.status_code, theirs["Location"]) == (ours.status_code, ours["Location"])
    assert (sent, len(mailoutbox)) == (0, 1)


def test_a_mailed_code_never_opens_oversight(analyst, client):
    """Whoever reads an analyst's mailbox has not got oversight's rights by that."""
    visit = Account(client=client, email=analyst.email)
    visit.ask()
    for code in codes(analyst.email) or ["00000000"]:
        visit.do("code/", code=code)

    assert not visit.is_in()
    assert at("oversight.testserver", visit.client).get("/").status_code == 302


def test_the_address_of_an_analyst_cannot_become_a_citizens(citizen, analyst):
    citizen.do("data/email/", email=analyst.email)
    assert codes(analyst.email) == []

    citizen.do("code/", code="00000000")

    assert citizen.user().role == Role.CITIZEN
    assert User.objects.get(email=analyst.email).pk == analyst.pk


def test_pages_say_who_is_in_and_a_visitors_page_may_still_be_kept(citizen, client):
    visitor = Client(headers={"host": "testserver"})
    link = re.compile(r'<a href="/en/account/"[^>]*>(.*?)</a>')

    theirs, everybodys = citizen.client.get("/en/about/"), visitor.get("/en/about/")

    assert link.findall(theirs.content.decode()) == ["My account"]
    assert link.findall(everybodys.content.decode()) == ["Sign in"]
    assert theirs["Cache-Control"] == "private, no-store"
    assert everybodys["Cache-Control"] == "public, max-age=60"
    assert "Cookie" in everybodys["Vary"]


def test_no_page_of_an_account_is_kept_anywhere(citizen):
    for path in ["", "add/", "data/", "data/copy/", "data/email/", "security/", "prove/"]:
        page = citizen.see(path)
        assert page.status_code == 200, path
        assert {"private", "no-store"} <= set(page["Cache-Control"].split(", ")), path
        assert "ETag" not in page.headers, path
