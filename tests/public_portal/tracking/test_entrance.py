import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.translation import gettext, override

from shared.complaints.enums import Privacy
from shared.kernel import clock
from shared.kernel.references import reference_group, reference_make
from shared.limits.models import Attempt
from shared.limits.services.attempt_counter import attempts_prune
from tests.public_portal.tracking.visits import EMAIL, Visitor
from tests.support.factories import filed

pytestmark = pytest.mark.django_db

ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def in_french(words):
    with override("fr"):
        return gettext(words)


def bare(page):
    """The page without what differs between any two pages: the form's token and what was typed."""
    html = page.content.decode()
    html = re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", html)
    return re.sub(r'(name="(?:reference|secret)" value=)".*?"', r"\1", html)


def wrong_digit(reference):
    body = f"{(int(reference[:14]) + 1) % 10**14:014d}"
    return body + reference[14:]


def test_the_reference_and_the_email_open_the_space(visitor, receipt):
    page = visitor.open(receipt.reference)

    assert page["Location"] == "/fr/track/case/"
    assert visitor.see().context["space"].case.reference == receipt.reference


def test_c12_the_reference_and_the_receipt_code_open_the_space(visitor, receipt):
    visitor.open(receipt.reference, receipt.receipt_code)

    assert visitor.see().context["space"].case.reference == receipt.reference


@pytest.mark.parametrize(
    "write",
    [
        reference_group,
        lambda number: number.translate(ARABIC_INDIC),
        lambda number: number.translate(FULL_WIDTH),
        lambda number: "-".join(re.findall("....", number)),
        lambda number: f"  {number}\u200f ",
    ],
)
def test_numbers_are_understood_as_people_write_them(visitor, receipt, write):
    page = visitor.open(write(receipt.reference), write(receipt.receipt_code))

    assert page["Location"] == "/fr/track/case/"


def test_capitals_and_spaces_in_the_email_do_not_matter(visitor, receipt):
    assert visitor.open(receipt.reference, f" {EMAIL.upper()} ")["Location"] == "/fr/track/case/"


def test_a_misread_digit_is_told_at_once_and_counts_as_no_attempt(visitor, receipt):
    page = visitor.open(wrong_digit(receipt.reference))

    assert page.status_code == 400
    assert [str(error) for error in page.context["form"].errors["reference"]] == [
        in_french(
            "This is not a reference that we gave. Read the number again: it has 16 digits, "
            "and one of them is wrong or missing."
        )
    ]
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize(
    "typed", ["12345", "O" * 16, "1" * 15, "1" * 17, "9" * 10_000, "x\x00y", "", "٣" * 16]
)
def test_what_is_no_reference_is_refused_beside_its_field(visitor, receipt, typed):
    page = visitor.open(typed)

    assert page.status_code == 400
    assert list(page.context["form"].errors) == ["reference"]


@pytest.mark.parametrize("typed", ["12345", "me@", "@", "a@b@c.ma", "x" * 300, "", "a\r\nb@c.ma"])
def test_what_is_no_second_half_is_refused_beside_its_field(visitor, receipt, typed):
    page = visitor.open(receipt.reference, typed)

    assert page.status_code == 400
    assert list(page.context["form"].errors) == ["secret"]


def test_every_miss_looks_the_same(visitor, receipt):
    unknown = visitor.open(reference_make(), EMAIL)
    wrong_email = visitor.open(receipt.reference, "someone@example.org")
    wrong_code = visitor.open(receipt.reference, "1234567890123456")

    pages = [unknown, wrong_email, wrong_code]
    assert [page.status_code for page in pages] == [404, 404, 404]
    assert bare(unknown) == bare(wrong_email) == bare(wrong_code)


def test_the_second_half_of_another_request_does_not_open_this_one(visitor, receipt, water):
    theirs = filed(water)

    assert visitor.open(receipt.reference, theirs.receipt_code).status_code == 404


def test_an_anonymous_request_is_opened_by_its_code_alone(visitor, roads):
    anonymous = filed(roads, privacy=Privacy.ANONYMOUS)

    by_email = visitor.open(anonymous.reference, EMAIL)
    by_code = visitor.open(anonymous.reference, anonymous.receipt_code)

    assert by_email.status_code == 404
    assert by_code["Location"] == "/fr/track/case/"


def test_a_reference_in_the_address_is_filled_in(visitor, receipt):
    page = visitor.client.get("/fr/track/", {"reference": receipt.reference})

    assert page.context["form"]["reference"].value() == receipt.reference


def test_c12_ten_failures_an_hour_close_a_reference_for_guessers(visitor, receipt):
    for number in range(10):
        visitor.open(receipt.reference, f"guess{number}@example.org")

    page = visitor.open(receipt.reference, "guess10@example.org")

    assert page.status_code == 429
    assert 0 < int(page["Retry-After"]) <= 3600


def test_a_closed_reference_still_opens_to_its_receipt_code(visitor, receipt):
    for number in range(11):
        visitor.open(receipt.reference, f"guess{number}@example.org")

    by_email = visitor.open(receipt.reference, EMAIL)
    by_code = visitor.open(receipt.reference, receipt.receipt_code)

    assert by_email.status_code == 429
    assert by_code["Location"] == "/fr/track/case/"


def test_twenty_failures_a_minute_close_an_address(visitor, receipt):
    with clock.travel(clock.now().replace(second=5)):
        for _number in range(20):
            visitor.open(reference_make(), receipt.receipt_code)

        page = visitor.open(receipt.reference, receipt.receipt_code)

    assert page.status_code == 429
    assert int(page["Retry-After"]) <= 60


def test_an_address_is_open_again_in_the_next_minute(visitor, receipt):
    moment = clock.now().replace(second=5)
    with clock.travel(moment):
        for _number in range(21):
            visitor.open(reference_make(), receipt.receipt_code)

    with clock.travel(moment + timedelta(minutes=1)):
        page = visitor.open(receipt.reference, receipt.receipt_code)

    assert page["Location"] == "/fr/track/case/"


def test_c12_ten_failures_an_hour_close_an_email_over_all_references(client, receipt):
    for number in range(10):
        elsewhere = Client(headers={"host": "testserver"}, REMOTE_ADDR=f"192.0.2.{number}")
        Visitor(client=elsewhere).open(reference_make(), EMAIL)

    page = Visitor(client=client).open(receipt.reference, EMAIL)

    assert page.status_code == 429


def test_a_success_takes_back_its_own_count_and_no_other(visitor, receipt):
    for number in range(9):
        visitor.open(receipt.reference, f"guess{number}@example.org")
    visitor.open(receipt.reference)
    visitor.open(receipt.reference, "guess9@example.org")

    page = visitor.open(receipt.reference, "guess10@example.org")

    assert page.status_code == 429


def test_the_table_of_attempts_names_nobody(visitor, receipt):
    visitor.open(receipt.reference, "someone@example.org")

    kept = b"".join(bytes(row.bucket) for row in Attempt.objects.all())
    assert len(kept) == 5 * 32
    assert b"someone" not in kept
    assert receipt.reference.encode() not in kept


def test_windows_that_are_over_are_forgotten(visitor, receipt):
    visitor.open(receipt.reference, "someone@example.org")

    with clock.travel(clock.now() + timedelta(hours=27)):
        forgotten = attempts_prune()

    assert forgotten == 5


def test_the_session_gets_a_new_key_with_the_token(visitor, receipt):
    visitor.client.session.save()
    before = visitor.client.session.session_key

    visitor.open(receipt.reference)

    assert visitor.client.session.session_key != before


def test_neither_the_second_half_nor_the_token_stands_in_an_address(visitor, receipt):
    page = visitor.open(receipt.reference)

    assert page["Location"] == "/fr/track/case/"
