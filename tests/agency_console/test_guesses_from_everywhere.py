"""Passwords guessed from many addresses at once: slowed down, and the owner always has a way in."""

import json
import re
from html import unescape
from itertools import count

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from altcha import Challenge, Payload, solve_challenge
from django.core.cache import cache
from django.core.signing import Signer
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.models import SignInTry
from shared.accounts.services.sign_in_attempts import MAX_WRONG
from shared.audit.models import AuditEntry
from shared.kernel import clock
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.test_sign_in import code_of, error_on
from tests.support.factories import PASSWORD, staff
from tests.support.sampling import repeats

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("light_sums")]

LOGIN, RESET = "/accounts/login/", "/accounts/password/reset/"
WRONG, NEW = "not the passphrase", "another passphrase of mine"
NOBODY = "nobody@roads.example"
PLACES = count(1)
APP_KEY = "B" * 32
COOKIE = "places"


@pytest.fixture(autouse=True)
def one_hour():
    """One instant for a whole test: an hour of counting, which may end now, must not."""
    with clock.travel(clock.now()):
        yield


@pytest.fixture
def owner(roads):
    """Somebody who signs in."""
    return staff(roads, Role.AGENT, "owner@roads.example")


def browser(host="roads.testserver") -> Client:
    """A browser at an address where nobody has been."""
    client = Client(headers={"host": host})
    client.cookies["language"] = "en"
    moved(client)
    return client


def moved(client: Client) -> Client:
    """The same browser, at another address."""
    number = next(PLACES)
    client.defaults["REMOTE_ADDR"] = f"10.3.{number // 250}.{number % 250 + 1}"
    return client


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def guess(email, times=MAX_WRONG):
    for _time in range(times):
        sign_in(browser(), email, WRONG)


def is_in(client):
    return client.get("/").status_code == 200


def known(owner):
    """A browser in which that person was signed in, and is not any more."""
    client = browser()
    sign_in(client, owner.email)
    client.post("/accounts/logout/")
    assert not is_in(client)
    return moved(client)


def challenge_on(page):
    found = re.search(r'data-proof="(.*?)"', page.content.decode())
    return json.loads(unescape(found.group(1))) if found else None


def solved(page):
    parsed = Challenge.from_dict(challenge_on(page))
    solution = solve_challenge(parsed)
    assert solution is not None
    return Payload(parsed, solution).to_base64()


def log_of(agency, action="user.sign_in_refused"):
    with agency_context(agency):
        return list(AuditEntry.objects.filter(action=action).values_list("subject", flat=True))


def test_after_many_guesses_from_everywhere_a_sum_is_asked_for(owner):
    guess(owner.email)
    stranger = browser()

    page = sign_in(stranger, owner.email)

    assert (challenge_on(page) is not None, is_in(stranger)) == (True, False)
    assert "Many wrong passwords" in error_on(page)


def test_one_guess_fewer_asks_for_nothing(owner):
    guess(owner.email, MAX_WRONG - 1)
    elsewhere = browser()

    sign_in(elsewhere, owner.email)

    assert is_in(elsewhere)


def test_who_gets_in_uses_nothing_up(owner):
    for _time in range(MAX_WRONG + 1):
        sign_in(client := browser(), owner.email)

    assert is_in(client)


def test_the_owner_where_they_were_before_is_asked_for_nothing(owner):
    client = known(owner)
    guess(owner.email, MAX_WRONG + 5)

    sign_in(client, owner.email)

    assert is_in(client)


def test_the_owner_elsewhere_comes_in_with_the_sum(owner):
    guess(owner.email)
    client = browser()
    page = sign_in(client, owner.email)

    sign_in(client, owner.email, altcha=solved(page))

    assert is_in(client)


def test_one_sum_lets_one_password_pass(owner):
    guess(owner.email)
    client = browser()
    proof = solved(sign_in(client, owner.email))
    sign_in(client, owner.email, WRONG, altcha=proof)

    page = sign_in(client, owner.email, altcha=proof)

    assert (challenge_on(page) is not None, is_in(client)) == (True, False)


def test_without_script_the_owner_comes_in_by_the_mailbox(owner, mailoutbox):
    guess(owner.email)
    client = browser()
    page = sign_in(client, owner.email)
    client.post(RESET, {"email": owner.email})
    code = re.search(r"\b([A-Z0-9]{4}-[A-Z0-9]{4})\b", mailoutbox[-1].body).group(1)
    client.post(f"{RESET}confirm/", {"code": code})
    client.post(f"{RESET}complete/", {"password1": NEW, "password2": NEW})

    sign_in(client, owner.email, NEW)

    assert f'href="{RESET}"' in page.content.decode()
    assert is_in(client)


def test_an_unknown_address_is_told_the_same(owner):
    guess(owner.email)
    guess(NOBODY)

    known, unknown = (sign_in(browser(), email, WRONG) for email in (owner.email, NOBODY))

    assert known.status_code == unknown.status_code
    assert without_chance(known, owner.email) == without_chance(unknown, NOBODY)


def without_chance(page, email):
    """A page without what differs each time, and without what was typed."""
    chance = r'data-proof=".*?"|name="csrfmiddlewaretoken" value="\w+"'
    return re.sub(chance, "", page.content.decode()).replace(email, "")


def test_spelling_an_address_otherwise_does_not_begin_anew(owner):
    guess(owner.email, MAX_WRONG - 1)
    guess(f" {owner.email.upper()} ", 1)

    assert challenge_on(sign_in(browser(), owner.email)) is not None


def test_a_colleagues_browser_is_an_unknown_place(owner, roads):
    colleague = staff(roads, Role.SUPERVISOR)
    client = known(colleague)
    guess(owner.email)

    assert challenge_on(sign_in(client, owner.email)) is not None


def test_colleagues_at_one_computer_are_both_known(owner, roads):
    colleague = staff(roads, Role.SUPERVISOR)
    client = known(colleague)
    sign_in(client, owner.email)
    client.post("/accounts/logout/")
    guess(owner.email)
    guess(colleague.email)

    sign_in(client, colleague.email)
    first = is_in(client)
    client.post("/accounts/logout/")
    sign_in(client, owner.email)

    assert (first, is_in(client)) == (True, True)


def test_a_mark_of_one_host_is_none_at_another(owner, water):
    namesake = staff(water, Role.AGENT, owner.email)
    client = known(owner)
    guess_there = [sign_in(browser("water.testserver"), namesake.email, WRONG) for _ in range(20)]
    there = browser("water.testserver")
    there.cookies[COOKIE] = client.cookies[COOKIE].value

    page = sign_in(there, namesake.email)

    assert len(guess_there) == MAX_WRONG
    assert challenge_on(page) is not None


@pytest.mark.parametrize(
    "mark", repeats(["|||||", "a.b:c", "x" * 5000, "é:é|:", "1.nan:zz"], keep=2)
)
def test_a_forged_mark_is_none(owner, mark):
    guess(owner.email)
    client = browser()
    client.cookies[COOKIE] = mark

    assert challenge_on(sign_in(client, owner.email)) is not None


def test_a_mark_that_is_too_old_is_none(owner):
    client = browser()
    signer = Signer(salt=f"accounts.places roads.testserver {owner.email}")
    future, past = int(clock.timestamp()) + 60, int(clock.timestamp()) - 60
    guess(owner.email)

    client.cookies[COOKIE] = signer.sign(f"{'a' * 22}.{past}")
    page = sign_in(client, owner.email)
    client.cookies[COOKIE] = signer.sign(f"{'a' * 22}.{future}")
    sign_in(client, owner.email)

    assert (challenge_on(page) is not None, is_in(client)) == (True, True)


def test_a_mark_names_nobody_and_stays_at_its_host(owner):
    client = known(owner)

    mark = client.cookies[COOKIE]

    assert (mark["domain"], mark["httponly"], mark["samesite"]) == ("", True, "Lax")
    assert re.fullmatch(r"\w{22}\.\d{10}:[\w-]{43}", mark.value)


def test_a_stolen_mark_opens_no_way_round(owner):
    client = known(owner)
    guess(owner.email)
    for _time in range(MAX_WRONG):
        sign_in(moved(client), owner.email, WRONG)

    assert challenge_on(sign_in(moved(client), owner.email)) is not None


def test_who_is_signed_in_proves_it_as_before(owner):
    client = browser()
    sign_in(client, owner.email)
    guess(owner.email, MAX_WRONG + 1)

    page = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/reports/"})

    assert page.url == "/reports/"


def test_a_stolen_session_guesses_so_many_passwords_and_no_more(owner):
    client = browser()
    sign_in(client, owner.email)
    guess(owner.email)
    for _time in range(MAX_WRONG):
        cache.clear()
        client.post("/accounts/reauthenticate/", {"password": WRONG})
    cache.clear()

    page = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/reports/"})

    assert "Too many failed" in error_on(page)


def test_codes_guessed_from_everywhere_wait_but_where_the_owner_was_before(owner, roads):
    client = known(owner)
    with agency_context(roads):
        TOTP.activate(owner, APP_KEY)
    for _time in range(MAX_WRONG):
        # As if the five minutes of the account's own limit had passed.
        cache.clear()
        thief = browser()
        sign_in(thief, owner.email)
        thief.post("/accounts/2fa/authenticate/", {"code": "000000"})
    cache.clear()
    sign_in(thief := browser(), owner.email)
    page = thief.post("/accounts/2fa/authenticate/", {"code": code_of(APP_KEY)})
    cache.clear()

    sign_in(client, owner.email)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(APP_KEY)})

    assert "choose a new password by e-mail" in error_on(page)
    assert (is_in(thief), is_in(client)) == (False, True)


def test_codes_guessed_at_one_place_keep_the_owner_out_nowhere_else(owner, roads):
    with agency_context(roads):
        TOTP.activate(owner, APP_KEY)
    sign_in(thief := browser(), owner.email)
    for _time in range(MAX_WRONG + 5):
        thief.post("/accounts/2fa/authenticate/", {"code": "000000"})
    refused = thief.post("/accounts/2fa/authenticate/", {"code": code_of(APP_KEY)})

    sign_in(client := browser(), owner.email)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(APP_KEY)})

    assert "Too many failed" in error_on(refused)
    assert (is_in(thief), is_in(client)) == (False, True)


def test_who_opens_the_mailbox_gives_the_code_whoever_has_guessed(owner, roads, mailoutbox):
    with agency_context(roads):
        TOTP.activate(owner, APP_KEY)
    for _time in range(MAX_WRONG):
        sign_in(thief := browser(), owner.email)
        thief.post("/accounts/2fa/authenticate/", {"code": "000000"})
    client = browser()
    client.post(RESET, {"email": owner.email})
    code = re.search(r"\b([A-Z0-9]{4}-[A-Z0-9]{4})\b", mailoutbox[-1].body).group(1)
    client.post(f"{RESET}confirm/", {"code": code})
    client.post(f"{RESET}complete/", {"password1": NEW, "password2": NEW})

    sign_in(client, owner.email, NEW)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(APP_KEY)})

    assert is_in(client)


def test_the_counts_say_neither_who_nor_where(owner, roads):
    guess(owner.email, 1)

    with agency_context(roads):
        kept = str(list(SignInTry.objects.values()))

    assert SignInTry._meta.db_table == "accounts_signintry"
    assert kept != "[]"
    assert "roads" not in kept
    assert "10.3." not in kept
