"""Waiting times with those who still wait."""

import pytest
from hypothesis import given, strategies as st

from shared.figures.incidence import Ending, Observed, cumulative_incidence
from shared.figures.intervals import Interval, wilson

A, C, P = Ending.ANSWERED, Ending.COMPETING, Ending.PENDING

days = st.integers(0, 120)
cases = st.lists(st.builds(lambda d, e: (d, e), days, st.sampled_from(list(Ending))), max_size=80)
ended_cases = st.lists(st.tuples(days, st.sampled_from([A, C])), min_size=1, max_size=80)


def curve(*seen):
    return cumulative_incidence(Observed(day=day, ending=ending) for day, ending in seen)


def test_worked_by_hand_with_every_ending():
    # day 2: 1 of 5 answered      -> 1/5 answered, 4/5 waiting
    # day 3: 1 looked at, waiting -> 3 remain
    # day 5: 1 of 3 withdrawn     -> 4/5 * 2/3 = 8/15 waiting
    # day 9: 1 of 2 answered      -> 1/5 + 8/15 * 1/2 = 7/15 answered
    incidence = curve((2, A), (3, P), (5, C), (9, A), (11, P))

    shares = [incidence.share_answered_by(day).share for day in (0, 2, 8, 9, 10)]

    assert shares == pytest.approx([0, 1 / 5, 1 / 5, 7 / 15, 7 / 15])


def test_at_risk_counts_those_who_waited_so_long():
    incidence = curve((2, A), (3, P), (5, C), (9, A), (11, P))

    assert [incidence.at_risk(day) for day in (0, 2, 3, 4, 9, 10, 11, 12)] == [
        5, 5, 4, 3, 2, 1, 1, 0,
    ]  # fmt: skip


def test_those_who_still_wait_lower_the_share():
    answered_at_once = [(3, A)] * 2

    alone = curve(*answered_at_once).share_answered_by(15).share
    with_pending = curve(*answered_at_once, *[(20, P)] * 8).share_answered_by(15).share

    assert (alone, with_pending) == pytest.approx((1.0, 0.2))


def test_a_withdrawn_case_is_not_an_answered_one():
    assert curve((1, C), (2, C), (3, A), (4, A)).share_answered_by(60).share == pytest.approx(0.5)


def test_nothing_is_said_of_days_that_nobody_has_reached():
    far = curve((2, A), (10, P)).share_answered_by(60)

    assert (far.share, far.interval, far.at_risk) == (None, Interval(low=0.0, high=1.0), 0)


def test_days_after_the_last_ending_are_known():
    assert curve((2, A), (10, C)).share_answered_by(60).share == pytest.approx(0.5)


def test_no_case_gives_no_share():
    nothing = cumulative_incidence([])

    assert (nothing.share_answered_by(15).share, nothing.median_or_none()) == (None, None)


def test_the_median_is_the_first_day_with_half_of_all_cases():
    assert curve((1, A), (4, A), (7, C), (8, A)).median_or_none() == 4


def test_the_median_is_not_reached_while_most_wait():
    assert curve((1, A), (30, P), (30, P)).median_or_none() is None


def test_the_range_of_the_median_holds_the_days_whose_interval_holds_one_half():
    incidence = curve(*[(day, A) for day in range(1, 41)])

    found = incidence.median_range_or_none()
    inside = [
        day for day in range(1, 41) if incidence.share_answered_by(day).interval.contains(0.5)
    ]

    # The day on which the whole interval lies above one half is the last that is not excluded.
    assert (found.low, found.high) == (inside[0], inside[-1] + 1)
    assert incidence.median_or_none() == 20


def test_the_range_of_the_median_is_open_while_too_many_wait():
    few = curve(*[(day, A) for day in range(1, 9)], *[(90, P)] * 8)

    assert (few.median_or_none(), few.median_range_or_none().high) == (8, None)
    assert curve((1, A), (9, P), (9, P)).median_range_or_none() is None


@given(cases)
def test_the_median_lies_in_its_range(seen):
    incidence = curve(*seen)
    median, found = incidence.median_or_none(), incidence.median_range_or_none()

    assert (median is None) == (found is None)
    if median is not None and found is not None:
        assert found.low <= median
        assert found.high is None or median <= found.high


def test_counts_weigh_as_many_cases():
    one_by_one = curve((1, A), (1, A), (5, P), (5, P), (5, P))
    counted = cumulative_incidence(
        [Observed(day=1, ending=A, count=2), Observed(day=5, ending=P, count=3)]
    )

    assert counted == one_by_one


def test_no_case_at_all_on_a_day_changes_nothing():
    seen = [Observed(day=1, ending=A), Observed(day=4, ending=P)]

    padded = cumulative_incidence([*seen, Observed(day=9, ending=A, count=0)])

    assert padded == cumulative_incidence(seen)


@pytest.mark.parametrize("wrong", [{"day": -1}, {"day": 1, "count": -1}])
def test_negative_waits_and_counts_are_refused(wrong):
    with pytest.raises(ValueError, match="negative"):
        cumulative_incidence([Observed(ending=A, **wrong)])


@given(cases)
def test_shares_stay_in_bounds_inside_their_interval(seen):
    incidence = curve(*seen)

    for day in (0, 15, 30, 60, 119):
        by_day = incidence.share_answered_by(day)
        assert 0 <= by_day.interval.low <= by_day.interval.high <= 1
        assert by_day.share is None or by_day.interval.contains(by_day.share)


@given(cases)
def test_answered_and_waiting_never_exceed_the_whole(seen):
    assert all(p.answered + p.waiting <= 1 + 1e-9 for p in curve(*seen).points)


@given(cases)
def test_the_curve_never_falls(seen):
    shares = [point.answered for point in curve(*seen).points]

    assert shares == sorted(shares)


@given(cases, st.randoms(use_true_random=False))
def test_the_order_of_cases_does_not_matter(seen, chance):
    shuffled = list(seen)
    chance.shuffle(shuffled)

    assert curve(*shuffled) == curve(*seen)


@given(ended_cases, days)
def test_without_pending_cases_it_is_the_plain_share(seen, day):
    expected = sum(ending is A and at <= day for at, ending in seen) / len(seen)

    assert curve(*seen).share_answered_by(day).share == pytest.approx(expected)


@given(ended_cases, days)
def test_without_pending_cases_the_interval_is_wilson_s(seen, day):
    answered = sum(ending is A and at <= day for at, ending in seen)
    expected = wilson(answered, len(seen))

    interval = curve(*seen).share_answered_by(day).interval

    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high), abs=1e-6)


@given(cases, st.integers(1, 5))
def test_more_cases_still_waiting_never_raise_the_share(seen, more):
    plain = curve(*seen).share_answered_by(60).share
    longest = max([day for day, _ending in seen], default=0)

    lowered = curve(*seen, *[(longest, P)] * more).share_answered_by(60).share

    assert plain is None or lowered is None or lowered <= plain + 1e-9
