"""Who stands out from its peers: nobody by chance, and who refuses everything always."""

import random

import pytest
from hypothesis import given, strategies as st

from shared.figures.funnel import FunnelItem, funnel
from shared.figures.intervals import Rate
from tests.support.sampling import repeats


def item(key, successes, n, kind=""):
    return FunnelItem(key=key, rate=Rate(successes=successes, n=n), kind=kind)


def crowd(chance, *, count, share, spread):
    """Agencies whose true shares lie around ``share``, with ``spread`` as standard deviation."""
    items = []
    for place in range(count):
        own = min(max(chance.gauss(share, spread), 0.0), 1.0)
        n = chance.randint(30, 400)
        items.append(item(str(place), sum(chance.random() < own for _ in range(n)), n))
    return items


def shares_flagged(*, count, share, spread, rounds, seed):
    """Of how many agencies something is said: at two sigma on both sides, and on the list."""
    # Seeded: the same agencies each run.
    chance = random.Random(seed)
    outside = listed = judged = 0
    for _ in range(rounds):
        for one in funnel(crowd(chance, count=count, share=share, spread=spread)).values():
            judged += 1
            outside += abs(one.deviation) > 2
            listed += one.is_listed
    return outside / judged, listed / judged


@pytest.mark.parametrize("count", [5, 20, 200])
@pytest.mark.parametrize("share", repeats([0.03, 0.3], keep=1))
def test_equal_agencies_stand_out_at_most_one_time_in_twenty(count, share):
    outside, listed = shares_flagged(
        count=count, share=share, spread=0.0, rounds=2_000 // count, seed=20180101
    )

    assert outside <= 0.05
    assert listed <= 0.002


@pytest.mark.parametrize("count", [20, 200])
def test_agencies_with_a_true_spread_of_five_points_stand_out_at_most_eight_in_a_hundred(count):
    outside, listed = shares_flagged(
        count=count, share=0.3, spread=0.05, rounds=2_000 // count, seed=20180102
    )

    assert outside <= 0.08
    assert listed <= 0.005


@pytest.mark.parametrize("count", [2, 5, 12, 40])
def test_one_that_refuses_everything_is_listed_whatever_the_number_of_its_peers(count):
    chance = random.Random(count)
    others = crowd(chance, count=count - 1, share=0.08, spread=0.03)

    found = funnel([*others, item("refuser", 40, 40)])

    assert [key for key, one in found.items() if one.is_listed] == ["refuser"]
    assert found["refuser"].average < 0.2


def test_peers_are_of_the_same_kind_and_volume():
    communes = [item(f"commune-{n}", 40, 80, "commune") for n in range(12)]
    ministries = [item(f"ministry-{n}", 8, 80, "ministry") for n in range(12)]
    large = [item(f"large-{n}", 900, 1_500, "ministry") for n in range(12)]

    found = funnel([*communes, *ministries, *large])

    assert {one.peers for one in found.values()} == {11}
    assert not any(one.is_high for one in found.values())
    assert found["ministry-3"].average == pytest.approx(0.1)


def test_too_few_of_a_kind_are_compared_with_all():
    found = funnel(
        [
            *[item(f"commune-{n}", 8, 80, "commune") for n in range(12)],
            item("region", 60, 80, "region"),
        ]
    )

    assert (found["region"].peers, found["region"].is_listed) == (12, True)
    assert found["commune-0"].peers == 11


def test_fewer_than_thirty_cases_and_an_agency_alone_are_not_judged():
    assert funnel([item("few", 29, 29), item("enough", 3, 30)]) == {}


@given(
    counts=st.lists(
        st.integers(30, 3_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=2,
        max_size=30,
    )
)
def test_limits_hold_the_average_and_what_lies_above_them_is_far_above(counts):
    items = [item(str(place), *one) for place, one in enumerate(counts)]

    for one in funnel(items).values():
        assert 0 <= one.low <= one.high <= 1
        assert not one.is_listed or one.is_far_above
        assert not one.is_far_above or one.is_high
