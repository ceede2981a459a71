"""The address of a draft by letter: typed twice, counted, and nowhere once it has left."""

import re

import pytest

from public_portal.intake.models import Draft
from shared.mail.models import Mail
from shared.mail.services import mail_send
from tests.public_portal.api import corpus
from tests.public_portal.intake.journey import errors_on, in_arabic, summary_on, text, values_on
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

EMAIL = "citizen@example.ma"


@pytest.fixture
def saved(citizen):
    citizen.answer_all("wish")
    return citizen


def ask(citizen, email=EMAIL, again=None):
    typed = {"email": email, "email_again": email if again is None else again}
    return citizen.client.post(citizen.url("later/"), typed)


def test_c10_the_letter_leads_back_to_the_answers_and_says_until_when(saved, mailoutbox):
    assert ask(saved)["Location"] == saved.url("later/")
    mail_send(mail_id=Mail.objects.get().pk)

    letter = mailoutbox[0]
    assert letter.to == [EMAIL]
    path = re.search(r"http://testserver:8000(/ar/submit/later/\S+)", letter.body).group(1)
    assert 'dir="rtl"' in letter.alternatives[0][0]
    assert saved.client.get(path).status_code == 200
    assert in_arabic("The answers are kept until %(day)s.").split("%")[0] in letter.body


def test_once_it_has_left_the_letter_keeps_nothing(saved):
    ask(saved)
    letter = Mail.objects.get()
    mail_send(mail_id=letter.pk)

    letter.refresh_from_db()
    assert (letter.to, letter.context) == ("", {})


def test_a_second_address_that_differs_is_refused_beside_its_field(saved):
    page = ask(saved, again="citizen@example.com")

    assert page.status_code == 200
    assert summary_on(page) == [
        ("id_email_again", in_arabic("The two addresses differ. Read them again."))
    ]
    assert values_on(page)["email"] == EMAIL
    assert Mail.objects.count() == 0


def test_capitals_are_no_difference(saved):
    assert ask(saved, again=EMAIL.upper()).status_code == 302


@pytest.mark.parametrize("email", repeats(["", *corpus.EMAILS_TO_REFUSE], keep=3))
def test_what_is_no_address_gets_no_letter(saved, email):
    page = ask(saved, email)

    assert page.status_code == 200
    assert len(errors_on(page)) >= 1
    assert Mail.objects.count() == 0


def test_nobody_is_written_to_more_than_three_times_a_day(saved):
    answers = [ask(saved).status_code for _time in range(4)]

    assert answers == [302, 302, 302, 429]
    assert Mail.objects.count() == 3


def test_a_new_address_takes_the_answers_along_and_closes_the_old_one(saved):
    old = saved.client.session["draft"]

    saved.client.post(saved.url("later/new/"))

    new = saved.client.session["draft"]
    assert new != old
    assert saved.client.get(saved.url(f"later/{old}/")).status_code == 404
    assert saved.client.get(saved.url(f"later/{new}/")).status_code == 200
    assert "حي السلام" in text(saved.see("circumstances"))
    assert Draft.objects.count() == 1


def test_without_answers_there_is_nothing_to_send_or_to_renew(citizen):
    assert ask(citizen)["Location"] == citizen.url("kind")
    assert citizen.client.post(citizen.url("later/new/")).status_code == 302
    assert Mail.objects.count() == 0
