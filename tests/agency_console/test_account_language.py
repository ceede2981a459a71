"""The pages of one's own account speak the language that one has chosen, as all other pages do."""

import re

import pytest

from shared.accounts.models import User
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import Console

pytestmark = pytest.mark.django_db

ACCOUNT_PAGES = [
    "/accounts/2fa/",
    "/accounts/email/",
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/sessions/",
]


def language_of(page):
    return re.findall(r'<html lang="(\w+)"', page.content.decode())


@pytest.mark.parametrize("path", [*ACCOUNT_PAGES, "/", "/setup/", "/no-such-page/"])
def test_saved_language_is_spoken_without_a_cookie(console, agent, path):
    with agency_context(console.agency):
        User.objects.filter(pk=agent.pk).update(language="fr")

    page = console.get(path)

    assert language_of(page) == ["fr"]
    assert page["Content-Language"] == "fr"


@pytest.mark.parametrize("path", ACCOUNT_PAGES)
def test_language_menu_goes_before_the_saved_language(console, agent, path):
    with agency_context(console.agency):
        User.objects.filter(pk=agent.pk).update(language="fr")
    console.client.cookies["language"] = "en"

    assert language_of(console.get(path)) == ["en"]


def test_visitor_reads_the_language_of_the_browser(client, roads):
    console = Console(client=client, agency=roads)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr"

    assert language_of(console.get("/accounts/login/")) == ["fr"]
