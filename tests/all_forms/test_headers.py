"""What every answer of the three sites tells a browser, whoever asks and whatever comes back."""

import pytest
from django.test import Client

from tenants.isolation.schema_switch import agency_context
from tests.all_forms.addresses import SITES, addresses
from tests.all_forms.test_nul import WHOLE
from tests.support.factories import filed, staff
from tests.support.sessions import open_session

pytestmark = pytest.mark.django_db

ALWAYS = {"default-src 'none'", "object-src 'none'", "base-uri 'none'"}
# Files and pages of letters that are handed out have a narrower policy of their own.
CONFINED = {"default-src 'none'"}
ELSEWHERE = "https://elsewhere.example"


def answers(roads, methods):
    """Each address asked for by a stranger and by somebody who works there."""
    filed(roads)
    officer = Client(headers={"host": "roads.testserver"})
    with agency_context(roads):
        open_session(officer, staff(roads))
    found = []
    for address in addresses():
        path = address.path({name: WHOLE[kind] for name, kind in address.parts.items()})
        asking = [Client(headers={"host": address.host})]
        if address.host == "roads.testserver":
            asking.append(officer)
        for browser in asking:
            browser.raise_request_exception = False
            for method in methods:
                answer = getattr(browser, method)(path, headers={"origin": ELSEWHERE})
                found.append((f"{method} {address}", answer))
    return found


@pytest.mark.parametrize(
    ("methods", "told"),
    [
        (("get",), {200, 302, 404, 405}),
        pytest.param(("get", "post", "put"), {200, 302, 403, 404, 405}, marks=pytest.mark.slow),
    ],
)
def test_every_answer_confines_its_page_and_is_taken_for_what_it_is(roads, methods, told):
    found = answers(roads, methods)

    wrong = [f"{asked}: {fault}" for asked, answer in found for fault in faults(answer)]

    assert len(found) > 166 * len(methods)
    assert {answer.status_code for _asked, answer in found} >= told
    assert wrong == []


def faults(answer):
    """What is missing from the head of an answer."""
    policy = {part.strip() for part in answer.get("Content-Security-Policy", "").split(";")}
    is_confined = "sandbox" in " ".join(policy)
    if not policy >= (CONFINED if is_confined else ALWAYS):
        yield f"policy {policy}"
    if not is_confined and "frame-ancestors 'none'" not in policy:
        yield f"frames {policy}"
    if answer.get("X-Content-Type-Options") != "nosniff":
        yield "no nosniff"
    if not {"same-origin", "no-referrer", "strict-origin"} & {
        part.strip() for part in answer.get("Referrer-Policy", "").split(",")
    }:
        yield "no referrer policy"
    if "Access-Control-Allow-Origin" in answer.headers:
        yield "read by other sites"
    kind = answer.get("Content-Type", "")
    if answer.status_code == 204 or (not answer.streaming and not answer.content):
        return
    if not kind or (kind.startswith("text/") and "charset=utf-8" not in kind):
        yield f"type {kind!r}"


@pytest.mark.parametrize("host", SITES)
def test_no_site_answers_a_preflight_of_another(host):
    asked = {
        "origin": ELSEWHERE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,authorization",
    }

    for path in ("/api/v1/complaints/", "/api/v1/tracking/case/", "/", "/accounts/login/"):
        answer = Client(headers={"host": host}).options(path, headers=asked)
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
