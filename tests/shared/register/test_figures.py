"""The figures, worked by hand and against a slow but plain count."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shared.figures.intervals import ComparisonResult, Rate
from shared.register.models import RegisterCase, RegisterMonth
from shared.register.selectors.figures import (
    cohort_figures,
    comparison,
    delays,
    monthly_received_and_replied,
)
from shared.register.selectors.tallies import month_rows
from shared.register.types import FigureScope
from tests.shared.register.factories import at, registered, story
from tests.support.sampling import in_turn

pytestmark = pytest.mark.django_db

START = date(2026, 1, 1)
ALL_YEAR = FigureScope(date_from=START, date_to=date(2026, 12, 31))
COMPLAINTS = FigureScope(date_from=START, date_to=date(2026, 12, 31), kind="complaint")


def by_day(figures):
    return {one.day: one.share for one in figures.clock.by_day}


def made_up(chance):
    """One case with a life at random."""
    day = chance.randint(0, 250)
    happened = [("received", day)]
    ending = chance.choice(["answered", "answered", "inadmissible", "withdrawn", "transferred", ""])
    if ending:
        day += chance.randint(0, 90)
        happened.append((ending, day))
    if ending == "answered" and chance.random() < 0.5:
        happened.append(("rated", day + 1))
    if ending in ("answered", "inadmissible") and chance.random() < 0.3:
        happened.append(("reopened", day + 2))
    return story(
        *happened,
        kind=chance.choice(["complaint", "complaint", "observation", "proposal"]),
        organisation_code=chance.choice(["lighting", "paving"]),
        resolved=chance.random() < 0.6,
        handling=chance.randint(1, 5),
    )


@pytest.fixture
def crowd(roads, water):
    """120 cases at two agencies over nine months; the same ones each run."""
    chance = random.Random(2026)
    registered(roads, *[made_up(chance) for _ in range(70)])
    registered(water, *[made_up(chance) for _ in range(50)])


def test_worked_by_hand(roads):
    registered(
        roads,
        story(("received", 0), ("answered", 10), ("rated", 11), resolved=True, handling=5),
        story(("received", 0), ("answered", 20), ("reopened", 21)),
        story(("received", 0), ("answered", 70), ("rated", 71), resolved=False, handling=2),
        story(("received", 0), ("inadmissible", 5)),
        story(("received", 0), ("withdrawn", 30)),
        story(("received", 0)),
        story(("received", 90)),
        story(("received", 90), ("transferred", 95)),
    )

    figures = cohort_figures(scope=COMPLAINTS, as_of=at(100))

    assert figures.counts[:5] == (2, 3, 1, 1, 1)
    # Due: all filed on day 0 but the one withdrawn within its term.
    assert figures.counts.timeliness.replied == Rate(successes=3, n=5)
    assert (figures.counts.overdue, figures.clock.median_days) == (1, 70)
    assert figures.reopened == Rate(successes=1, n=4)
    assert (figures.satisfaction.response, figures.satisfaction.satisfied) == (
        Rate(successes=2, n=4),
        Rate(successes=1, n=2),
    )
    assert (figures.satisfaction.lowest, figures.satisfaction.highest) == (0.25, 0.75)
    assert (figures.handling, figures.handling_n) == (3.5, 2)


def test_waiting_worked_by_hand(roads):
    # day 5: 1 of 4 answered -> 1/4; day 10: 1 withdrawn; day 20: 1 looked at; day 30: 1 of 1.
    registered(
        roads,
        story(("received", 0), ("answered", 5)),
        story(("received", 0), ("withdrawn", 10)),
        story(("received", 80)),
        story(("received", 0), ("answered", 30)),
    )

    shares = by_day(cohort_figures(scope=COMPLAINTS, as_of=at(100)))

    assert shares == pytest.approx({15: 1 / 4, 30: 1 / 4 + 2 / 4, 60: 3 / 4})


def test_complaints_that_wait_lower_the_early_share(roads):
    registered(roads, *[story(("received", 0), ("answered", 1)) for _ in range(2)])
    alone = by_day(cohort_figures(scope=COMPLAINTS, as_of=at(20)))[15]
    registered(roads, *[story(("received", 0)) for _ in range(8)])

    with_waiting = by_day(cohort_figures(scope=COMPLAINTS, as_of=at(20)))[15]

    assert (alone, with_waiting) == pytest.approx((1.0, 0.2))


def test_nothing_is_said_of_days_that_no_complaint_has_reached(roads):
    registered(roads, story(("received", 0), ("answered", 1)), story(("received", 0)))

    shares = by_day(cohort_figures(scope=COMPLAINTS, as_of=at(20)))

    assert shares == {15: 0.5, 30: None, 60: None}


def test_the_median_is_not_reached_while_most_wait(roads):
    registered(roads, story(("received", 0), ("answered", 1)), *[story(("received", 0))] * 3)
    registered(roads, story(("received", 0)), story(("received", 0)))

    assert cohort_figures(scope=COMPLAINTS, as_of=at(20)).clock.median_days is None


def test_only_complaints_carry_the_clock(roads):
    registered(
        roads,
        story(("received", 0), kind="observation"),
        story(("received", 0), kind="proposal"),
        story(("received", 0)),
    )

    figures = cohort_figures(scope=ALL_YEAR, as_of=at(100))

    assert (figures.counts.received, figures.counts.complaints, figures.counts.overdue) == (
        3, 1, 1,
    )  # fmt: skip


def test_the_sixtieth_day_is_in_time_and_the_next_is_not(roads):
    registered(
        roads,
        story(("received", 0), ("answered", 60)),
        story(("received", 0), ("answered", 61)),
    )

    assert cohort_figures(scope=COMPLAINTS, as_of=at(61)).counts.timeliness.replied == Rate(
        successes=1, n=2
    )


@pytest.mark.parametrize(("today", "overdue"), [(60, 0), (61, 1)])
def test_a_complaint_is_overdue_after_its_sixtieth_day(roads, today, overdue):
    registered(roads, story(("received", 0)))

    assert cohort_figures(scope=COMPLAINTS, as_of=at(today)).counts.overdue == overdue


def test_an_empty_scope_has_figures_too(db):
    figures = cohort_figures(scope=COMPLAINTS, as_of=at(0))

    assert (figures.counts.received, figures.counts.timeliness.replied.share, figures.handling) == (
        0, None, None,
    )  # fmt: skip


SCOPES = [
    ALL_YEAR,
    COMPLAINTS,
    FigureScope(date_from=START, date_to=date(2026, 12, 31), kind="proposal"),
    FigureScope(date_from=date(2026, 1, 20), date_to=date(2026, 6, 10), kind="complaint"),
    FigureScope(date_from=date(2026, 3, 1), date_to=date(2026, 3, 31)),
    FigureScope(date_from=date(2026, 3, 5), date_to=date(2026, 3, 25)),
    FigureScope(date_from=START, date_to=date(2026, 12, 31), agency_code="water"),
    FigureScope(date_from=START, date_to=date(2026, 12, 31), organisation_code="paving"),
]


def plain_cases(scope):
    rows = RegisterCase.objects.filter(filed_on__range=(scope.date_from, scope.date_to))
    return [
        row
        for row in rows
        if scope.kind in (None, row.kind)
        and scope.agency_code in (None, row.agency_code)
        and scope.organisation_code in (None, row.organisation_code)
    ]


def is_due(row, today):
    left = row.ending in ("withdrawn", "transferred") and row.waited <= 60
    return row.kind == "complaint" and row.filed_on + timedelta(days=60) < today and not left


@pytest.mark.parametrize("day", [100, 200, 330])
def test_counted_months_and_single_cases_give_the_plain_count(crowd, day):
    for scope in SCOPES:
        require_plain_count(scope, day)


def require_plain_count(scope, day):
    today = START + timedelta(days=day)
    rows = plain_cases(scope)
    due = [row for row in rows if is_due(row, today)]
    replied = [row for row in rows if row.ending in ("answered", "inadmissible")]

    figures = cohort_figures(scope=scope, as_of=at(day))

    assert figures.counts.received == len(rows)
    assert figures.counts.replied == len(replied)
    assert figures.counts.timeliness.replied == Rate(
        successes=sum(row in replied and row.waited <= 60 for row in due), n=len(due)
    )
    assert figures.counts.overdue == sum(row.ending == "open" for row in due)
    assert figures.reopened == Rate(
        successes=sum(row.reopened_count > 0 for row in replied), n=len(replied)
    )
    assert figures.satisfaction.satisfied == Rate(
        successes=sum(row.resolved is True for row in replied),
        n=sum(row.resolved is not None for row in replied),
    )
    assert figures.handling_n == sum(row.handling is not None for row in rows)


@pytest.mark.parametrize(
    ("day", "first"),
    in_turn([219, 242, 243, 250, 333], [date(2026, 1, 1), date(2026, 1, 20), date(2026, 8, 5)]),
)
def test_a_period_until_today_gives_the_plain_count(crowd, first, day):
    today = START + timedelta(days=day)
    # Nothing is filed after today: so the month that runs is read as it was counted.
    RegisterCase.objects.filter(filed_on__gt=today).delete()
    RegisterMonth.objects.all().delete()
    RegisterMonth.objects.bulk_create(month_rows(agency_codes=["roads", "water"]))
    scope = FigureScope(date_from=first, date_to=today)
    rows = plain_cases(scope)
    due = [row for row in rows if is_due(row, today)]

    figures = cohort_figures(scope=scope, as_of=at(day))
    beside = comparison(scope=scope, as_of=at(day))

    assert figures.counts.received == len(rows)
    assert sum(row.counts.received for row in beside.agencies) == len(rows)
    assert (figures.counts.timeliness.replied.n, beside.average.n) == (len(due), len(due))
    assert figures.counts.timeliness.replied == beside.average
    assert figures.counts.overdue == sum(row.ending == "open" for row in due)


def test_every_case_is_counted_once_and_the_months_add_up_to_the_whole(crowd):
    for scope in SCOPES:
        counts = cohort_figures(scope=scope, as_of=at(330)).counts
        months = monthly_received_and_replied(scope=scope)

        assert counts.received == len(plain_cases(scope))
        replied, waiting = counts.answered + counts.inadmissible, counts.open
        assert counts.received == replied + waiting + counts.withdrawn + counts.transferred
        assert sum(month.received for month in months) == counts.received
        assert sum(month.replied for month in months) == counts.replied


def test_months_without_a_case_stand_in_the_row(roads):
    registered(roads, story(("received", 0)), story(("received", 70)))

    months = monthly_received_and_replied(scope=ALL_YEAR)

    assert [(one.month.month, one.received) for one in months] == [(1, 1), (2, 0), (3, 1)]


def test_an_agency_shows_the_same_numbers_beside_the_others(crowd):
    for scope in SCOPES[:6]:
        require_same_numbers_alone(scope)


def require_same_numbers_alone(scope):
    for row in comparison(scope=scope, as_of=at(330)).agencies:
        own = FigureScope(
            date_from=scope.date_from,
            date_to=scope.date_to,
            kind=scope.kind,
            agency_code=row.agency_code,
        )
        figures = cohort_figures(scope=own, as_of=at(330))

        assert (
            row.counts,
            row.counts.timeliness.replied,
            row.counts.overdue,
            row.reopened,
            row.satisfaction,
        ) == (
            figures.counts,
            figures.counts.timeliness.replied,
            figures.counts.overdue,
            figures.reopened,
            figures.satisfaction,
        )


def test_the_average_is_the_national_figure(crowd):
    average = comparison(scope=COMPLAINTS, as_of=at(330)).average

    assert average == cohort_figures(scope=COMPLAINTS, as_of=at(330)).counts.timeliness.replied


def test_few_complaints_are_not_judged(roads, water):
    registered(roads, *[story(("received", 0), ("answered", 1)) for _ in range(29)])
    registered(water, *[story(("received", 0)) for _ in range(40)])

    standings = [row.compared for row in comparison(scope=COMPLAINTS, as_of=at(100)).agencies]

    assert standings == [ComparisonResult.TOO_FEW, ComparisonResult.BELOW]


def test_equal_agencies_are_not_told_apart(roads, water):
    for agency in (roads, water):
        registered(agency, *[story(("received", 0), ("answered", 1)) for _ in range(25)])
        registered(agency, *[story(("received", 0)) for _ in range(10)])

    standings = [row.compared for row in comparison(scope=COMPLAINTS, as_of=at(100)).agencies]

    assert standings == [ComparisonResult.NOT_TOLD_APART, ComparisonResult.NOT_TOLD_APART]


def test_the_average_can_be_that_of_some_agencies_alone(roads, water):
    registered(roads, *[story(("received", 0), ("answered", 1)) for _ in range(3)])
    registered(water, *[story(("received", 0)) for _ in range(3)])

    among = comparison(scope=COMPLAINTS, as_of=at(100), agency_codes=["roads"])

    assert (among.average, [row.agency_code for row in among.agencies]) == (
        Rate(successes=3, n=3),
        ["roads"],
    )


def test_comparing_costs_two_queries_whatever_the_number_of_agencies(crowd):
    with CaptureQueriesContext(connection) as captured:
        comparison(scope=COMPLAINTS, as_of=at(330))

    assert len(captured) == 2


def test_one_month_alone_is_counted_case_by_case(crowd):
    scope = FigureScope(date_from=START, date_to=START + timedelta(days=250), kind="complaint")

    with CaptureQueriesContext(connection) as captured:
        comparison(scope=scope, as_of=at(250))

    (single,) = [query["sql"] for query in captured if "register_registercase" in query["sql"]]
    # Day 250 is 8 September: the term of those filed from 1 to 9 July ends in these days.
    assert "2026-07-01" in single
    assert "2026-07-10" in single


def test_delays_worked_by_hand(roads, water):
    for waited in (1, 2, 3, 4, 50, 58):
        registered(roads, story(("received", 0), ("answered", waited)))
    registered(water, story(("received", 0), ("answered", 90)), story(("received", 0)))

    found = delays(scope=COMPLAINTS, as_of=at(100), agency_codes=["roads", "water"])

    assert [(one.median_days, one.p90_days) for one in found.values()] == [(3, 58), (None, None)]
