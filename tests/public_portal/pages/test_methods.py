"""Every address of the citizens' site, asked for by somebody who only looks."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern

pytestmark = pytest.mark.django_db

SAMPLES = {"uuid": "0190f3a0-0000-7000-8000-000000000000", "slug": "some", "str": "some"}
# Programs send to them; nobody reads them.
FOR_PROGRAMS = {"/stripe/webhook/"}
FORMS = {
    "/fr/track/case/messages/": "/fr/track/case/",
    "/fr/track/case/files/": "/fr/track/case/",
    "/fr/track/case/parts/open/": "/fr/track/case/",
    "/fr/track/case/joined/open/": "/fr/track/case/",
    "/fr/track/case/both-mine/": "/fr/track/case/",
    "/fr/track/case/email/keep/": "/fr/track/case/email/",
    "/fr/track/leave/": "/fr/track/",
    "/fr/submit/check/code/": "/fr/submit/check/",
    f"/fr/submit/files/{SAMPLES['uuid']}/remove/": "/fr/submit/files/",
    "/fr/submit/later/new/": "/fr/submit/later/",
    "/fr/submit/waiting/some/take-back/": "/fr/submit/waiting/some/",
    "/fr/submit/discard/": "/fr/submit/",
    "/fr/answers/some/vote/": "/fr/answers/some/",
    "/fr/account/open/": "/fr/account/",
    "/fr/account/remove/": "/fr/account/",
    "/fr/account/put-back/": "/fr/account/",
    "/fr/account/code/again/": "/fr/account/code/",
    "/fr/account/demo/": "/fr/account/sign-in/",
    "/fr/account/sign-out/": "/fr/account/",
    "/fr/account/security/sign-out/": "/fr/account/security/",
    "/fr/account/passkeys/sign-in/": "/fr/account/sign-in/",
    "/fr/workspace/code/again/": "/fr/workspace/code/",
    "/fr/workspace/discard/": "/fr/workspace/",
    "/fr/workspace/requests/some/answer/": "/fr/workspace/requests/some/",
    "/fr/workspace/requests/some/again/": "/fr/workspace/requests/some/",
}


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        prefixed = isinstance(pattern.pattern, LocalePrefixPattern)
        here = before + ("fr/" if prefixed else str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield re.sub(r"<(\w+):\w+>", lambda part: SAMPLES[part[1]], here)
        else:
            yield from addresses(pattern, here)


PUBLIC = [
    address
    for address in addresses(get_resolver("config.urls_public"))
    if not address.startswith("/api/")
]


def test_no_address_of_the_site_refuses_somebody_who_only_looks():
    client = Client(headers={"host": "testserver"})

    refused = {address for address in PUBLIC if client.get(address).status_code == 405}

    assert len(PUBLIC) > 80
    assert refused == FOR_PROGRAMS


def test_the_address_of_a_form_leads_to_the_page_of_the_form(client):
    assert {form: client.get(form).headers.get("Location") for form in FORMS} == FORMS


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_page_is_in_the_language_of_the_address(client, language):
    answer = client.get(f"/{language}/track/case/messages/")

    assert answer["Location"] == f"/{language}/track/case/"


@pytest.mark.parametrize(
    ("host", "method", "path"),
    [
        ("testserver", "put", "/fr/track/"),
        ("oversight.testserver", "get", f"/jobs/{SAMPLES['uuid']}/cancel/"),
    ],
)
def test_what_takes_no_such_method_says_so_in_words(host, method, path):
    client = Client(headers={"host": host, "accept-language": "fr"})

    answer = getattr(client, method)(path)

    assert answer.status_code == 405
    assert re.findall("<h1>(.*?)</h1>", answer.content.decode()) == [
        "Cette adresse n’est pas une page"
    ]
    assert "POST" in answer["Allow"]
