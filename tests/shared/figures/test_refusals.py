"""What is said of replies in time where some are refusals: never more than both readings say."""

import random

import pytest

from shared.figures.funnel import FunnelItem, funnel
from shared.figures.incidence import Ending, Observed, cumulative_incidence
from shared.figures.intervals import ComparisonResult, Rate
from shared.figures.refusals import NOTHING_DUE, Timeliness, compare_beside_refusals

GOOD_PEERS = Timeliness(due=1_000, in_time=700, refused=70)


def said_of(of, average=GOOD_PEERS, point=None, refusals=None):
    return compare_beside_refusals(
        of,
        average=average,
        refusals=refusals or Rate(successes=of.refused, n=of.in_time),
        point=point,
    )


def of(due, in_time, refused):
    return Timeliness(due=due, in_time=in_time, refused=refused)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (of(29, 29, 0), ComparisonResult.TOO_FEW),
        (of(100, 95, 0), ComparisonResult.ABOVE),
        (of(100, 95, 10), ComparisonResult.ABOVE),
        (of(100, 70, 7), ComparisonResult.NOT_TOLD_APART),
        (of(100, 40, 4), ComparisonResult.BELOW),
        # Above by its refusals alone.
        (of(100, 95, 40), ComparisonResult.REFUSES),
        (of(100, 100, 100), ComparisonResult.REFUSES),
        # Below only because others refuse more.
        (of(100, 58, 0), ComparisonResult.NOT_TOLD_APART),
    ],
)
def test_standing_beside_an_average_of_70_percent_of_which_a_tenth_is_refused(one, said):
    assert said_of(one) == said


@pytest.mark.parametrize("others", [of(1_000, 1_000, 1_000), of(1_000, 1_000, 0), NOTHING_DUE])
def test_refusing_everything_is_never_above_whatever_the_others_do(others):
    refuser = of(50, 50, 50)

    assert said_of(refuser, average=refuser + others) == ComparisonResult.REFUSES


def test_an_agency_whose_refusals_stand_out_is_not_above_though_its_answers_are():
    good = of(400, 396, 120)
    items = [
        FunnelItem(key=str(place), rate=Rate(successes=9, n=100), kind="") for place in range(20)
    ]
    point = funnel([*items, FunnelItem(key="own", rate=Rate(successes=120, n=400))])["own"]
    slow = Timeliness(due=1_000, in_time=400, refused=40)

    assert said_of(good, average=slow) == ComparisonResult.ABOVE
    assert said_of(good, average=slow, point=point) == ComparisonResult.REFUSES


def test_equal_agencies_with_refusals_are_told_apart_at_most_one_time_in_twenty():
    # Seeded: the same agencies each run; 70 in 100 in time, of which 8 in 100 are refusals.
    chance = random.Random(20180103)
    average = Timeliness(due=10**6, in_time=700_000, refused=56_000)
    told = 0
    for _ in range(200):
        found = {}
        for place in range(20):
            due = chance.randint(30, 400)
            in_time = sum(chance.random() < 0.7 for _ in range(due))
            refused = sum(chance.random() < 0.08 for _ in range(in_time))
            found[str(place)] = of(due, in_time, refused)
        points = funnel(FunnelItem(key=key, rate=one.refusals) for key, one in found.items())
        told += sum(
            said_of(one, average=average, point=points.get(key))
            not in (ComparisonResult.NOT_TOLD_APART, ComparisonResult.TOO_FEW)
            for key, one in found.items()
        )

    assert told <= 0.05 * 200 * 20


def test_refusals_are_answers_or_competing_events():
    waits = [
        Observed(day=0, ending=Ending.REFUSED, count=6),
        Observed(day=10, ending=Ending.ANSWERED, count=2),
        Observed(day=70, ending=Ending.PENDING, count=2),
    ]

    replied = cumulative_incidence(waits).share_answered_by(60).share
    reasoned = cumulative_incidence(waits, reasoned_only=True).share_answered_by(60).share

    assert (replied, reasoned) == pytest.approx((0.8, 0.2))
