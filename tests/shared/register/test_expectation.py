"""What may be expected before a complaint is sent: from whose cases, and from how many."""

from dataclasses import replace

import pytest

from shared.figures.incidence import DayRange
from shared.figures.intervals import MIN_TO_JUDGE
from shared.kernel import clock
from shared.register.selectors.expectation import expectation_or_none
from shared.register.selectors.figures import cohort_figures
from shared.register.types import FigureScope
from tests.shared.register.factories import at, registered, story

pytestmark = pytest.mark.django_db

SCOPE = FigureScope(date_from=at(0).date(), date_to=at(99).date(), agency_code="roads")


def answered(count, day, **changes):
    return [story(("received", 1), ("answered", 1 + day), **changes) for _ in range(count)]


def waiting(count, since=1):
    return [story(("received", since)) for _ in range(count)]


def expected(*scopes, day=100):
    with clock.travel(at(day)):
        return expectation_or_none(scopes=scopes or [SCOPE], as_of=at(day))


def test_it_is_the_median_of_the_figures_with_its_interval(roads):
    registered(roads, *[one for day in range(1, 61) for one in answered(1, day)])

    found = expected()
    with clock.travel(at(100)):
        figures = cohort_figures(scope=SCOPE, as_of=at(100))

    assert (found.median_days, found.n) == (figures.clock.median_days, 60) == (30, 60)
    assert found.median_range == DayRange(low=23, high=38)


def test_below_the_minimum_nothing_is_said(roads):
    registered(roads, *answered(MIN_TO_JUDGE - 1, 10))
    before = expected()
    registered(roads, *waiting(1))

    assert before is None
    assert (expected().median_days, expected().n) == (10, MIN_TO_JUDGE)


def test_those_who_still_wait_count(roads):
    registered(roads, *answered(30, 10))
    before = expected()
    registered(roads, *waiting(29))

    assert before.median_days == expected().median_days == 10
    assert expected().median_range.high is None
    registered(roads, *waiting(2))
    assert expected() is None


def test_where_fewer_than_half_had_an_answer_in_time_that_is_said(roads):
    registered(roads, *answered(10, 10), *waiting(40))

    found = expected()

    assert (found.n, found.median_days, found.median_range) == (50, None, None)


def test_nothing_is_said_while_nobody_has_waited_sixty_days(roads):
    registered(roads, *waiting(50, since=90))

    assert expected() is None


def test_another_agency_other_kinds_and_other_days_never_enter(roads, water):
    registered(roads, *answered(30, 10), *answered(40, 50, kind="proposal"))
    registered(water, *answered(40, 50))
    registered(roads, *[story(("received", 100), ("answered", 160)) for _ in range(90)])

    assert (expected(day=200).n, expected(day=200).median_days) == (30, 10)


def test_the_body_comes_before_its_agency_where_it_has_enough(roads):
    body = replace(SCOPE, organisation_code="north")
    registered(
        roads,
        *answered(29, 5, organisation_code="north"),
        *answered(40, 40, organisation_code="south"),
    )
    before = expected(body, SCOPE)
    registered(roads, *answered(1, 5, organisation_code="north"))
    after = expected(body, SCOPE)

    assert (before.scope, before.n, before.median_days) == (SCOPE, 69, 40)
    assert (after.scope, after.n, after.median_days) == (body, 30, 5)


@pytest.mark.parametrize("bodies", [1, 3])
def test_one_query_for_each_scope(roads, bodies, django_assert_num_queries):
    registered(roads, *answered(2, 5))

    with django_assert_num_queries(bodies):
        assert expected(*[SCOPE] * bodies) is None
