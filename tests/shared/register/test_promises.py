"""The days that replies name, as the register counts them."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import given, strategies as st

from shared.complaints import services
from shared.complaints.types import RatingDraft
from shared.figures.intervals import Rate
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.register.enums import Measure
from shared.register.models import RegisterCase, RegisterEventRow, RegisterMonth
from shared.register.presenters.lines import figure_sections, whole_group
from shared.register.selectors.disclosure_control import withheld_in
from shared.register.selectors.figures import cohort_figures, comparison
from shared.register.selectors.tallies import whole_tally
from shared.register.services import register_project
from shared.register.types import FigureScope, Tally
from shared.register.workflow import case_fold
from tenants.isolation.schema_switch import agency_context
from tests.shared.register.factories import at, registered, story
from tests.shared.register.promise_lives import ANSWERED, live
from tests.support.factories import REPLY, filed, staff

START = date(2026, 1, 1)
YEAR = FigureScope(date_from=START, date_to=date(2026, 12, 31))
FIRST, SECOND = START + timedelta(days=40), START + timedelta(days=80)
ASKED = [("received", 0), ("answered", 9), ("promise_asked", 40)]
AGAIN = [*ASKED[:2], ("reopened", 45)]
TOLD = [*ASKED, ("promise_told", 41)]


def promise(happened, days=(FIRST,), kept=()):
    """(day, asked, kept) of a case whose replies name ``days`` and whose citizen said ``kept``."""
    facts = case_fold(story(*happened, promised=days, kept=kept))
    return facts.promised_on, facts.promise_asked, facts.promise_kept


@pytest.mark.parametrize(
    ("happened", "days", "kept", "expected"),
    [
        (ASKED[:2], (FIRST,), (), (FIRST, False, None)),
        (ASKED[:2], (None,), (), (None, False, None)),
        (ASKED, (FIRST,), (), (FIRST, True, None)),
        # Without a day the citizen is asked after four weeks: that is no day kept or broken.
        (TOLD, (None,), (True,), (None, False, None)),
        (TOLD, (FIRST,), (True,), (FIRST, True, True)),
        (TOLD, (FIRST,), (False,), (FIRST, True, False)),
        # Said without being asked.
        ([*ASKED[:2], ("promise_told", 41)], (FIRST,), (True,), (FIRST, True, True)),
        # A re-opening ends a promise of which nothing was said.
        (AGAIN, (FIRST,), (), (None, False, None)),
        ([*ASKED, ("reopened", 45)], (FIRST,), (), (None, False, None)),
        # Sent back by national oversight.
        ([*ASKED[:2], ("review_decided", 12)], (FIRST,), (), (None, False, None)),
        # A new reply takes its place.
        ([*AGAIN, ("answered", 60)], (FIRST, SECOND), (), (SECOND, False, None)),
        ([*TOLD, *AGAIN[2:], ("answered", 60)], (FIRST, SECOND), (True,), (SECOND, False, None)),
        # What was broken stays so, whatever the next reply names.
        (
            [*TOLD, ("reopened", 45), ("answered", 60), ("promise_told", 81)],
            (FIRST, SECOND),
            (False, True),
            (FIRST, True, False),
        ),
        ([*TOLD, ("closed", 50)], (FIRST,), (False,), (FIRST, True, False)),
    ],
)  # fmt: skip
def test_the_promise_that_counts(happened, days, kept, expected):
    assert promise(happened, days, kept) == expected


HAPPENINGS = ["answered", "reopened", "promise_asked", "promise_told", "rated", "inadmissible"]


@given(
    st.lists(st.sampled_from(HAPPENINGS), max_size=12),
    st.lists(st.sampled_from([None, FIRST, SECOND]), min_size=12, max_size=12),
    st.lists(st.booleans(), min_size=12, max_size=12),
    st.data(),
)
def test_fc24_events_in_any_order_and_repeated_give_the_same_row(happened, days, kept, data):
    moments = [("received", 0), *((one, day) for day, one in enumerate(happened, start=1))]
    events = story(*moments, promised=days, kept=kept)
    shuffled = data.draw(st.permutations(events))
    repeated = data.draw(st.lists(st.sampled_from(events), max_size=6))

    facts = case_fold(events)

    assert case_fold([*repeated, *shuffled]) == facts
    # Each count is part of the one before it.
    assert facts.promise_kept is None or facts.promise_asked
    assert not facts.promise_asked or facts.promised_on is not None


@pytest.fixture
def crowd(db, roads, water):
    """180 replies at two agencies: named, asked, told, kept, broken, re-opened."""
    chance = random.Random(24)
    for agency, number in ((roads, 120), (water, 60)):
        registered(agency, *[_life(chance) for _ in range(number)])


def _life(chance):
    filed = chance.randint(0, 200)
    happened = [("received", filed), ("answered", filed + 9)]
    for event in ("promise_asked", "promise_told", "reopened"):
        if chance.random() < 0.6:
            happened.append((event, filed + 20))
    day = START + timedelta(days=filed + 20) if chance.random() < 0.8 else None
    return story(*happened, promised=(day,), kept=(chance.random() < 0.6,))


SCOPES = [
    YEAR,
    FigureScope(date_from=date(2026, 1, 20), date_to=date(2026, 6, 10)),
    FigureScope(date_from=date(2026, 3, 1), date_to=date(2026, 3, 31)),
    FigureScope(date_from=START, date_to=date(2026, 12, 31), agency_code="water"),
    FigureScope(date_from=START, date_to=date(2026, 12, 31), organisation_code="lighting"),
]


def test_fc24_months_single_cases_and_agencies_give_the_plain_count_with_its_bounds(crowd):
    for scope in SCOPES:
        require_plain_count(scope)
    require_comparison_of_the_whole()
    require_interval_and_bounds()


def require_plain_count(scope):
    rows = [
        row
        for row in RegisterCase.objects.filter(filed_on__range=(scope.date_from, scope.date_to))
        if scope.agency_code in (None, row.agency_code)
    ]
    due = [row for row in rows if row.promise_asked]
    told = [row for row in due if row.promise_kept is not None]
    kept = [row for row in told if row.promise_kept]

    promises = cohort_figures(scope=scope, as_of=at(330)).promises

    assert promises.response == Rate(successes=len(told), n=len(due))
    assert promises.satisfied == Rate(successes=len(kept), n=len(told))
    assert 0 < len(kept) <= len(told) <= len(due)


def require_comparison_of_the_whole():
    """The agencies beside each other add up to the whole."""
    whole = cohort_figures(scope=YEAR, as_of=at(330)).promises
    beside = comparison(scope=YEAR, as_of=at(330)).agencies

    assert sum(one.promises.response.n for one in beside) == whole.response.n
    assert sum(one.promises.satisfied.successes for one in beside) == whole.satisfied.successes


def require_interval_and_bounds():
    """The published share has its interval and bounds."""
    figures = cohort_figures(scope=YEAR, as_of=at(330))

    lines = whole_group(figure_sections(figures, published=True)).by_measure

    kept, bounds = lines["promises_kept"], lines["promises_kept_bounds"]
    assert None not in (kept.low, kept.value, kept.high, bounds.low, bounds.high)
    assert kept.low < kept.value < kept.high  # type: ignore[operator]
    assert kept.n == figures.promises.satisfied.n
    assert bounds.low < kept.value < bounds.high  # type: ignore[operator]
    assert lines["promise_response"].n == figures.promises.response.n


@pytest.mark.django_db
def test_of_too_few_nothing_is_published(roads):
    registered(roads, *[story(*TOLD, promised=(FIRST,), kept=(one < 2,)) for one in range(4)])
    figures = cohort_figures(scope=YEAR, as_of=at(330))

    shown, hidden = (
        whole_group(figure_sections(figures, published=published)).by_measure
        for published in (False, True)
    )

    names = ("promise_response", "promises_kept", "promises_kept_bounds")
    assert [shown[name].note for name in names] == ["", "", ""]
    assert [hidden[name].value for name in names] == [None] * 3
    assert all(hidden[name].note and hidden[name].n is None for name in names)


def test_what_would_give_away_the_few_of_another_is_withheld():
    many = Tally(answered=200, promises_due=100, promises_told=60, promises_kept=30)
    few = Tally(answered=200, promises_due=100, promises_told=60, promises_kept=58)

    found = withheld_in({"a": many, "b": few, "c": many})

    assert Measure.PROMISES_KEPT in found["b"]
    # With one alone, the sum would tell it.
    assert sum(Measure.PROMISES_KEPT in one for one in found.values()) >= 2


@pytest.mark.django_db
def test_a_row_of_the_former_release_is_counted_without_a_promise(roads):
    registered(roads, story(*TOLD, promised=(FIRST,), kept=(True,)))
    with connection.cursor() as cursor:
        # Its statements do not name the new columns.
        cursor.execute(
            "INSERT INTO register_registermonth (agency_code, kind, month, open, answered,"
            " inadmissible, withdrawn, transferred, due, in_time, reopened, responses, resolved,"
            " marks, marked) VALUES ('old', 'complaint', '2026-02-01', 1, 1, 0, 0, 0, 0, 0, 0, 0,"
            " 0, 0, 0)"
        )

    tally = whole_tally(YEAR, date(2026, 12, 31))

    assert (tally.received, tally.promises_due, tally.promises_kept) == (3, 1, 1)


def rows_of(model):
    rows = model.objects.order_by("pk").values()
    return sorted(
        (
            {key: str(value) for key, value in row.items() if key not in ("id", "pk")}
            for row in rows
        ),
        key=str,
    )


@pytest.mark.django_db
def test_fc24_a_rebuilt_register_has_the_same_promises(roads, water):
    for agency in (roads, water):
        live(agency)
    collected = [rows_of(one) for one in (RegisterCase, RegisterMonth, RegisterEventRow)]
    RegisterCase.objects.update(promised_on=None, promise_asked=False, promise_kept=None)
    RegisterMonth.objects.update(promises_due=9, promises_told=9, promises_kept=9)

    call_command("rebuild_register")

    assert [rows_of(one) for one in (RegisterCase, RegisterMonth, RegisterEventRow)] == collected
    counted = sorted((row["promise_asked"], row["promise_kept"]) for row in collected[0])
    assert counted == sorted([("True", "True"), ("True", "False"), ("True", "None")] * 2)


@pytest.mark.django_db
@pytest.mark.parametrize("kept", [True, False])
def test_fc24_a_reply_that_says_that_it_is_done_is_no_day_kept_or_broken(roads, kept):
    """Its citizen is asked after four weeks; the rating is what the figures have of it."""
    officer = staff(roads)
    done = replace(REPLY, remedy="The lamp was replaced on Monday.", is_done=True)
    with clock.travel(ANSWERED), agency_context(roads):
        reference = filed(roads).reference
        services.complaint_reply(reference=reference, draft=done, officer=officer, actor=SYSTEM)
        rating = RatingDraft(resolved=kept, handling=3)
        services.rating_give(reference=reference, draft=rating, actor=CITIZEN)
    with clock.travel(ANSWERED + timedelta(days=29)), agency_context(roads):
        services.expired_deadlines_apply(actor=SYSTEM)
        services.promise_report(reference=reference, kept=kept, actor=CITIZEN)
    register_project(limit=100)

    tally = whole_tally(YEAR, date(2026, 12, 31))

    row = RegisterCase.objects.get(reference=reference)
    assert (row.promised_on, row.promise_asked, row.promise_kept) == (None, False, None)
    assert (tally.answered, tally.promises_due, tally.promises_told) == (1, 0, 0)
    assert (tally.responses, tally.resolved) == (1, int(kept))
