"""Telephone numbers as people write them, and the one form that is stored."""

import pytest

from shared.kernel.contacts import InvalidPhone, phone_parse


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0612345678", "+212612345678"),
        ("+212 (0)6 12-34.56 78", "+212612345678"),
        ("00212612345678", "+212612345678"),
        ("\u0660\u0666\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", "+212612345678"),
        ("0537/12 34 56", "+212537123456"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("+39 06 1234 5678", "+390612345678"),
    ],
)
def test_a_number_is_stored_in_one_form(typed, stored):
    assert phone_parse(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        *("", "+", "06123456", "061234567890", "0412345678", "+212412345678", "+999123456789"),
        *("612345678", "0612ABCDEF", "tel 0612345678", "0612345678 ext 5", "0" * 60),
    ],
)
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(InvalidPhone):
        phone_parse(typed)
