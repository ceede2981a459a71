"""The score interval against published values, and what it allows one to say."""

import random

import pytest
from hypothesis import given, strategies as st

from shared.figures.intervals import (
    ComparisonResult,
    Interval,
    Rate,
    compare,
    pooled,
    wilson,
)


def rate_of(successes, n):
    return Rate(successes=successes, n=n)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_newcombe_1998_table_1(successes, n, low, high):
    interval = wilson(successes, n)

    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_wilson_excludes_nothing_when_nothing_was_counted():
    assert wilson(0, 0) == Interval(low=0.0, high=1.0)


@pytest.mark.parametrize(("successes", "n"), [(-1, 3), (4, 3)])
def test_wilson_refuses_counts_that_are_not_nested(successes, n):
    with pytest.raises(ValueError, match="between 0 and n"):
        wilson(successes, n)


@given(n=st.integers(1, 10**6), data=st.data())
def test_wilson_holds_the_share_and_stays_in_the_unit_interval(n, data):
    successes = data.draw(st.integers(0, n))

    interval = wilson(successes, n)

    assert 0 <= interval.low <= successes / n <= interval.high <= 1


@given(n=st.integers(1, 10**4), data=st.data())
def test_wilson_is_symmetrical_in_success_and_failure(n, data):
    successes = data.draw(st.integers(0, n))

    interval, mirrored = wilson(successes, n), wilson(n - successes, n)

    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx((interval.low, interval.high))


@given(n=st.integers(1, 10**4), data=st.data())
def test_ten_times_the_cases_narrow_the_interval(n, data):
    successes = data.draw(st.integers(0, n))

    few, many = wilson(successes, n), wilson(10 * successes, 10 * n)

    assert many.high - many.low < few.high - few.low


def test_a_rate_over_nothing_has_no_share():
    assert rate_of(0, 0).share is None


def test_pooled_rates_weigh_every_case_the_same():
    assert pooled([rate_of(1, 10), rate_of(90, 90)]) == rate_of(91, 100)


@pytest.mark.parametrize(
    ("successes", "n", "said"),
    [
        (29, 29, ComparisonResult.TOO_FEW),
        (21, 30, ComparisonResult.NOT_TOLD_APART),
        (30, 30, ComparisonResult.ABOVE),
        (10, 30, ComparisonResult.BELOW),
    ],
)
def test_standing_beside_an_average_of_70_percent(successes, n, said):
    assert compare(rate_of(successes, n), average=0.7) == said


def test_nothing_is_said_beside_a_missing_average():
    assert compare(rate_of(30, 30), average=None) == ComparisonResult.TOO_FEW


def test_equal_administrations_are_told_apart_at_most_one_time_in_twenty():
    # Seeded: the same 10,000 administrations each run, all with the same true share.
    chance = random.Random(20180101)
    flagged = 0
    for _ in range(10_000):
        n = chance.randint(30, 400)
        successes = sum(chance.random() < 0.7 for _ in range(n))
        said = compare(rate_of(successes, n), average=0.7)
        flagged += said is not ComparisonResult.NOT_TOLD_APART

    assert flagged <= 500
