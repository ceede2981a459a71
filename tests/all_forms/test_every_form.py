"""Whatever is typed into any form of the citizens' site: an answer in their language, no failure.

The forms are found on the pages themselves, so that a new field is tried from its first day.
"""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLResolver, get_resolver, resolve

from tenants.agencies.selectors import address_book_clear
from tenants.models import Agency
from tests.all_forms.corpus import VALUES
from tests.all_forms.forms import Form, forms_on, language_of
from tests.all_forms.places import PLACES
from tests.support.factories import filed

pytestmark = pytest.mark.django_db

CANARY = "Only the water agency knows of this valve"
# Of each class one, each of which another step of a form can fail on.
BY_DAY = {
    kind: VALUES[kind]
    for kind in (
        "NUL", "10 kB", "digits of both scripts", "ten thousand digits", "beyond 64 bits",
        "no such day",
    )
}  # fmt: skip
# An answer may take this many times the processor's time of the page with the form; the dearest
# takes eleven times as much. Seconds would say as much of the machine as of us.
DEAREST = 100
# It stands on every page of an account and is tried on the first.
SIGN_OUT = "/ar/account/sign-out/"
# Addresses without a form of their own: what is read, and what a page's script asks for.
WITHOUT_FORM = {
    "choose-language", "healthz", "host-known", "readyz", "metrics", "robots", "sitemap",
    "security-contact", "worker", "offline", "outbox", "outbox-letter", "outbox-letter-page",
    "gallery", "gallery-console", "pages:about", "pages:accessibility", "pages:privacy",
    "pages:status", "pages:kept", "pages:manifest", "pages:organisation",
    "intake:suggest-organisations", "intake:show-receipt", "intake:download-receipt",
    "tracking:show-days", "tracking:read-attachment", "tracking:download-dossier",
    "tracking:download-data", "tracking:follow-up", "tracking:link-asked",
    "tracking:download-promised-day", "tracking:file-elsewhere",
    "statistics:download-figures", "knowledge_base:suggest-articles", "billing:take-event",
    "typed-input", "workspace_requests:show-terms", "workspace_requests:suggest-institutions",
}  # fmt: skip
# Tried where their state is made: over a limit, with a letter of four weeks ago, with a passkey.
TRIED_ELSEWHERE = {
    "account:end-visit": "tests/public_portal/account/test_visits.py",
    "intake:send-code": "tests/public_portal/intake/test_limits.py",
    "intake:resume-draft": "tests/public_portal/intake/test_drafts.py",
    "intake:show-held": "tests/public_portal/intake/test_held.py",
    "intake:take-back-held": "tests/public_portal/intake/test_held.py",
    "tracking:file-by-link": "tests/public_portal/tracking/test_directed.py",
    "intake:carry-over": "tests/public_portal/tracking/test_directed.py",
    "tracking:tell-by-link": "tests/public_portal/tracking/test_promise.py",
    "tracking:open-part": "tests/public_portal/tracking/test_split.py",
    "tracking:object-part": "tests/public_portal/tracking/test_split.py",
    "tracking:replace-code": "tests/tenants/case_access/test_printed_codes.py",
    "tracking:open-joined": "tests/public_portal/tracking/test_merged.py",
    "tracking:say-both-mine": "tests/public_portal/tracking/test_both_mine.py",
    "tracking:keep-email": "tests/public_portal/tracking/test_email_change.py",
    "tracking:prove-given-email": "tests/public_portal/tracking/test_email_given.py",
    "statistics:show-agency": "tests/public_portal/statistics/test_pages.py",
    "account:restore-complaint": "tests/public_portal/account/test_complaints.py",
    "account:prove": "tests/public_portal/account/test_data.py",
    "account:copy-data": "tests/public_portal/account/test_data.py",
    "account:passkey-options": "tests/public_portal/account/test_passkeys.py",
    "account:add-passkey": "tests/public_portal/account/test_passkeys.py",
    "account:rename-passkey": "tests/public_portal/account/test_passkeys.py",
    "account:remove-passkey": "tests/public_portal/account/test_passkeys.py",
}
FILES = {
    "nothing in it": ("empty.pdf", b""),
    "markup": ("photo.jpg", b"<svg onload=alert(1)>"),
    "a path": ("../../x\x00.pdf", b"%PDF-1.7 no more than a beginning"),
    "a long name": ("ن" * 400 + ".png", b"\x89PNG\r\n\x1a\n" + bytes(50)),
}


@pytest.fixture(autouse=True)
def _remembered(settings):
    """As in production: nothing that is typed changes who answers for a body."""
    address_book_clear()
    settings.ADDRESS_BOOK_SECONDS = 600
    yield
    address_book_clear()


class Undone(Exception):
    """Ends a block whose writes are taken back."""


def send(client: Client, page: str, form: Form, changes: dict[str, Any]) -> HttpResponseBase:
    address = form.action or page
    data = {**form.filled(), **changes}
    if form.method == "get":
        return client.get(address, data)
    return client.post(address, data)


Attempt = Callable[[str, dict[str, Any]], HttpResponseBase]


def try_all(form: Form, attempt: Attempt, values: dict[str, str]) -> None:
    """Each value in every field, then what else a browser or a programme could send."""
    typed = [name for name in form.fields if name not in form.hidden]
    # Of each field once: what it refuses, while all others are in order.
    refusing = set(typed)
    for number, (kind, value) in enumerate(values.items() if typed else ()):
        answer = attempt(f"all: {kind}", dict.fromkeys(typed, value))
        # A form of one field has just been tried in every way.
        if len(typed) == 1:
            continue
        refused = refused_on(answer, typed)
        if refused is None:
            name = typed[number % len(typed)]
            attempt(f"{name}: {kind}", {name: value})
            continue
        # A field that refuses hides what becomes of the value where it is taken.
        taken = [name for name in typed if name not in refused]
        if taken and refused:
            attempt(f"{', '.join(taken)}: {kind}", dict.fromkeys(taken, value))
        for name in refusing & refused:
            attempt(f"{name}: {kind}", {name: value})
        refusing -= refused
    for what, changes in odd_changes(form, typed, is_whole=values is VALUES):
        attempt(what, changes)


def refused_on(answer: HttpResponseBase, typed: list[str]) -> set[str] | None:
    """The fields that an answer sends back; ``None`` where it does not say which."""
    if answer.status_code in (301, 302, 303):
        return set()
    summary = re.search(rb'class="error-summary".*?</ul>', answer.content, re.DOTALL)
    targets = re.findall(r'href="#id_(\w+)"', summary.group().decode()) if summary else []
    refused = {name for name in typed if bare(name) in {bare(target) for target in targets}}
    return refused or None


def bare(name: str) -> str:
    """A choice is led to by its first button, a day in three fields by any of them."""
    return re.sub(r"_(\d+|day|month|year)$", "", name)


def odd_changes(form: Form, typed: list[str], *, is_whole: bool):
    """Fields that are misused in each way while the others are in order; buttons; files."""
    alone = (*typed, *form.hidden) if is_whole else form.hidden - {"csrfmiddlewaretoken"}
    together = [typed] if typed and not is_whole else []
    for names in (*together, *([name] for name in alone)):
        told = ", ".join(names)
        yield f"{told}: a number", dict.fromkeys(names, "7")
        yield f"{told}: left out", {name: [] for name in names}
        yield f"{told}: twice", {name: ["one", "two"] for name in names}
    for name, value in form.buttons.items():
        yield f"{name}: pressed", {name: value}
    for name in form.files:
        for kind, (file_name, content) in FILES.items():
            yield f"{name}: {kind}", {name: SimpleUploadedFile(file_name, content)}
    yield "fields that nobody asked for", {"is_staff": "1", "reference": "1" * 16, "id": "-1"}


def forms_of(client: Client, page: str) -> list[Form]:
    found = forms_on(client.get(page).content.decode())
    first_of_account = page == "/ar/account/"
    return [form for form in found if form.action != SIGN_OUT or first_of_account]


@pytest.mark.parametrize(
    "values", [BY_DAY, pytest.param(VALUES, marks=pytest.mark.slow)], ids=["one of each", "all"]
)
@pytest.mark.parametrize("place", PLACES)
def test_no_form_fails_whatever_is_typed(
    client: Client, roads: Agency, water: Agency, place: str, values: dict[str, str]
):
    filed(water, subject=CANARY, body=CANARY)
    page = PLACES[place](client, roads)
    cookies = deepcopy(client.cookies)
    address_book_clear()
    client.raise_request_exception = False
    began = time.thread_time()
    forms = forms_of(client, page)
    usual = time.thread_time() - began
    language = page.split("/")[1]
    wrong: list[str] = []
    for form in forms:

        def attempt(what: str, changes: dict[str, Any], form: Form = form) -> HttpResponseBase:
            client.cookies = deepcopy(cookies)
            with suppress(Undone), transaction.atomic():
                began = time.thread_time()
                answer = send(client, page, form, changes)
                taken = time.thread_time() - began
                found = list(faults(answer, language))
                if taken > usual * DEAREST:
                    found.append(f"takes {taken / usual:.0f} times as long as its page")
                wrong.extend(f"{form.action or page} {what}: {fault}" for fault in found)
                raise Undone
            return answer

        try_all(form, attempt, values)

    assert wrong == []
    assert forms


def faults(answer: HttpResponseBase, language: str):
    """What is wrong with an answer; nothing for a page, a way on or a refusal in words."""
    if not 200 <= answer.status_code < 500:
        yield f"status {answer.status_code}"
        return
    if answer.status_code in (301, 302, 303):
        return
    said = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if CANARY.encode() in said:
        yield "shows what another agency holds"
    is_page = answer["Content-Type"].startswith("text/html")
    # A fragment says no language.
    if is_page and language_of(said.decode()) not in (language, ""):
        yield f"in the language {language_of(said.decode())}"


@pytest.mark.slow
def test_every_address_with_a_form_is_among_the_places(client: Client, roads: Agency):
    reached = set()
    for arrive in PLACES.values():
        with suppress(Undone), transaction.atomic():
            client.cookies.clear()
            address_book_clear()
            page = arrive(client, roads)
            for address in (page, *(form.action or page for form in forms_of(client, page))):
                path = urlsplit(urljoin(page, address)).path
                reached.add(resolve(path, urlconf="config.urls_public").view_name)
            raise Undone

    known = set(names_of(get_resolver("config.urls_public")))
    assert known - reached - WITHOUT_FORM - TRIED_ELSEWHERE.keys() == set()
    assert (WITHOUT_FORM | TRIED_ELSEWHERE.keys()) - known == set()


def names_of(resolver: URLResolver, namespace: str = ""):
    """The name of every page below a resolver; the REST interface has tests of its own."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names_of(pattern, f"{pattern.namespace}:" if pattern.namespace else "")
        elif not (pattern.name or "").startswith("api-"):
            yield namespace + (pattern.name or "")
