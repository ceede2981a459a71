"""Who is turned away over a limit stands in the log, once an hour, and fills it with nothing."""

import pytest

from shared.accounts.enums import Role
from shared.kernel import clock
from tests.agency_console.test_guesses_from_everywhere import (
    NOBODY,
    WRONG,
    browser,
    guess,
    log_of,
    sign_in,
)
from tests.support.factories import staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_hour():
    """One instant for a whole test."""
    with clock.travel(clock.now()) as travelled:
        yield travelled


@pytest.fixture
def owner(roads):
    """Somebody who signs in."""
    return staff(roads, Role.AGENT)


def test_five_wrong_passwords_at_one_place_are_told_once(owner, roads):
    client = browser()
    for _time in range(8):
        sign_in(client, owner.email, WRONG)

    assert log_of(roads) == [f"user {owner.pk}"]
    assert log_of(roads, "user.sign_in_failed") == [f"user {owner.pk}"] * 5


def test_who_is_asked_for_a_sum_is_told_once(owner, roads):
    guess(owner.email, 25)

    assert log_of(roads) == [f"user {owner.pk}"]


def test_too_many_sign_ins_from_one_place_are_told_once(owner, roads):
    client = browser()
    for number in range(30):
        sign_in(client, f"nobody{number}@roads.example", WRONG)
    before = log_of(roads)
    pages = [sign_in(client, owner.email, WRONG) for _time in range(3)]

    assert [page.status_code for page in pages] == [429, 429, 429]
    assert (before, log_of(roads)) == (["user unknown"], ["user unknown", f"user {owner.pk}"])


def test_unknown_addresses_share_one_line_that_names_none(roads):
    for name in ("one", "two", "three"):
        client = browser()
        for _time in range(6):
            sign_in(client, f"{name}.{NOBODY}", WRONG)

    assert log_of(roads) == ["user unknown"]


def test_in_another_hour_it_is_told_again(owner, roads):
    guess(owner.email, 22)
    with clock.travel(clock.now() + clock.timedelta(hours=1)):
        guess(owner.email, 22)

    assert log_of(roads) == [f"user {owner.pk}"] * 2


def test_a_password_that_is_asked_for_by_mail_is_no_sign_in(roads):
    client = browser()
    pages = [client.post("/accounts/password/reset/", {"email": NOBODY}) for _time in range(6)]

    assert pages[-1].status_code == 429
    assert log_of(roads) == []
