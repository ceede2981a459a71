"""The mailed code: it proves an address once, soon, and not to whoever guesses."""

from datetime import timedelta

import pytest

from public_portal.workspace_requests.models import WorkspaceRequest
from shared.kernel import clock
from shared.mail.models import Mail
from shared.mail.services import mail_send
from tests.public_portal.workspace_requests.applicant import EMAIL, codes, errors, letters_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_code(applicant):
    """Somebody who has just given an address."""
    applicant.answer_all("code")
    return applicant


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_code_has_six_digits_and_is_kept_as_a_digest(at_code):
    code = codes()[0]

    assert len(code) == 6
    assert code.isdigit()
    row = WorkspaceRequest.objects.get()
    assert row.code_digest is not None
    assert code.encode() not in bytes(row.code_digest)
    assert row.email_proved_at is None


def test_arabic_digits_and_spaces_will_do(at_code):
    code = codes()[0].translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    page = at_code.answer("code", code=f" {code[:3]} {code[3:]} ")

    assert page["Location"] == "/en/workspace/person/"
    assert WorkspaceRequest.objects.get().email_proved_at == clock.now()


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef"])
def test_what_is_no_code_is_told_before_it_counts(at_code, typed):
    page = at_code.answer("code", code=typed)

    assert page.status_code == 400
    assert len(errors(page)) == 1
    assert WorkspaceRequest.objects.get().code_tries == 0


def test_the_fifth_wrong_code_ends_it(at_code):
    code = codes()[0]
    said = [errors(at_code.answer("code", code=wrong(code)))[0] for _try in range(5)]

    assert said[:4] == ["This is not the code. Read it again in the e-mail."] * 4
    assert said[4].startswith("That code is no longer good")
    assert at_code.answer("code", code=code).status_code == 400
    assert WorkspaceRequest.objects.get().email_proved_at is None


def test_a_new_code_voids_the_one_before(at_code):
    at_code.do("code/again/")
    first, second = codes()

    assert at_code.answer("code", code=first).status_code == 400
    assert at_code.answer("code", code=second).status_code == 302


def test_a_code_is_good_for_its_own_visit_alone(at_code, stranger):
    stranger.answer_all("code")

    page = stranger.answer("code", code=codes()[0])

    assert page.status_code == 400
    assert WorkspaceRequest.objects.filter(email_proved_at=None).count() == 2


def test_a_code_is_good_once(at_code):
    at_code.answer("code")
    at_code.do("email/", email="second@oases.gov.ma")

    page = at_code.answer("code", code=codes()[0])

    assert page.status_code == 400


def test_nobody_is_written_to_more_than_five_times_a_day(at_code):
    pages = [at_code.do("code/again/") for _letter in range(5)]

    assert {page.status_code for page in pages} == {302}
    assert letters_to() == ["workspace_code"] * 5
    assert "too many attempts" in at_code.see("code").text


def from_place(applicant, place):
    """The same person, who now comes from another network."""
    applicant.client.defaults["REMOTE_ADDR"] = place
    return applicant


def test_who_has_codes_sent_to_an_institution_does_not_lock_it_out(at_code, stranger):
    from_place(at_code, "192.0.2.7")
    for _letter in range(30):
        at_code.do("code/again/")
    written = len(letters_to())
    from_place(stranger, "198.51.100.9")
    stranger.answer_all("email")

    page = stranger.do("email/", email=EMAIL)

    assert (page.status_code, len(letters_to())) == (302, written + 1)


def test_over_fifteen_letters_a_day_each_further_place_gets_one(at_code):
    for number in range(1, 9):
        from_place(at_code, f"198.51.{number}.1")
        for _letter in range(4):
            at_code.do("code/again/")
    # Fifteen, and one for each place that came afterwards.
    assert letters_to() == ["workspace_code"] * (15 + 4)


def test_strangers_at_many_places_do_not_keep_an_institution_from_its_code(at_code, stranger):
    for number in range(1, 30):
        from_place(at_code, f"198.51.{number}.1")
        at_code.do("code/again/")
    written = len(letters_to())
    from_place(stranger, "203.0.113.9")
    stranger.answer_all("email")

    page = stranger.do("email/", email=EMAIL)

    assert (page.status_code, len(letters_to())) == (302, written + 1)


def test_an_address_that_was_written_to_too_often_is_told_on_the_page(at_code, stranger):
    for _letter in range(4):
        at_code.do("code/again/")
    stranger.answer_all("email")

    page = stranger.do("email/", email=EMAIL.upper())

    assert page.status_code == 429
    assert "too many attempts" in errors(page)[0]
    assert EMAIL.upper() in page.text


def test_guessing_from_one_place_ends_over_all_its_visits(at_code, stranger):
    stranger.answer_all("code")
    for _round in range(8):
        for _try in range(5):
            stranger.answer("code", code="000000")

    page = at_code.answer("code")

    assert page.status_code == 429
    assert "too many attempts" in errors(page)[0]


def test_the_letter_is_in_the_language_of_the_page_and_emptied_once_it_has_left(
    applicant, mailoutbox
):
    applicant.language = "ar"
    applicant.answer_all("code")
    code, mail = codes()[0], Mail.objects.get()

    mail_send(mail_id=mail.pk)

    mail.refresh_from_db()
    assert (mail.to, mail.context) == ("", {})
    assert mailoutbox[0].to == [EMAIL]
    assert code in mailoutbox[0].body
    assert "رمز" in mailoutbox[0].body
    assert code in mailoutbox[0].alternatives[0].content


def test_late_is_too_late(at_code):
    with clock.travel(clock.now() + timedelta(minutes=10, seconds=1)):
        assert at_code.answer("code").status_code == 400
    with clock.travel(clock.now() + timedelta(minutes=9)):
        assert at_code.answer("code").status_code == 302
