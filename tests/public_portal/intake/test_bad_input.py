import pytest

from public_portal.intake.forms.base import LEFT_OUT
from shared.kernel.text import clean_text
from tests.public_portal.api import corpus
from tests.public_portal.intake.journey import (
    errors_on,
    filed_in,
    in_arabic,
    summary_on,
    text,
    values_on,
)
from tests.support.sampling import each_once, repeats

pytestmark = pytest.mark.django_db


def without_nul(texts):
    """Those that can be kept as they are."""
    return [one for one in texts if "\x00" not in one]


@pytest.mark.parametrize("kind", corpus.by_class(sorted({*corpus.TEXTS_TO_REFUSE} - {"NUL"})))
def test_a_body_that_is_no_text_is_refused_beside_its_field_and_stays_there(citizen, kind):
    typed = corpus.TEXTS_TO_REFUSE[kind]
    citizen.answer_all("story")

    page = citizen.answer("story", body=typed)

    assert page.status_code == 200
    assert [target for target, _words in summary_on(page)] == ["id_body"]
    assert errors_on(page) == [words for _target, words in summary_on(page)]
    assert page.context["form"]["body"].value() == clean_text(typed)
    assert values_on(page)["subject"] == "الإنارة العمومية"


@pytest.mark.parametrize(
    ("step", "field", "typed"),
    [
        ("story", "body", corpus.TEXTS_TO_REFUSE["NUL"]),
        ("person", "email", "a\x00b@example.ma"),
        ("person", "name", "a\x00b"),
    ],
)
def test_what_no_database_keeps_is_taken_out_and_said(citizen, step, field, typed):
    citizen.answer_all(step)

    page = citizen.answer(step, **{field: typed})

    assert in_arabic(str(LEFT_OUT)) in text(page)
    assert values_on(page)[field] == typed.replace("\x00", "")
    assert citizen.see("check/")["Location"] == citizen.url(step)


@pytest.mark.parametrize("kind", corpus.by_class(corpus.TEXTS_TO_TAKE))
def test_a_strange_body_is_taken_and_can_be_looked_at(citizen, roads, kind):
    receipt = citizen.file(story={"body": corpus.TEXTS_TO_TAKE[kind]})

    body = filed_in(roads)[0].body
    assert receipt.status_code == 200
    assert "\r" not in body
    assert "\x1b" not in body


def test_markup_is_shown_as_text_on_the_check_page(citizen):
    citizen.answer_all(
        story={"body": "<script>alert(1)</script> and more", "subject": "<img src=x>"}
    )

    html = citizen.see("check/").content.decode()

    assert "<script>alert" not in html
    assert "<img src=x>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; and more" in html


@pytest.mark.parametrize("email", repeats(corpus.EMAILS_TO_TAKE))
def test_every_real_email_address_is_taken(citizen, roads, email):
    citizen.file(person={"email": email})

    assert filed_in(roads)[0].party.email == email


@pytest.mark.parametrize("email", repeats(without_nul(corpus.EMAILS_TO_REFUSE)))
def test_what_is_no_email_address_is_refused_and_stays_there(citizen, email):
    citizen.answer_all("person")

    page = citizen.answer("person", email=email)

    assert page.status_code == 200
    assert {target for target, _words in summary_on(page)} == {"id_email"}
    assert page.context["form"]["email"].value() == clean_text(email)


@pytest.mark.parametrize("phone", repeats(corpus.PHONES_TO_TAKE))
def test_telephone_numbers_are_understood_as_people_write_them(citizen, roads, phone):
    citizen.file(person={"phone": phone})

    assert filed_in(roads)[0].party.phone == corpus.PHONES_TO_TAKE[phone]


@pytest.mark.parametrize("phone", repeats(corpus.PHONES_TO_REFUSE))
def test_what_is_no_telephone_number_is_refused_and_stays_there(citizen, phone):
    citizen.answer_all("person")

    page = citizen.answer("person", phone=phone)

    assert [target for target, _words in summary_on(page)] == ["id_phone"]
    assert values_on(page)["phone"] == phone


@pytest.mark.parametrize("number", repeats(corpus.NATIONAL_IDS_TO_TAKE))
def test_identity_numbers_are_understood_as_people_write_them(citizen, roads, number):
    citizen.file(person={"national_id": number})

    assert filed_in(roads)[0].party.national_id == corpus.NATIONAL_IDS_TO_TAKE[number]


@pytest.mark.parametrize("number", repeats(corpus.NATIONAL_IDS_TO_REFUSE))
def test_what_is_no_identity_number_is_refused(citizen, number):
    citizen.answer_all("person")

    page = citizen.answer("person", national_id=number)

    assert [target for target, _words in summary_on(page)] == ["id_national_id"]


@pytest.mark.parametrize("name", repeats(corpus.NAMES_TO_TAKE))
def test_every_real_name_is_taken_as_it_is(citizen, roads, name):
    citizen.file(person={"name": name})

    assert filed_in(roads)[0].party.name == name


@pytest.mark.parametrize("name", without_nul(corpus.NAMES_TO_REFUSE))
def test_what_is_no_name_is_refused(citizen, name):
    citizen.answer_all("person")

    page = citizen.answer("person", name=name)

    assert page.status_code == 200
    assert {target for target, _words in summary_on(page)} == {"id_name"}


@pytest.mark.parametrize(
    ("step", "field", "value"),
    each_once(
        [
            ("kind", "kind"),
            ("organisation", "organisation"),
            ("wish", "language"),
            ("privacy", "privacy"),
            ("person", "party_kind"),
        ],
        ["", "nothing", "x" * 300, "a\x00b", "complaint\n", "'; --"],
    ),
)
def test_a_choice_that_is_not_offered_is_refused(citizen, step, field, value):
    citizen.answer_all(step)

    page = citizen.answer(step, **{field: value})

    assert page.status_code == 200
    assert {target.rpartition("_")[0] for target, _words in summary_on(page)} == {f"id_{field}"}


def test_a_line_break_in_a_subject_becomes_a_space(citizen, roads):
    citizen.file(story={"subject": "Lamp out\r\nBcc: everybody@example.ma"})

    assert filed_in(roads)[0].subject == "Lamp out Bcc: everybody@example.ma"


def test_more_than_a_megabyte_is_refused_with_a_page_of_its_own(citizen):
    citizen.answer_all("story")

    page = citizen.answer("story", body="x" * 1_100_000)

    assert page.status_code == 413
    assert 'lang="ar"' in page.content.decode()


def test_the_same_field_twice_counts_once(citizen):
    citizen.answer_all("story")

    page = citizen.client.post(
        citizen.url("story"),
        "subject=one&subject=Street lamp&body=first&body=" + "y" * 30,
        content_type="application/x-www-form-urlencoded",
    )

    assert page["Location"] == citizen.url("circumstances")
