"""The legal deadlines: sixty days, the day of filing not counted (decree 2.17.265)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from shared.kernel import legal_deadline

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
    assert legal_deadline.reply_due_on(filed) == due


@given(days, st.integers(0, 400))
def test_elapsed_and_left_always_add_up_to_the_term(filed, later):
    reading = legal_deadline.legal_clock(filed_on=filed, on=filed + timedelta(days=later))

    assert reading.elapsed + reading.left == legal_deadline.REPLY_DAYS


def test_the_last_day_is_in_time_and_the_next_is_late():
    filed = date(2026, 1, 1)

    assert not legal_deadline.legal_clock(filed_on=filed, on=date(2026, 3, 2)).is_overdue
    assert legal_deadline.legal_clock(filed_on=filed, on=date(2026, 3, 3)).is_overdue


def test_reopening_is_possible_through_the_thirtieth_day():
    answered = datetime(2026, 5, 1, 12, tzinfo=UTC)

    assert legal_deadline.is_reopening_in_time(
        answered_at=answered, at=datetime(2026, 5, 31, 20, tzinfo=UTC)
    )
    assert not legal_deadline.is_reopening_in_time(
        answered_at=answered, at=datetime(2026, 6, 1, 12, tzinfo=UTC)
    )
