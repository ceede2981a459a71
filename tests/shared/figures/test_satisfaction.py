"""What citizens said, and the bounds for the silent."""

import pytest
from hypothesis import given, strategies as st

from shared.figures.satisfaction import satisfaction


def test_bounds_worked_by_hand():
    said = satisfaction(asked=100, responses=20, satisfied=15)

    assert (said.response.share, said.satisfied.share, said.lowest, said.highest) == (
        0.20, 0.75, 0.15, 0.95,
    )  # fmt: skip


def test_72_percent_of_312_answers_to_18_893_complaints_say_almost_nothing():
    said = satisfaction(asked=18_893, responses=312, satisfied=225)

    assert [said.lowest, said.highest] == pytest.approx([0.012, 0.995], abs=5e-4)


def test_nobody_asked_gives_no_bounds():
    said = satisfaction(asked=0, responses=0, satisfied=0)

    assert (said.satisfied.share, said.lowest, said.highest) == (None, None, None)


@pytest.mark.parametrize(("asked", "responses", "satisfied"), [(1, 2, 0), (2, 1, 2), (1, 1, -1)])
def test_counts_that_are_not_nested_are_refused(asked, responses, satisfied):
    with pytest.raises(ValueError, match="among"):
        satisfaction(asked=asked, responses=responses, satisfied=satisfied)


nested = st.lists(st.integers(0, 1000), min_size=3, max_size=3).map(sorted)


@given(nested.filter(lambda counts: counts[-1] > 0))
def test_the_truth_lies_between_the_bounds_whatever_the_silent_think(counts):
    satisfied, responses, asked = counts
    said = satisfaction(asked=asked, responses=responses, satisfied=satisfied)

    for silent_and_satisfied in (0, (asked - responses) // 2, asked - responses):
        truth = (satisfied + silent_and_satisfied) / asked
        assert (said.lowest or 0) <= truth <= (said.highest or 0)
