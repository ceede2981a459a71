from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.translation import override

from shared.kernel.clock import travel
from shared.ui.dates import day_text, days_left_text, moment_text, relative_text

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "written"),
    [("ar", "24 نونبر 2026"), ("fr", "24 novembre 2026"), ("en", "24 November 2026")],
)
def test_a_day_is_written_as_in_morocco(language, written):
    assert day_text(date(2026, 11, 24), language=language) == written


def test_arabic_months_are_those_of_morocco():
    written = [day_text(date(2026, month, 5), language="ar").split()[1] for month in range(1, 13)]

    assert written == [
        "يناير",
        "فبراير",
        "مارس",
        "أبريل",
        "ماي",
        "يونيو",
        "يوليوز",
        "غشت",
        "شتنبر",
        "أكتوبر",
        "نونبر",
        "دجنبر",
    ]


def test_french_says_premier_for_the_first_of_a_month():
    assert day_text(date(2027, 1, 1), language="fr") == "1er janvier 2027"


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("ar", "24 يوليوز 2026، 13:05"),
        ("fr", "24 juillet 2026, 13 h 05"),
        ("en", "24 July 2026, 13:05"),
    ],
)
def test_a_moment_is_told_in_casablanca_on_24_hours(language, written):
    moment = datetime(2026, 7, 24, 12, 5, tzinfo=UTC)

    assert moment_text(moment, language=language) == written


def test_the_day_of_a_late_evening_is_the_next_day_in_casablanca():
    evening = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    assert day_text(evening, language="en") == "2 July 2026"


def test_the_clock_of_casablanca_goes_back_in_ramadan():
    moment = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    assert moment_text(moment, language="en") == "1 March 2026, 12:00"


def test_without_a_language_the_active_one_is_used():
    with override("fr"):
        written = day_text(date(2026, 8, 2))

    assert written == "2 août 2026"


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=42), "42 minutes ago"),
        (timedelta(hours=3), "today"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=9), "9 days ago"),
        (timedelta(days=95), "3 months ago"),
        (timedelta(days=-1), "tomorrow"),
        (timedelta(days=-5), "in 5 days"),
    ],
)
def test_how_far_from_now(back, said):
    with travel(NOON), override("en"):
        words = relative_text(NOON - back)

    assert words == said


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (41, "41 days left"),
        (1, "1 day left"),
        (0, "Due today"),
        (-1, "1 day late"),
        (-12, "12 days late"),
    ],
)
def test_what_is_left_of_a_term(left, said):
    with override("en"):
        assert days_left_text(left) == said
