"""The public number: what people type is understood, and a slip is caught at once."""

import pytest
from hypothesis import given, strategies as st

from shared.kernel.references import (
    InvalidReceiptCode,
    InvalidReference,
    check_digits,
    receipt_code_parse,
    reference_group,
    reference_make,
    reference_parse,
)

bodies = st.integers(0, 10**14 - 1).map(lambda n: f"{n:014d}")
references = bodies.map(lambda body: body + check_digits(body))


def test_a_new_reference_is_sixteen_ascii_digits_that_leave_one_modulo_97():
    reference = reference_make()

    assert len(reference) == 16
    assert reference.isascii()
    assert int(reference) % 97 == 1


@given(references)
def test_a_reference_is_read_however_it_is_grouped(reference):
    grouped = reference_group(reference)

    assert reference_parse(grouped) == reference
    assert reference_parse(grouped.replace(" ", "-")) == reference
    assert reference_parse(f"\u2067 {grouped} \u2069") == reference


@pytest.mark.parametrize(
    "zero", ["\u0660", "\u06f0", "\uff10"], ids=["arabic-indic", "persian", "full-width"]
)
def test_digits_of_other_scripts_become_ascii(zero):
    reference = "1234567890123" + "4" + check_digits("12345678901234")
    typed = "".join(chr(ord(zero) + int(digit)) for digit in reference)

    assert reference_parse(typed) == reference


@given(references, st.integers(0, 15), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(reference, place, step):
    wrong = (int(reference[place]) + step) % 10
    typed = reference[:place] + str(wrong) + reference[place + 1 :]

    with pytest.raises(InvalidReference):
        reference_parse(typed)


@given(references, st.integers(0, 14))
def test_every_swap_of_neighbours_is_caught(reference, place):
    first, second = reference[place], reference[place + 1]
    typed = reference[:place] + second + first + reference[place + 2 :]

    if first == second:
        assert reference_parse(typed) == reference
    else:
        with pytest.raises(InvalidReference):
            reference_parse(typed)


@pytest.mark.parametrize(
    "typed", ["", "1", "1" * 15, "1" * 17, "12345678901234O1", "x" * 10_000, "\x00", "½" * 16]
)
def test_what_is_not_a_number_of_ours_is_refused(typed):
    with pytest.raises(InvalidReference):
        reference_parse(typed)


@given(st.text())
def test_no_text_breaks_the_parser(typed):
    try:
        read = int(reference_parse(typed))
    except InvalidReference:
        read = 1

    assert read % 97 == 1


def test_a_receipt_code_needs_sixteen_digits():
    assert receipt_code_parse("1234 5678 9012 3456") == "1234567890123456"
    with pytest.raises(InvalidReceiptCode):
        receipt_code_parse("1234")
