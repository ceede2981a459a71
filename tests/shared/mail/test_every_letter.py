"""C15: what every letter about a request looks like, in each language."""

import re
from contextlib import nullcontext

import pytest
from django.core import mail

from shared.complaints.services.citizen_mail import DIRECTED, LETTERS as CASE_LETTERS
from shared.mail.permissions.mail_kinds import LETTERS as KINDS
from shared.mail.services import mail_row, mail_send
from tenants.case_access.services.email_changes import email_change_keep
from tenants.case_access.services.mail_recipients import (
    ASKED_FOR,
    EMAIL_CHANGED,
    GIVEN_EMAIL,
    LINKS,
    NATIONAL,
    mail_context,
)
from tenants.case_access.services.text_encryption import encrypt_text, text_encrypt
from tenants.isolation.schema_switch import agency_context
from tenants.models import Route
from tests.public_portal.tracking.visits import EMAIL
from tests.support.factories import filed
from tests.support.sampling import in_turn

pytestmark = pytest.mark.django_db

LETTERS = sorted({*CASE_LETTERS.values(), DIRECTED, *NATIONAL, GIVEN_EMAIL})
LANGUAGES = ("ar", "fr", "en")
PERSONAL = ("Test Person", EMAIL, "Street lamp", "The street lamp", "number twelve")
BUTTON = re.compile(r'<a href="([^"]+)" style="display:inline-block;padding:12px[^"]*"><strong>')
# One thing to do; a promise has its yes and its no.
BUTTONS = {"promise": 2}


@pytest.fixture
def letter(request, roads):
    """The letter of that name to a real citizen, as it left."""

    def send(name, language):
        reference = filed(roads).reference
        # Of a proved address nobody asks for the proof.
        Route.objects.update(is_email_proved=name != GIVEN_EMAIL)
        route = Route.objects.get(reference=reference)
        new = text_encrypt("new@example.org", about=f"email:{reference}")
        email_change_keep(route=route, encrypted=new, is_first=False)
        # It leaves in the place of a link while the address is not proved.
        queued = ASKED_FOR if name == GIVEN_EMAIL else name
        sealed_for = EMAIL if queued == ASKED_FOR else "former@example.org"
        sealed = encrypt_text(sealed_for, about=mail_context(reference))
        row = mail_row(
            to="",
            letter=queued,
            language=language,
            reference=reference,
            context={
                "due_on": "2026-04-30",
                "promised_on": "2026-05-30",
                "sealed": sealed,
                "organisation": "roads",
            },
        )
        # Of a case the agency alone writes, of its links the national side.
        with nullcontext() if queued in NATIONAL else agency_context(roads):
            row.save(force_insert=True)
            assert mail_send(mail_id=row.pk)
        return reference, mail.outbox[-1]

    return send


each_language = pytest.mark.parametrize("language", LANGUAGES)


def require_subject(message, reference, name):
    """It begins with the reference and is one line."""
    begins = "" if KINDS[name].is_proof else f"{reference} – "
    assert re.fullmatch(rf"{begins}[^\r\n]+", message.subject)
    assert len(message.subject) <= 78


def require_one_thing_to_do(html, name):
    assert len(BUTTON.findall(html)) == BUTTONS.get(name, 1)
    keys = {re.sub(r"\?.*", "", url) for url in re.findall(r'href="(.*?)"', html)}
    assert len(keys) == (2 if name in ("answered", DIRECTED) else 1)


def require_same_words_and_links(text, html):
    """The plain text says what the page says."""
    linked = set(re.findall(r'href="(.*?)"', html))
    assert set(re.findall(r"https?://\S+", text)) == linked
    assert re.findall(r"&#x27;|&quot;|&amp;|<\w", text) == []
    for words in re.findall(r"<p>([^<]{30,})</p>", html):
        assert words.replace("&#x27;", "'") in text


def require_direction_and_language(message, html, language):
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in html
    assert f'<body dir="{direction}">' in html
    assert set(re.findall(r'<t[dr] dir="(\w+)"', html)) == {direction}
    assert message.extra_headers["Content-Language"] == language


def require_plain_looks(html):
    """It loads nothing and counts nobody, is 600 px wide at most and has no colour of its own."""
    assert re.findall(r"<img|<script|<link|<style|url\(|src=|background", html) == []
    assert re.findall(r'width="(\d+)"', html) == ["600"]
    assert "width:100%;max-width:600px" in html
    assert re.findall(r"color:|bgcolor|#[0-9a-f]{3,6}\b", html) == []
    assert '<meta name="color-scheme" content="light dark">' in html


@pytest.mark.parametrize(("name", "language"), in_turn(LETTERS, LANGUAGES))
def test_c15_a_letter_says_one_thing_in_one_language_and_loads_nothing(letter, name, language):
    reference, message = letter(name, language)

    html = message.alternatives[0].content
    require_subject(message, reference, name)
    require_one_thing_to_do(html, name)
    require_same_words_and_links(message.body, html)
    require_direction_and_language(message, html, language)
    require_plain_looks(html)
    content = f"{message.subject}{message.body}{html}"
    assert [words for words in (*PERSONAL, "new@example.org") if words in content] == []


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.is_proof])
@each_language
def test_a_letter_that_asks_for_a_proof_has_no_reference(letter, name, language):
    reference, message = letter(name, language)

    content = f"{message.subject}{message.body}{message.alternatives[0].content}"
    assert reference not in content
    assert "reference=" not in content


@pytest.mark.parametrize("name", sorted(LINKS))
def test_the_links_of_a_letter_live_where_its_page_is(letter, client, name):
    _reference, message = letter(name, "fr")

    page, _purpose = LINKS[name]
    links = [url for url in re.findall(r"https?://\S+", message.body) if f"/track/{page}/" in url]
    assert links
    for link in links:
        path = re.sub(r"^https?://[^/]+", "", link)
        assert client.get(path, headers={"host": "testserver"}).status_code in (200,)


def test_the_last_letter_to_a_former_address_goes_there(letter):
    _reference, message = letter(EMAIL_CHANGED, "fr")

    assert message.to == ["former@example.org"]
