"""From the invitation to the first sign-in, in Arabic: no dead end, nothing in English."""

import html
import re

import pytest
from django.core import mail

from shared.accounts.enums import Role
from shared.mail.models import Mail
from shared.mail.services import mail_send
from tenants.isolation.schema_switch import agency_context
from tests.agency_console.conftest import Console

NEW = {"name": "سعاد بناني", "email": "souad@roads.example", "role": "administrator"}
SECRET = "أربع كلمات لا تجتمع عادة"
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture
def invited(console):
    """The letter that a second administrator gets."""
    console.client.cookies["language"] = "ar"
    console.sign_in_as(Role.ADMINISTRATOR)
    console.post("/staff/add/", NEW)
    with agency_context(console.agency):
        (row,) = Mail.objects.filter(letter="colleague")
        assert mail_send(mail_id=row.pk)
    return mail.outbox[-1]


@pytest.fixture
def newcomer(console, invited):
    """Her browser, in which nobody has signed in."""
    browser = Console(client=type(console.client)(), agency=console.agency)
    browser.client.cookies["language"] = "ar"
    return browser


def words_of(console) -> str:
    """What a page says to its reader, without addresses and names of languages."""
    text = console.received.decode()
    (main,) = re.findall(r"<main.*</main>", text, re.DOTALL)
    main = re.sub(r'<bdi dir="ltr">.*?</bdi>', "", main)
    main = main.split('<div class="entrance-foot">')[0]
    shown = re.findall(r'placeholder="([^"]*)"', main)
    return html.unescape(" ".join([re.sub(r"<[^>]+>", " ", main), *shown]))


def code_in(letter) -> str:
    """The first code that a letter holds."""
    found: list[str] = re.findall(r"\b[A-Z0-9]{4,}-?[A-Z0-9]{3,}\b", letter.body)
    return found[0]


def english_in(text: str) -> list[str]:
    return LATIN_WORD.findall(text)


def test_the_letter_of_a_second_administrator_leads_to_a_password(invited):
    assert invited.to == [NEW["email"]]
    assert "http://roads.testserver:8000/accounts/password/reset/" in invited.body
    assert "http://roads.testserver:8000/\n" in invited.body


def test_each_page_leads_on_and_speaks_arabic(newcomer):
    newcomer.get("/accounts/password/reset/")
    assert english_in(words_of(newcomer)) == []
    assert "اختر كلمة السر" in words_of(newcomer)

    newcomer.post("/accounts/password/reset/", {"email": NEW["email"]})
    letter = mail.outbox[-1]
    code = code_in(letter)
    assert letter.subject.endswith("رمزك لاختيار كلمة السر")
    assert english_in(letter.subject + letter.body.replace(code, "")) == []
    assert 'dir="rtl"' in letter.alternatives[0].content

    newcomer.get("/accounts/password/reset/confirm/")
    assert english_in(words_of(newcomer)) == []
    newcomer.post("/accounts/password/reset/confirm/", {"code": "wrong"})
    assert english_in(words_of(newcomer)) == []
    assert newcomer.post("/accounts/password/reset/confirm/", {"code": code}).status_code == 302

    newcomer.get("/accounts/password/reset/complete/")
    assert english_in(words_of(newcomer)) == []
    done = newcomer.post(
        "/accounts/password/reset/complete/", {"password1": SECRET, "password2": SECRET}
    )
    newcomer.get(done["Location"])
    assert english_in(words_of(newcomer)) == []
    assert re.search(r'class="button" href="/accounts/login/"', newcomer.received.decode())

    newcomer.get("/accounts/login/")
    assert english_in(words_of(newcomer)) == []
    newcomer.post("/accounts/login/", {"login": NEW["email"], "password": SECRET})
    assert newcomer.get("/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("short", "short"), "كلمة السر قصيرة: 12 حرفا على الأقل"),
        (("password1234", "password1234"), "هذه من كلمات السر"),
        ((NEW["email"], NEW["email"]), "كلمة السر تشبه"),
        ((SECRET, SECRET + "!"), "كلمة السر نفسها"),
    ],
)
def test_a_refused_password_is_explained_in_arabic(newcomer, typed, said):
    newcomer.post("/accounts/password/reset/", {"email": NEW["email"]})
    code = code_in(mail.outbox[-1])
    newcomer.post("/accounts/password/reset/confirm/", {"code": code})

    newcomer.post(
        "/accounts/password/reset/complete/", {"password1": typed[0], "password2": typed[1]}
    )

    assert said in words_of(newcomer)
    assert english_in(words_of(newcomer)) == []


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_wrong_password_is_refused_in_the_readers_language(newcomer, language):
    newcomer.client.cookies["language"] = language

    newcomer.post("/accounts/login/", {"login": NEW["email"], "password": "not the one"})

    assert "specified" not in newcomer.received.decode()
    assert "كلمة المرور" not in newcomer.received.decode()
