"""The legal clock: sixty days, the day of filing not counted (decree 2.17.265)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from shared.kernel import clock

days = st.dates(date(2018, 1, 1), date(2060, 1, 1))


@pytest.mark.parametrize(
    ("filed", "due"),
    [
        (date(2026, 1, 1), date(2026, 3, 2)),
        (date(2024, 1, 1), date(2024, 3, 1)),
        (date(2026, 11, 25), date(2027, 1, 24)),
    ],
    ids=["plain", "leap-year", "over-new-year"],
)
def test_the_day_of_filing_is_not_counted(filed, due):
    assert clock.reply_due_on(filed) == due


@given(days, st.integers(0, 400))
def test_elapsed_and_left_always_add_up_to_the_term(filed, later):
    reading = clock.legal_clock(filed_on=filed, on=filed + timedelta(days=later))

    assert reading.elapsed + reading.left == clock.REPLY_DAYS


def test_the_last_day_is_in_time_and_the_next_is_late():
    filed = date(2026, 1, 1)

    assert not clock.legal_clock(filed_on=filed, on=date(2026, 3, 2)).is_overdue
    assert clock.legal_clock(filed_on=filed, on=date(2026, 3, 3)).is_overdue


def test_a_late_evening_in_utc_is_the_next_day_in_morocco():
    evening = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    assert clock.civil_day(evening) == date(2026, 7, 2)


def test_reopening_is_possible_through_the_thirtieth_day():
    answered = datetime(2026, 5, 1, 12, tzinfo=UTC)

    assert clock.may_reopen(answered_at=answered, at=datetime(2026, 5, 31, 20, tzinfo=UTC))
    assert not clock.may_reopen(answered_at=answered, at=datetime(2026, 6, 1, 12, tzinfo=UTC))


def test_travelling_ends_with_the_block():
    moment = datetime(2020, 2, 29, tzinfo=UTC)

    with clock.travel(moment):
        assert clock.now() == moment

    assert clock.now() > moment


def test_a_moment_without_a_zone_cannot_be_travelled_to():
    with pytest.raises(ValueError, match="zone"), clock.travel(datetime(2020, 1, 1)):  # noqa: DTZ001
        pass
