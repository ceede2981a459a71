"""Staff sign in by the real pages."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from shared.accounts.enums import Role
from tests.agency_console.conftest import Console
from tests.support.factories import PASSWORD, staff

ACTIVATE = "/accounts/2fa/totp/activate/"
SECRET = r'<code><bdi dir="ltr">([A-Z2-7]+)</bdi></code>'


@pytest.fixture
def english(console):
    """The console in English, nobody signed in."""
    console.client.cookies["language"] = "en"
    return console


def sign_in(console: Console, user, password: str = PASSWORD):
    return console.post("/accounts/login/", {"login": user.email, "password": password})


def error_on(page):
    """The first line of the summary of errors."""
    summary = r'class="error-summary".*?<li>(.*?)</li>'
    return re.search(summary, page.content.decode(), re.DOTALL).group(1)


def secret_shown(console: Console) -> str:
    """Prove who one is once more, open the page of the second step, and read its key."""
    door = console.get(ACTIVATE).url
    page = console.client.post(
        door, {"password": PASSWORD}, headers={"host": "roads.testserver"}, follow=True
    )
    return str(re.findall(SECRET, page.content.decode())[0])


def code_of(secret: str) -> str:
    """The six digits that an app would show now."""
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def test_the_right_password_opens_the_inbox(english, roads):
    user = staff(roads, Role.AGENT)

    page = sign_in(english, user)

    assert page.url == "/"
    assert english.get("/").status_code == 200


def test_after_signing_in_one_comes_to_where_one_wanted_to_go(english, roads):
    user = staff(roads, Role.AGENT)
    door = english.get("/reports/").url

    page = english.post(door, {"login": user.email, "password": PASSWORD, "next": "/reports/"})

    assert page.url == "/reports/"


def test_a_wrong_password_is_told_without_telling_which_half(english, roads):
    user = staff(roads, Role.AGENT)

    wrong = sign_in(english, user, "not the passphrase")
    unknown = english.post("/accounts/login/", {"login": "nobody@x.example", "password": PASSWORD})

    assert error_on(wrong) == error_on(unknown)
    assert english.get("/").status_code == 302


def test_a_strangers_wrong_passwords_do_not_lock_the_owner_out(english, roads):
    user = staff(roads, Role.AGENT)
    english.client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    refused = [sign_in(english, user, "not the passphrase") for _try in range(6)][-1]
    assert "Too many failed" in error_on(refused)
    english.client.defaults["REMOTE_ADDR"] = "203.0.113.9"

    assert sign_in(english, user).url == "/"


def test_strangers_who_ask_for_new_passwords_do_not_keep_the_owner_from_one(
    english, roads, mailoutbox
):
    user = staff(roads, Role.AGENT)
    english.client.defaults["REMOTE_ADDR"] = "198.51.100.7"
    for _letter in range(8):
        english.post("/accounts/password/reset/", {"email": user.email})
    written = len(mailoutbox)
    english.client.defaults["REMOTE_ADDR"] = "203.0.113.9"

    english.post("/accounts/password/reset/", {"email": user.email})

    assert len(mailoutbox) == written + 1


def test_a_password_opens_its_own_agency_only(client, roads, water):
    user = staff(roads, Role.AGENT)
    there = Console(client=client, agency=water)

    sign_in(there, user)

    assert there.get("/").status_code == 302


def test_who_may_not_sign_in_does_not(english, roads):
    user = staff(roads, Role.AGENT)
    english.sign_in_as(Role.ADMINISTRATOR)
    english.post(f"/staff/{user.pk}/", {"role": "agent"})
    english.post("/accounts/logout/")

    sign_in(english, user)

    assert english.get("/").status_code == 302


def test_nobody_can_sign_up(english):
    page = english.get("/accounts/signup/")

    assert 'name="password1"' not in page.content.decode()


def test_a_second_step_is_switched_on_and_asked_for(english, roads):
    user = staff(roads, Role.AGENT)
    sign_in(english, user)
    secret = secret_shown(english)

    english.post(ACTIVATE, {"code": code_of(secret)})
    english.post("/accounts/logout/")
    half = sign_in(english, user)
    before = english.get("/").status_code
    english.post(half.url, {"code": code_of(secret)})

    assert half.url == "/accounts/2fa/authenticate/"
    assert (before, english.get("/").status_code) == (302, 200)


def test_a_wrong_code_switches_nothing_on(english, roads):
    sign_in(english, staff(roads, Role.AGENT))
    secret = secret_shown(english)
    wrong = "000000" if code_of(secret) != "000000" else "111111"

    page = english.post(ACTIVATE, {"code": wrong})

    assert page.status_code == 200
    assert 'href="#id_code"' in page.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/", "/accounts/email/"],
)
def test_the_pages_of_ones_own_account_open(english, roads, path):
    sign_in(english, staff(roads, Role.AGENT))

    assert english.get(path).status_code == 200
