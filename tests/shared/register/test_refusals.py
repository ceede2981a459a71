"""Refusals in the register: how many of the replies in time, and what became of them."""

import random
from datetime import date, timedelta
from itertools import product

import pytest
from django.utils.translation import override

from shared.figures.intervals import ComparisonResult, Rate
from shared.register.enums import Measure
from shared.register.models import FigureSnapshot, RegisterCase, RegisterMonth
from shared.register.presenters.lines import agency_lines
from shared.register.selectors.figures import cohort_figures, comparison, comparison_of
from shared.register.selectors.snapshot import figures_in, snapshot_taken
from shared.register.selectors.tallies import month_rows
from shared.register.types import FigureScope, Tally
from shared.register.workflow import case_fold
from tests.shared.register.factories import at, registered, story

pytestmark = pytest.mark.django_db

START = date(2026, 1, 1)
YEAR = FigureScope(date_from=START, date_to=date(2026, 12, 31))
RECEIVED, REFUSED = ("received", 0), ("inadmissible", 0)
REVIEWED = [RECEIVED, REFUSED, ("review_asked", 2)]


@pytest.mark.parametrize(
    ("happened", "is_reversed"),
    [
        ([RECEIVED, REFUSED], False),
        ([RECEIVED, REFUSED, ("reopened", 2)], False),
        ([RECEIVED, REFUSED, ("reopened", 2), ("inadmissible", 5)], False),
        ([RECEIVED, REFUSED, ("reopened", 2), ("answered", 5)], True),
        ([RECEIVED, REFUSED, ("reopened", 2), ("answered", 5), ("reopened", 9)], True),
        ([*REVIEWED], False),
        ([*REVIEWED, ("review_decided", 9)], True),
        ([*REVIEWED, ("review_upheld", 9)], False),
        # Overdue and sent back while it waits: that review decided about no refusal.
        ([RECEIVED, REFUSED, ("reopened", 2), ("review_decided", 70)], False),
        ([RECEIVED, ("answered", 3), ("reopened", 4), ("inadmissible", 6)], False),
        ([RECEIVED, ("answered", 3), ("reopened", 4), ("answered", 6)], False),
    ],
)
def test_a_refusal_is_reversed_by_a_later_answer_or_by_oversight(happened, is_reversed):
    assert case_fold(story(*happened)).refusal_reversed is is_reversed


def test_refusals_worked_by_hand(roads):
    registered(
        roads,
        story(RECEIVED, ("answered", 10)),
        story(RECEIVED, ("answered", 70)),
        story(RECEIVED, REFUSED),
        story(RECEIVED, REFUSED, ("reopened", 3)),
        story(RECEIVED, REFUSED, ("reopened", 3), ("answered", 9)),
        story(*REVIEWED, ("review_decided", 9)),
        story(RECEIVED, ("inadmissible", 80)),
        story(RECEIVED, ("inadmissible", 1), kind="proposal"),
        story(RECEIVED),
    )

    figures = cohort_figures(scope=YEAR, as_of=at(100))

    assert figures.counts.timeliness.replied == Rate(successes=5, n=8)
    assert figures.counts.timeliness.reasoned == Rate(successes=1, n=8)
    assert figures.counts.refusals.refused == Rate(successes=6, n=8)
    assert figures.counts.refusals.reopened == Rate(successes=2, n=6)
    assert figures.counts.refusals.reversed == Rate(successes=2, n=6)
    assert figures.clock.by_day[2].share == pytest.approx(5 / 8)
    assert figures.clock.reasoned_by_60.share == pytest.approx(1 / 8)


def made_up(chance):
    """A case with a life at random: half of them are refused."""
    day = chance.randint(0, 250)
    happened = [("received", day)]
    ending = chance.choice(["answered", "inadmissible", "inadmissible", "withdrawn", ""])
    if ending:
        day += chance.randint(0, 90)
        happened.append((ending, day))
    if ending in ("answered", "inadmissible") and chance.random() < 0.5:
        happened.append(("reopened", day + 2))
        if chance.random() < 0.5:
            happened.append((chance.choice(["answered", "inadmissible"]), day + 9))
    return story(*happened, kind=chance.choice(["complaint", "complaint", "proposal"]))


@pytest.fixture
def crowd(roads, water):
    """120 cases at two agencies over nine months; the same ones each run."""
    chance = random.Random(50)
    registered(roads, *[made_up(chance) for _ in range(70)])
    registered(water, *[made_up(chance) for _ in range(50)])


SCOPES = [
    YEAR,
    FigureScope(date_from=date(2026, 1, 20), date_to=date(2026, 6, 10), kind="complaint"),
]


def test_counted_months_and_single_cases_give_the_plain_count(crowd):
    for scope, day in product(SCOPES, [100, 219, 243, 330]):
        require_plain_count(scope, day)


def require_plain_count(scope, day):
    today = START + timedelta(days=day)
    rows = [
        row
        for row in RegisterCase.objects.filter(filed_on__range=(scope.date_from, scope.date_to))
        if scope.kind in (None, row.kind)
    ]
    refused = [row for row in rows if row.ending == "inadmissible"]
    in_time = [
        row
        for row in refused
        if row.kind == "complaint"
        and row.filed_on + timedelta(days=60) < today
        and (row.waited or 0) <= 60
    ]

    counts = cohort_figures(scope=scope, as_of=at(day)).counts

    assert counts.refused_in_time == len(in_time)
    assert counts.refused_reopened == sum(row.reopened_count > 0 for row in refused)
    assert counts.refused_reversed == sum(row.refusal_reversed for row in refused)
    assert 0 < counts.refused_reversed < counts.refused_reopened < counts.inadmissible


def test_counted_again_the_months_are_the_same(crowd):
    columns = ("agency_code", "kind", "month", "refused_in_time", "refused_reversed")
    stored = set(RegisterMonth.objects.values_list(*columns))

    counted = month_rows(agency_codes=["roads", "water"])

    assert {tuple(getattr(row, name) for name in columns) for row in counted} == stored


def test_the_snapshot_holds_the_refusals_of_the_page(crowd):
    content = snapshot_taken(as_of=at(250))
    FigureSnapshot.objects.create(as_of=at(250), content=content)

    kept = figures_in(FigureSnapshot.objects.get().content, as_of=at(250)).figures
    counted = cohort_figures(scope=kept.scope, as_of=at(250))

    assert (kept.counts.refusals, kept.clock) == (counted.counts.refusals, counted.clock)


def test_equal_counts_are_the_same_snapshot_in_any_order_of_the_database(crowd):
    waits = snapshot_taken(as_of=at(250))["waits"]

    assert len(waits) > 5
    assert waits == sorted(waits)


def test_what_replied_in_time_is_answers_and_refusals(crowd):
    for row in comparison(scope=YEAR, as_of=at(330)).agencies:
        counts = row.counts
        assert (
            row.counts.timeliness.reasoned.successes + counts.refused_in_time
            == row.counts.timeliness.replied.successes
        )
        assert row.counts.timeliness.reasoned.n == row.counts.timeliness.replied.n == counts.due


def test_an_agency_that_refuses_everything_is_not_above_the_average(roads, water):
    registered(roads, *[story(RECEIVED, REFUSED) for _ in range(40)])
    registered(water, *[story(RECEIVED, ("answered", 50)) for _ in range(30)])
    registered(water, *[story(RECEIVED, ("answered", 70)) for _ in range(10)])

    roads_row, water_row = comparison(scope=YEAR, as_of=at(100)).agencies

    assert (
        roads_row.counts.timeliness.replied.share,
        water_row.counts.timeliness.replied.share,
    ) == (1.0, 0.75)
    assert roads_row.compared is ComparisonResult.REFUSES
    assert roads_row.stands_out.is_listed
    # It answers as it should, and is below for nothing but the other's refusals.
    assert water_row.compared is ComparisonResult.NOT_TOLD_APART


def test_the_orientation_desk_is_not_compared(roads, water):
    registered(roads, *[story(RECEIVED, REFUSED) for _ in range(40)])
    registered(water, *[story(RECEIVED, ("answered", 1)) for _ in range(40)])

    rows = comparison(scope=YEAR, as_of=at(100), exempt={"roads"}).agencies

    assert rows[0].compared is ComparisonResult.NOT_COMPARED
    assert [row.stands_out for row in rows] == [None, None]


def test_no_words_tell_how_few_were_answered_with_reasons():
    """95 % of 40 in time are 38: the two others are people, and no other figure names them."""
    counts = {"answered": 202, "inadmissible": 38, "complaints": 40, "due": 40, "in_time": 40}
    tallies = {"a": Tally(**counts, refused_in_time=38), "b": Tally(**counts, refused_in_time=30)}
    found = comparison_of(tallies, agency_codes=tallies, as_of=at(300))

    with override("en"):
        shown = {
            one.agency_code: {
                line.measure: line for line in agency_lines(one, average=None, published=True)
            }
            for one in found.agencies
        }

    assert shown["a"][Measure.REFUSED].value is not None
    assert shown["a"][Measure.REASONED_IN_TIME].value is None
    words = {code: lines[Measure.COMPARISON].note for code, lines in shown.items()}
    assert words["a"] == "Refuses most of the complaints that it answers in time"
    # Where both parts are large, the share stands there.
    assert "75" in words["b"]
