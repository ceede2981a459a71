"""What a password of staff may be, what it opens, and what a new one ends."""

import re
from itertools import count

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from shared.accounts.adapters.password_validators import OF_THE_PORTAL
from shared.accounts.enums import Role
from shared.accounts.models import User
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import Console
from tests.agency_console.test_sign_in import code_of, sign_in
from tests.architecture.citations import ROOT
from tests.support.factories import PASSWORD, staff
from tests.support.sampling import repeats

CHANGE = "/accounts/password/change/"
RESET = "/accounts/password/reset/"
SECRET = "C" * 32
NEW_TWICE = ("password1", "password2")
# Sign-ins are counted by the address: these tests make more of them than one person does.
ADDRESSES = (f"10.6.{number // 250}.{number % 250 + 1}" for number in count())


def elsewhere(agency) -> Console:
    """A browser at an address of its own."""
    return Console(client=Client(REMOTE_ADDR=next(ADDRESSES)), agency=agency)


@pytest.fixture
def person(roads):
    """An agent with a password."""
    return staff(roads, Role.AGENT)


@pytest.fixture
def office(console, person):
    """The browser in which they are signed in, by their password."""
    console.client.defaults["REMOTE_ADDR"] = next(ADDRESSES)
    sign_in(console, person)
    return console


def changed_to(office: Console, password: str, *, former: str = PASSWORD) -> bool:
    """Whether a new password was taken."""
    data = {"oldpassword": former, "password1": password, "password2": password}
    return office.post(CHANGE, data).status_code == 302


def opens(console: Console, person: User, password: str) -> bool:
    """Whether a password opens the console in a new browser."""
    other = elsewhere(console.agency)
    sign_in(other, person, password)
    return other.get("/").status_code == 200


def new_password_by_code(console: Console, person: User, password: str) -> None:
    """As somebody does who has forgotten theirs and reads the mailbox."""
    console.post(RESET, {"email": person.email})
    code = re.search(r"\b([A-Z0-9]{4,}-?[A-Z0-9]{3,})\b", str(mail.outbox[-1].body)).group(1)
    console.post(f"{RESET}confirm/", {"code": code})
    console.post(f"{RESET}complete/", {"password1": password, "password2": password})


@pytest.mark.parametrize(
    "password",
    ["seagullslamplight", "739182640571", "كلمات لا يجمعها غيري", "v k z r n t p", "tulip " * 20],
    ids=["small letters", "digits", "Arabic", "spaces", "120 signs"],
)
def test_a_password_of_any_signs_and_length_is_taken(office, person, password):
    password = password.strip()

    assert changed_to(office, password)
    assert opens(office, person, password)


def of_length(length: int, signs: str) -> str:
    """A password of so many signs that no word or name makes up."""
    return (signs * length)[:length]


@pytest.mark.parametrize("signs", ["vkzrntp", "زكطنغثو"], ids=["Latin", "Arabic"])
def test_a_password_has_twelve_signs_at_least(office, person, signs):
    assert not changed_to(office, of_length(11, signs))
    assert opens(office, person, PASSWORD)

    assert changed_to(office, of_length(12, signs))
    assert opens(office, person, of_length(12, signs))


@pytest.mark.parametrize("length", [64, 65, 1_000])
def test_a_long_password_is_taken_whole(office, person, length):
    password = of_length(length, "vkzrntp")

    assert changed_to(office, password)

    assert opens(office, person, password)
    assert not opens(office, person, password[:-1])


def test_a_password_by_code_has_twelve_signs_at_least_too(console, person):
    console.client.defaults["REMOTE_ADDR"] = next(ADDRESSES)
    new_password_by_code(console, person, of_length(11, "vkzrntp"))
    assert not opens(console, person, of_length(11, "vkzrntp"))
    console.post(f"{RESET}complete/", dict.fromkeys(NEW_TWICE, of_length(12, "vkzrntp")))

    assert opens(console, person, of_length(12, "vkzrntp"))


@pytest.mark.parametrize(
    "spoil", [str.upper, lambda one: one[:-1], lambda one: one[:64], lambda one: f"{one}x"]
)
def test_a_password_is_compared_whole_and_as_it_is(office, person, spoil):
    password = "Tulip lamp " * 8 + "end"
    assert changed_to(office, password)

    assert not opens(office, person, spoil(password))


def test_a_new_password_needs_the_present_one(office, person):
    assert not changed_to(office, "another long passphrase", former="not the passphrase")

    assert opens(office, person, PASSWORD)


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/accounts/login/", ["password"]), (CHANGE, ["oldpassword", "password1", "password2"])],
)
def test_a_password_is_masked_and_may_be_pasted_and_kept_by_a_manager(
    console, office, path, fields, settings
):
    # The demonstration's buttons hold the password that everybody knows.
    settings.DEMO = False
    browser = office if path == CHANGE else elsewhere(console.agency)
    page = browser.get(path).content.decode()

    controls = {
        name: control
        for control in re.findall(r"<input[^>]*>", page)
        for name in re.findall(r'name="(\w*password\w*)"', control)
    }
    assert list(controls) == fields
    for control in controls.values():
        assert 'type="password"' in control
        assert re.search(r'autocomplete="(current|new)-password"', control)
        assert not re.search(r"maxlength|onpaste|readonly", control)


def test_a_new_password_ends_every_other_session(office, person):
    other = elsewhere(office.agency)
    sign_in(other, person)
    before = other.get("/").status_code

    changed_to(office, "another long passphrase")

    assert (before, other.get("/").status_code) == (200, 302)


def test_a_new_password_by_code_ends_every_session(office, person):
    visitor = elsewhere(office.agency)

    new_password_by_code(visitor, person, "another long passphrase")

    assert opens(office, person, "another long passphrase")
    assert office.get("/").status_code == 302
    assert visitor.get("/").status_code == 302


def test_a_new_password_by_code_does_not_go_round_the_app(person, roads):
    console = elsewhere(roads)
    with agency_context(roads):
        Authenticator.objects.create(
            user=person, type=Authenticator.Type.TOTP, data={"secret": SECRET}
        )
    new_password_by_code(console, person, "another long passphrase")

    half = sign_in(console, person, "another long passphrase")

    assert half.url == "/accounts/2fa/authenticate/"
    assert console.get("/").status_code == 302


def test_a_code_of_the_app_is_good_once(person, roads):
    with agency_context(roads):
        Authenticator.objects.create(
            user=person, type=Authenticator.Type.TOTP, data={"secret": SECRET}
        )
    code = code_of(SECRET)
    browsers = [elsewhere(roads) for _browser in range(2)]

    for browser in browsers:
        browser.post(sign_in(browser, person).url, {"code": code})

    assert [browser.get("/").status_code for browser in browsers] == [200, 302]


@pytest.mark.parametrize(
    "password",
    repeats(
        [
            "insaf-insaf-2026",
            "Roads.Complaints.1",
            "إنصاف-شكايات-2026",
            "Administration2026!",
            "password-2026-!!",
            "!!!dragon!!!1987",
            "monkeymonkeymonkey",
            "111111111111a",
            "Azerty#Maroc#12",
        ],
        keep=4,
    ),
)
def test_a_password_of_common_words_or_of_the_portals_is_refused(office, person, password):
    assert not changed_to(office, password)

    assert opens(office, person, PASSWORD)


def test_the_words_of_which_no_password_is_made_are_written_down():
    page = " ".join((ROOT / "docs" / "security" / "staff.md").read_text().split())

    listed = re.search(r"of which no password is made: (.*?)\. ", page)
    assert listed.group(1).split(", ") == list(OF_THE_PORTAL)
