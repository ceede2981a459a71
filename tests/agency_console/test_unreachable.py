"""The console of an agency whose database node does not answer."""

import pytest

from tests.support.unreachable import RETRY_SECONDS, agency_unreachable

pytestmark = pytest.mark.django_db

PATHS = ("/", "/accounts/login/", "/cases/4815162342108097/", "/staff/", "/reports/")
SENTENCES = {
    "ar": "خادم هذه الإدارة لا يستجيب",
    "fr": "Le serveur de cette administration ne répond pas",
    "en": "The server of this administration does not answer",
}


@pytest.fixture(autouse=True)
def browser(console):
    """Errors are answered as in production."""
    console.client.raise_request_exception = False
    return console.client


@pytest.mark.parametrize("path", PATHS)
def test_each_page_says_so_and_when_to_come_again(console, agent, roads, path):
    with agency_unreachable(roads):
        page = console.get(path)

    assert page.status_code == 503
    assert page.headers["Retry-After"] == str(RETRY_SECONDS)
    assert SENTENCES["ar"] in console.received.decode()


@pytest.mark.parametrize("language", SENTENCES)
def test_in_the_language_of_the_person(console, browser, agent, roads, settings, language):
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    with agency_unreachable(roads):
        console.get("/")

    assert SENTENCES[language] in console.received.decode()


def test_the_person_is_still_signed_in_afterwards(console, agent, roads):
    with agency_unreachable(roads):
        assert console.get("/").status_code == 503

    assert console.get("/").status_code == 200


def test_another_agencys_console_does_not_notice(console, agent, water):
    with agency_unreachable(water):
        assert console.get("/").status_code == 200


def test_signing_in_says_so_too(console, roads):
    console.get("/accounts/login/")
    with agency_unreachable(roads):
        page = console.post(
            "/accounts/login/", {"login": "agent@roads.example", "password": "wrong password"}
        )

    assert page.status_code == 503
