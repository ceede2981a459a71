"""Whatever is typed into any form of the citizens' site: an answer in their language, no failure.

The forms are found on the pages themselves, so that a new field is tried from its first day.
"""

import time
from copy import deepcopy

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client

from tenants.models import Agency
from tests.everywhere.corpus import VALUES
from tests.everywhere.forms import Form, forms_on, language_of
from tests.everywhere.places import PLACES
from tests.factories import filed

pytestmark = pytest.mark.django_db

CANARY = "Only the water agency knows of this valve"
# Of work in Python: how long another one waits for the processor says nothing of ours.
SLOWEST_SECONDS = 1.0
# They leave the place, or go elsewhere: each is tried where it belongs.
ELSEWHERE = ("/accounts/", "/gallery/")
FILES = {
    "nothing in it": ("empty.pdf", b""),
    "markup": ("photo.jpg", b"<svg onload=alert(1)>"),
    "a path": ("../../x\x00.pdf", b"%PDF-1.7 no more than a beginning"),
    "a long name": ("ن" * 400 + ".png", b"\x89PNG\r\n\x1a\n" + bytes(50)),
}


class Undone(Exception):
    """Ends a block whose writes are taken back."""


def send(client: Client, page: str, form: Form, changes: dict[str, object]) -> HttpResponseBase:
    address = form.action or page
    data = {**form.filled(), **changes}
    if form.method == "get":
        return client.get(address, data)
    return client.post(address, data)


def attempts(form: Form):
    """Each value in all fields at once, and in one of them while the others are in order."""
    typed = [name for name in form.fields if name not in form.hidden]
    for number, (kind, value) in enumerate(VALUES.items() if typed else ()):
        name = typed[number % len(typed)]
        yield f"all: {kind}", dict.fromkeys(typed, value)
        yield f"{name}: {kind}", {name: value}
    for name in (*typed, *form.hidden):
        yield f"{name}: a number", {name: "7"}
        yield f"{name}: left out", {name: []}
        yield f"{name}: twice", {name: ["one", "two"]}
    for name, value in form.buttons.items():
        yield f"{name}: pressed", {name: value}
    for name in form.files:
        for kind, (file_name, content) in FILES.items():
            yield f"{name}: {kind}", {name: SimpleUploadedFile(file_name, content)}
    yield "fields that nobody asked for", {"is_staff": "1", "reference": "1" * 16, "id": "-1"}


@pytest.mark.parametrize("place", PLACES)
def test_no_form_fails_whatever_is_typed(client: Client, roads: Agency, water: Agency, place: str):
    filed(water, subject=CANARY, body=CANARY)
    page = PLACES[place](client, roads)
    cookies = deepcopy(client.cookies)
    client.raise_request_exception = False
    forms = [
        form
        for form in forms_on(client.get(page).content.decode())
        if not (form.action or page).startswith(ELSEWHERE)
    ]
    wrong = []
    for form in forms:
        for what, changes in attempts(form):
            client.cookies = deepcopy(cookies)
            try:
                with transaction.atomic():
                    began = time.thread_time()
                    answer = send(client, page, form, changes)
                    taken = time.thread_time() - began
                    wrong += [f"{form.action or page} {what}: {fault}" for fault in faults(answer)]
                    if taken > SLOWEST_SECONDS:
                        wrong.append(f"{form.action or page} {what}: {taken:.1f} s")
                    raise Undone
            except Undone:
                pass

    assert wrong == []
    assert forms or place == "later"


def faults(answer: HttpResponseBase):
    """What is wrong with an answer; nothing for a page, a way on or a refusal in words."""
    if not 200 <= answer.status_code < 500:
        yield f"status {answer.status_code}"
        return
    if answer.status_code in (301, 302, 303):
        return
    said = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if CANARY.encode() in said:
        yield "shows what another agency holds"
    if answer["Content-Type"].startswith("text/html"):
        html = said.decode()
        if language_of(html) not in ("ar", ""):
            yield f"in the language {language_of(html)}"
