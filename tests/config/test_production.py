"""The settings of production, as a fresh process reads them, and what answers they make."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.support.factories import PASSWORD, staff
from tests.support.sampling import one_in

ROOT = Path(__file__).resolve().parents[2]
YEAR = 365 * 24 * 3600
NAMES = (
    "DEBUG", "DEMO", "SECURE_SSL_REDIRECT", "SECURE_PROXY_SSL_HEADER", "SECURE_REDIRECT_EXEMPT",
    "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY", "CSRF_COOKIE_SAMESITE", "CSRF_COOKIE_NAME",
    "MESSAGE_STORAGE", "LANGUAGE_COOKIE_SECURE", "LANGUAGE_COOKIE_HTTPONLY",
    "LANGUAGE_COOKIE_SAMESITE", "LANGUAGE_COOKIE_NAME", "SIGNED_IN_COOKIE_NAME",
)  # fmt: skip
READ = f"""
import json, sys
from django.conf import settings
from django.contrib.auth.hashers import get_hasher
said = {{name: getattr(settings, name) for name in {NAMES!r}}}
hasher = get_hasher()
said["hasher"] = [hasher.algorithm, hasher.iterations]
said["apps"] = settings.INSTALLED_APPS
json.dump(said, sys.stdout)
"""


@pytest.fixture(scope="module")
def read():
    """What a process of production has in its settings, whatever the environment wishes."""
    done = subprocess.run(
        [sys.executable, "-c", READ],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.prod", "DEMO": "true"},
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.fixture
def browser(read, settings, roads):
    """A browser at the console of an agency, over TLS."""
    for name in NAMES:
        setattr(settings, name, read[name])
    settings.SECURE_PROXY_SSL_HEADER = tuple(read["SECURE_PROXY_SSL_HEADER"])
    return Client(headers={"host": "roads.testserver", "x-forwarded-proto": "https"})


def test_neither_debugging_nor_the_demonstration_can_be_switched_on(read):
    assert (read["DEBUG"], read["DEMO"]) == (False, False)


def test_the_proxy_shares_pages_among_readers_with_exactly_the_cookies_of_production(read):
    proxy = (ROOT / "deploy" / "nginx.conf").read_text()
    shared = re.search(r"\(\?:([\w|-]+)\)=\[\^;\]\*", proxy).group(1)
    kinds = ("SESSION", "CSRF", "LANGUAGE", "SIGNED_IN")

    assert shared.split("|") == [read[f"{kind}_COOKIE_NAME"] for kind in kinds]
    assert f"{read['SIGNED_IN_COOKIE_NAME']}=1" in proxy


def test_passwords_are_kept_by_a_slow_hash(read):
    algorithm, rounds = read["hasher"]

    assert algorithm == "pbkdf2_sha256"
    assert rounds >= 600_000


def test_nobody_signs_in_through_another_system(read):
    assert [app for app in read["apps"] if re.search("social|oauth|oidc|saml|idp", app)] == []


def test_every_cookie_is_bound_to_its_host_and_hidden_from_scripts(browser, roads):
    person = staff(roads)
    browser.get("/accounts/login/")
    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    browser.post("/language/setlang/", {"language": "fr", "next": "/"})

    cookies = {name: morsel for name, morsel in browser.cookies.items() if morsel.value}
    assert sorted(cookies) == [
        "__Host-csrf",
        "__Host-language",
        "__Host-messages",
        "__Host-places",
        "__Host-session",
    ]
    for morsel in cookies.values():
        assert (morsel["secure"], morsel["httponly"], morsel["samesite"]) == (True, True, "Lax")
        assert (morsel["domain"], morsel["path"]) == ("", "/")


@pytest.mark.parametrize(
    ("host", "path"),
    one_in(
        2,
        [
            ("roads.testserver", "/accounts/login/"),
            ("roads.testserver", "/nothing/"),
            ("roads.testserver", "/"),
            ("testserver", "/fr/"),
            ("testserver", "/api/v1/organisations/"),
            ("testserver", "/api/v1/tracking/case/"),
            ("oversight.testserver", "/"),
            ("nobody.testserver", "/"),
        ],
    ),
)
def test_browsers_are_told_to_come_over_tls_for_a_year(browser, host, path):
    said = browser.get(path, headers={"host": host})["Strict-Transport-Security"]

    seconds = int(re.search(r"max-age=(\d+)", said).group(1))
    assert seconds >= YEAR
    assert "includeSubDomains" in said


def test_without_tls_a_page_leads_to_itself_with_it(browser):
    page = browser.get("/accounts/login/", headers={"x-forwarded-proto": "http"})

    assert page.status_code == 301
    assert page["Location"] == "https://roads.testserver/accounts/login/"
