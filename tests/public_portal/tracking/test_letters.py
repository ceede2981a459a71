"""What arrives in the citizen's mailbox."""

import re
from datetime import date

import pytest
from django.core import mail

from shared.complaints.enums import Privacy
from shared.complaints.services.citizen_mail import LETTERS
from shared.mail.models import Mail
from shared.mail.services import mail_row, mail_send
from shared.ui.dates import day_text
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import filed
from tests.support.sampling import each_once

pytestmark = pytest.mark.django_db

LANGUAGES = ("ar", "fr", "en")
PERSONAL = ("Test Person", "person@example.org", "Street lamp out", "The street lamp")


def sent(letter, language, due_on="2026-04-30"):
    row = mail_row(
        to="person@example.org",
        letter=letter,
        language=language,
        reference="4815162342108097",
        context={"due_on": due_on},
    )
    row.save(force_insert=True)
    mail_send(mail_id=row.pk)
    message = mail.outbox[-1]
    return message.subject, message.body, message.alternatives[0].content


@pytest.mark.parametrize(
    ("language", "letter"), each_once(list(LANGUAGES), sorted(LETTERS.values()))
)
def test_every_letter_names_the_reference_and_gives_one_address(settings, letter, language):
    settings.BASE_DOMAIN, settings.SITE_PORT = "insaf.example", 80

    subject, text, html = sent(letter, language)

    address = f"http://insaf.example/{language}/track/?reference=4815162342108097"
    assert subject.startswith("4815162342108097")
    assert "\n" not in subject
    assert re.findall(r"https?://\S+", text) == [address]
    assert re.findall(r'href="(.*?)"', html) == [address]
    assert re.findall(r'<html lang="(\w+)" dir="(\w+)">', html) == [
        (language, "rtl" if language == "ar" else "ltr")
    ]


@pytest.mark.parametrize("letter", sorted(LETTERS.values()))
def test_no_letter_loads_anything_or_carries_markup_in_its_text(letter):
    _subject, text, html = sent(letter, "fr")

    assert re.findall(r"<img|<script|<link|url\(|src=", html) == []
    assert re.findall(r"&#x27;|&quot;|&amp;|<\w", text) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("letter", ["received", "question", "reopened"])
def test_a_letter_about_a_complaint_says_the_day_and_about_another_kind_does_not(letter, language):
    day = day_text(date(2026, 4, 30), language=language)

    _subject, with_term, _html = sent(letter, language)
    _subject, without_term, _html = sent(letter, language, due_on="")

    assert with_term.count(day) == 1
    assert without_term.count(day) == 0


def test_the_letter_of_a_real_complaint_holds_no_personal_data(roads):
    filed(roads)
    with agency_context(roads):
        mail_send(mail_id=Mail.objects.get().pk)

    message = mail.outbox[-1]
    content = f"{message.subject}{message.body}{message.alternatives[0].content}"
    assert [words for words in PERSONAL if words in content] == []
    assert message.to == ["person@example.org"]


def test_nobody_writes_to_an_anonymous_citizen(roads):
    filed(roads, privacy=Privacy.ANONYMOUS)

    with agency_context(roads):
        assert Mail.objects.count() == 0
