"""What htmx asks for never changes the page around it, whatever comes of it."""

import re
from pathlib import Path
from typing import cast

import pytest
from django.conf import settings
from django.db import OperationalError
from django.http import HttpResponse

from shared.accounts.enums import Role
from shared.complaints.services import citizen_message_add, complaint_assign
from shared.kernel.actors import CITIZEN
from shared.ui.parts import POLL_HEADER, REASON_HEADER
from tenants.isolation.schema_switch import agency_context, start_in
from tests.agency_console.conftest import WORDS, Console
from tests.support.factories import filed, officer_actor
from tests.support.sampling import each_once

pytestmark = pytest.mark.django_db

ABSENT = "4815162342108097"
# Each address that a template gives to htmx, as it stands there, and an example of it.
ADDRESSES = {
    '{% case_url "show-writers" reference %}?version={{ version }}': "/cases/{case}/writers/",
    '{% case_url "show-hints" detail.case.reference %}{{ view_query }}': "/cases/{case}/similar/",
    '{% url "casework:show-held" %}': "/cases/held/",
    '{% url "inbox:choose-filter" %}{{ list_query }}': "/inbox/filter/",
    '{% url "inbox:save-view" %}{{ list_query }}': "/inbox/views/save/",
    '{% url "plan:show-next-invoice" %}': "/billing/next/",
    "{{ poll_url }}": "/inbox/rows/",
    "{{ tab.url }}": "/cases/{case}/?write=reply",
    "{{ url }}": "/cases/{case}/?write=reply&template=1",
    "{{ composer.action }}": "/cases/{case}/reply/",
    "{{ action }}": "/cases/{case}/reply/",
    # Pages of long work, which ask for themselves: the job pages of oversight have the same part.
    "{{ job.url }}": "/leaving/0198c3d2-7a55-7b3e-9c1d-5f2b8e6a4c70/",
    "{{ action_url }}": "/bulk/0198c3d2-7a55-7b3e-9c1d-5f2b8e6a4c70/",
}
# Given to htmx by a script (inbox.js).
BY_SCRIPT = "the preview of a case"
ADDRESSES[BY_SCRIPT] = "/inbox/cases/{case}/preview/"
POSTED = {"{{ composer.action }}", "{{ action }}"}
# Nothing is there of which they could tell.
ABSENT_HERE = {"{{ job.url }}", "{{ action_url }}"}
BROKEN = {500: RuntimeError("broken"), 503: OperationalError("no answer")}


@pytest.fixture
def case(console, roads):
    """A case that an administrator holds who is signed in."""
    officer = console.sign_in_as(Role.ADMINISTRATOR)
    reference = filed(roads).reference
    with agency_context(roads):
        complaint_assign(reference=reference, officer=officer, actor=officer_actor(officer))
    return reference


def ask(console: Console, name: str, case: str, **headers: str) -> HttpResponse:
    """Ask as htmx does."""
    path = ADDRESSES[name].format(case=case)
    given = {"host": "roads.testserver", "HX-Request": "true", **headers}
    data = {**WORDS, "version": "1", "step": "check"} if name in POSTED else None
    console.client.raise_request_exception = False
    method = console.client.post if name in POSTED else console.client.get
    answer = cast(HttpResponse, method(path, data, headers=given))
    start_in(None)
    return answer


def is_words(answer: HttpResponse) -> bool:
    """Whether an answer is a sentence and no page."""
    said = answer.content.decode()
    return answer["Content-Type"].startswith("text/plain") and len(said) > 10 and "<" not in said


def test_every_address_of_htmx_is_asked():
    found = {
        address
        for template in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for address in re.findall(r'hx-(?:get|post)="((?:\{.*?\}|[^"{])*)"', template.read_text())
    }

    assert found == set(ADDRESSES) - {BY_SCRIPT}


@pytest.mark.parametrize("name", ADDRESSES)
def test_signed_out_it_is_words(console, name, roads):
    answer = ask(console, name, filed(roads).reference)

    assert (answer.status_code, is_words(answer)) == (401, True)


@pytest.mark.parametrize("name", sorted(set(ADDRESSES) - ABSENT_HERE))
def test_the_part_comes_alone(console, case, name):
    answer = ask(console, name, case)

    said = answer.content.decode()
    assert answer.status_code == 200
    assert re.search(r"<(!doctype|html|head|title|body)\b", said, re.IGNORECASE) is None
    assert said.count("autofocus") <= (name in POSTED)


@pytest.mark.parametrize("name", sorted(POSTED))
def test_with_a_token_of_before_it_is_words_and_says_why(console, case, name):
    console.client.handler.enforce_csrf_checks = True

    answer = ask(console, name, case)

    assert (answer.status_code, is_words(answer)) == (403, True)
    assert answer[REASON_HEADER] == "renewed"


@pytest.mark.parametrize(
    "name", [*ABSENT_HERE, *(one for one in ADDRESSES if "{case}" in ADDRESSES[one])]
)
def test_of_what_is_not_there_it_is_words(console, case, name):
    answer = ask(console, name, ABSENT)

    assert (answer.status_code, is_words(answer)) == (404, True)


@pytest.mark.parametrize(
    ("name", "status"), each_once(sorted(set(ADDRESSES) - ABSENT_HERE), list(BROKEN))
)
def test_when_something_broke_it_is_words(console, case, name, status, monkeypatch):
    def fail(*_args, **_options):
        raise BROKEN[status]

    monkeypatch.setattr("django.shortcuts.loader.render_to_string", fail)

    answer = ask(console, name, case)

    assert (answer.status_code, is_words(answer)) == (status, True)


def test_a_conflict_is_the_part_with_both_texts(console, case, roads):
    version = console.case(case).version
    with agency_context(roads):
        citizen_message_add(reference=case, body="It is dark here.", actor=CITIZEN)
    sent = {**WORDS, "version": str(version), "step": "send"}
    headers = {"host": "roads.testserver", "HX-Request": "true"}

    answer = console.client.post(f"/cases/{case}/reply/", sent, headers=headers)
    start_in(None)

    said = answer.content.decode()
    assert answer.status_code == 409
    assert 'id="composer"' in said
    assert "It is dark here." in said
    assert WORDS["rule"] in said
    assert "<title" not in said


def test_a_redirect_is_followed_by_the_browser_and_not_by_the_script(console, case, roads):
    with agency_context(roads):
        number = console.case(case).version
    headers = {"host": "roads.testserver", "HX-Request": "true"}
    data = {"body": "A note.", "version": str(number)}

    answer = console.client.post(f"/cases/{case}/note/", data, headers=headers)
    start_in(None)

    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"/cases/{case}/")
    assert answer.content == b""


def test_a_poll_leads_nobody_anywhere(console, case):
    with agency_context(console.agency):
        console.client.session.flush()

    answer = ask(console, "{{ poll_url }}", case, **{POLL_HEADER: "1"})

    assert (answer.status_code, answer.has_header("HX-Redirect")) == (401, False)
