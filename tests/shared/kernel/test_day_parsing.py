"""How people write days, and the one that is meant."""

from datetime import date

import pytest

from shared.kernel.day_parsing import DayIncomplete, DayTooEarly, HijriDay, InvalidDay, day_parse

MARCH = date(2026, 3, 7)


@pytest.mark.parametrize(
    "month",
    ["3", "03", "٣", "۳", "３", "مارس", "mars", "Mars", "MARCH", "mar", " 3 ", "\u200f3"],
)
def test_a_month_is_understood_as_a_number_of_any_script_or_by_its_name(month):
    assert day_parse(day="7", month=month, year="2026") == MARCH


@pytest.mark.parametrize(
    ("month", "number"),
    [
        ("غشت", 8), ("أغسطس", 8), ("août", 8), ("نونبر", 11), ("نوفمبر", 11),
        ("دجنبر", 12), ("يوليوز", 7), ("يوليو", 7), ("juil", 7), ("juin", 6), ("ابريل", 4),
        ("أبريل", 4), ("شتنبر", 9), ("sept", 9), ("ماي", 5), ("mai", 5), ("may", 5), ("fév", 2),
    ],
)  # fmt: skip
def test_months_are_known_by_the_names_said_in_morocco_and_elsewhere(month, number):
    assert day_parse(day="١", month=month, year="٢٠٢٦") == date(2026, number, 1)


@pytest.mark.parametrize(
    "boxes",
    [
        ("31", "2", "2026"), ("0", "1", "2026"), ("1", "13", "2026"), ("1", "1", "26"),
        ("x", "1", "2026"), ("1", "ju", "2026"), ("1", "m", "2026"), ("-1", "1", "2026"),
        ("1.5", "1", "2026"), ("1", "1", "99999"), ("1" * 10_000, "1", "2026"),
        ("O7", "1", "2026"), ("<b>", "'; --", "{{ 7 }}"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(boxes):
    day, month, year = boxes
    with pytest.raises(InvalidDay):
        day_parse(day=day, month=month, year=year)


@pytest.mark.parametrize("boxes", [("", "3", "2026"), ("7", " ", "2026"), ("7", "3", "\u200f")])
def test_a_box_left_empty_is_asked_for(boxes):
    day, month, year = boxes
    with pytest.raises(DayIncomplete):
        day_parse(day=day, month=month, year=year)


@pytest.mark.parametrize(
    ("month", "year"),
    [("رمضان", "1447"), ("رمضان", "2026"), ("3", "1447"), ("٣", "١٤٤٧"), ("ramadan", "1445"),
     ("ذو الحجة", "1446"), ("محرّم", "1448"), ("شعبان", "1447")],
)  # fmt: skip
def test_a_day_of_the_lunar_calendar_is_recognised(month, year):
    with pytest.raises(HijriDay):
        day_parse(day="7", month=month, year=year)


def test_nothing_happened_before_1900():
    with pytest.raises(DayTooEarly):
        day_parse(day="31", month="12", year="1899")
    assert day_parse(day="1", month="1", year="1900") == date(1900, 1, 1)
