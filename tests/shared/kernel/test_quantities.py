"""How people write numbers, and the one that is meant."""

from decimal import Decimal

import pytest

from shared.kernel.quantities import InvalidNumber, number_kept, number_parse


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1500", "1500"), ("1 500", "1500"), ("1\u202f500", "1500"), ("1\u00a0500,50", "1500.5"),
        ("1.500", "1500"), ("1,500", "1500"), ("1.500,5", "1500.5"), ("1,500.25", "1500.25"),
        ("1'500", "1500"), ("1500,5", "1500.5"), ("0,75", "0.75"), ("٠٫٧٥", "0.75"),
        ("١٥٠٠", "1500"), ("١٬٥٠٠٫٥", "1500.5"), ("۱۵۰۰", "1500"), ("１５００", "1500"),
        ("1500 DH", "1500"), ("1500dhs", "1500"), ("200 درهم", "200"), ("200 MAD", "200"),
        ("\u200f200\u200f", "200"), ("0", "0"), ("100", "100"), ("007", "7"),
        ("999 999 999 999", "999999999999"),
    ],
)  # fmt: skip
def test_numbers_are_understood_as_people_write_them(typed, meant):
    assert number_kept(number_parse(typed)) == meant


@pytest.mark.parametrize(
    "typed",
    ["", " ", "-5", "1O0", "abc", "1,2,3", "1.50.20", "12,34,567", "1.5.", "NaN", "Infinity",
     "1e9", "1_000", "½", "1000000000000", "9" * 10_000, "DH", "5 %", "\x00", "\ud800"],
)  # fmt: skip
def test_what_is_no_number_or_could_be_two_is_refused(typed):
    with pytest.raises(InvalidNumber):
        number_parse(typed)


def test_the_stored_spelling_is_read_back_as_the_same_number():
    for kept in ("0", "100", "1500.5", "0.75", "999999999999"):
        assert number_parse(kept) == Decimal(kept)
        assert number_kept(Decimal(kept)) == kept
