"""Many guesses at once, on connections of their own, of a code that was mailed to staff."""

import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from threading import Barrier

import pytest
from django.core import mail
from django.test import Client

from shared.accounts.models import User
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.agencies import committed_agencies
from tests.support.factories import PASSWORD, staff
from tests.tenants.isolation.committed import in_thread, with_own_connection

pytestmark = pytest.mark.django_db
THREADS, GUESSES, MOST = 8, 40, 3
RESET, RESET_CODE = "/accounts/password/reset/", "/accounts/password/reset/confirm/"
CHANGE, CHANGE_CODE = "/accounts/email/", "/accounts/confirm-email/"
VOID = "This code was tried too often and opens nothing any more. Ask for a new one."
NUMBERS = count(1)
KEPT_AS = {
    RESET_CODE: "account_password_reset_verification",
    CHANGE_CODE: "account_email_verification_code",
}


@pytest.fixture(scope="module")
def officer(django_db_setup, django_db_blocker):
    """Somebody of an agency that is really committed, and gone afterwards."""
    with django_db_blocker.unblock(), committed_agencies() as codes:
        found = in_thread(lambda: staff(Agency.objects.get(code=codes[0])))
        yield found


@pytest.fixture(params=[RESET_CODE, CHANGE_CODE])
def waiting(request, officer):
    """A browser that waits for a code, at the page of that code."""
    client = browser()
    if request.param == RESET_CODE:
        in_thread(partial(client.post, RESET, {"email": officer.email}))
        return client, RESET_CODE
    in_thread(partial(client.post, "/accounts/login/", typed(officer)))
    in_thread(partial(client.post, "/accounts/reauthenticate/", typed(officer)))
    # A letter to one address, and the letters for one place, are limited as well.
    asked = {"email": f"another{next(NUMBERS)}@dunes.example", "action_add": ""}
    in_thread(partial(client.post, CHANGE, asked))
    return client, CHANGE_CODE


def browser():
    client = Client(headers={"host": "dunes.testserver"})
    client.defaults["REMOTE_ADDR"] = f"10.2.0.{next(NUMBERS)}"
    client.cookies["language"] = "en"
    return client


def typed(officer: User) -> dict[str, str]:
    return {"login": officer.email, "password": PASSWORD}


def mailed() -> str:
    found = re.search(r"\b([A-Z0-9]{3,4}-[A-Z0-9]{3,4})\b", str(mail.outbox[-1].body))
    return str(found.group(1))


def wrong_codes(right: str) -> list[str]:
    letters = "BCDFGHJKLMNPQRSTVWXZ"
    found = (f"{right[:-2]}{first}{last}" for first in letters for last in letters)
    return [code for code in found if code != right][:GUESSES]


def kept(client, name):
    with agency_context(Agency.objects.get(code="dunes")):
        return client.session[name]


def put_back(client, name, state):
    with agency_context(Agency.objects.get(code="dunes")):
        session = client.session
        session[name] = state
        session.save()


def guess(client, page, start, code):
    """Whether one of many windows of the same browser is told to try again."""
    twin = browser()
    twin.cookies = client.cookies.copy()
    start.wait()
    return twin.post(page, {"code": code}).status_code == 200


def test_of_many_guesses_at_once_two_are_told_to_try_again(waiting):
    client, page = waiting
    start = Barrier(THREADS)

    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        acts = [partial(guess, client, page, start, code) for code in wrong_codes(mailed())]
        told = list(pool.map(with_own_connection, acts))

    assert sum(told) <= MOST - 1


def test_after_too_many_guesses_the_right_code_opens_nothing_and_says_so(waiting):
    client, page = waiting
    right, name = mailed(), KEPT_AS[page]
    state = in_thread(lambda: kept(client, name))
    for code in wrong_codes(right)[:MOST]:
        in_thread(partial(client.post, page, {"code": code}))

    # As a request does that had read the session before the wrong ones came.
    in_thread(lambda: put_back(client, name, state))
    answer = in_thread(lambda: client.post(page, {"code": right}, follow=True))

    assert (answer.redirect_chain[0][0], VOID in answer.content.decode()) == (
        "/accounts/login/",
        True,
    )


def test_a_new_code_after_too_many_guesses_is_taken(officer):
    client = browser()
    in_thread(partial(client.post, RESET, {"email": officer.email}))
    for code in wrong_codes(mailed())[:MOST]:
        in_thread(partial(client.post, RESET_CODE, {"code": code}))

    in_thread(partial(client.post, RESET, {"email": officer.email}))
    answer = in_thread(lambda: client.post(RESET_CODE, {"code": mailed()}))

    assert answer.url == "/accounts/password/reset/complete/"


def test_an_unknown_address_is_told_the_same(officer):
    told = []
    for email in (officer.email, "nobody@dunes.example"):
        client = browser()
        in_thread(partial(client.post, RESET, {"email": email}))
        pages = [
            in_thread(partial(client.post, RESET_CODE, {"code": "BBBB-BBBB"}))
            for _try in range(MOST)
        ]
        told.append([(page.status_code, page.get("Location", "")) for page in pages])

    assert told[0] == told[1]
