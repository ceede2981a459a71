"""Both clocks day by day: every day has one reason, and the legal clock never pauses."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from shared.kernel.clock_ledger import (
    COUNTING,
    DayReason,
    Holiday,
    Wait,
    working_clock,
    working_due_on,
)
from shared.kernel.legal_deadline import legal_clock
from shared.kernel.text import Wording

# A Monday.
FILED = date(2026, 3, 2)
FEAST = Wording(ar="عيد", fr="Fête", en="Feast")
TERM, CAP = 20, 15

lengths = st.integers(0, 150)
days = st.integers(0, 160).map(lambda step: FILED + timedelta(days=step))
feasts = st.lists(days.map(lambda day: Holiday(day=day, names=FEAST)), max_size=12)


@st.composite
def a_wait(draw):
    since = draw(days)
    length = draw(st.integers(0, 40))
    return Wait(since=since, until=since + timedelta(days=length))


waits = st.lists(a_wait(), max_size=5)
clocks = st.fixed_dictionaries(
    {"holidays": feasts, "waits": waits, "cap": st.integers(0, 20), "term": st.integers(1, 40)}
)


def read(later=30, *, holidays=(), waits=(), cap=CAP, term=TERM, filed_on=FILED):
    return working_clock(
        filed_on=filed_on,
        on=filed_on + timedelta(days=later),
        term=term,
        holidays=holidays,
        waits=waits,
        cap=cap,
    )


def reasons(clock):
    return [one.reason for one in clock.days]


def test_a_fortnight_without_anything_counts_ten_days_after_the_day_of_filing():
    clock = read(14)

    assert (clock.counted, clock.not_counted, clock.paused) == (10, 5, 0)
    assert reasons(clock)[:7] == [
        DayReason.FILING,
        *[DayReason.COUNTED] * 4,
        *[DayReason.WEEKEND] * 2,
    ]


def test_a_holiday_is_not_counted_and_says_its_name():
    feast = Holiday(day=date(2026, 3, 4), names=FEAST)

    clock = read(4, holidays=[feast])

    assert [(one.working, one.reason, one.holiday) for one in clock.days[1:4]] == [
        (1, DayReason.COUNTED, None),
        (1, DayReason.HOLIDAY, FEAST),
        (2, DayReason.COUNTED, None),
    ]


def test_a_holiday_on_a_sunday_is_one_day_that_is_not_counted():
    sunday = Holiday(day=date(2026, 3, 8), names=FEAST)

    assert read(14, holidays=[sunday]) == read(14)


def test_two_holidays_on_one_day_are_one():
    feast = Holiday(day=date(2026, 3, 4), names=FEAST)

    assert read(14, holidays=[feast, feast]) == read(14, holidays=[feast])


def test_the_day_of_the_question_counts_and_that_of_the_answer_is_paused():
    wait = Wait(since=date(2026, 3, 3), until=date(2026, 3, 5))

    clock = read(4, waits=[wait])

    assert reasons(clock) == [
        DayReason.FILING,
        DayReason.COUNTED,
        DayReason.PAUSED,
        DayReason.PAUSED,
        DayReason.COUNTED,
    ]


def test_the_clock_says_since_when_it_stands_still():
    open_wait = Wait(since=date(2026, 3, 3))
    ended = Wait(since=date(2026, 3, 3), until=date(2026, 3, 5))

    assert read(4, waits=[open_wait]).paused_since == date(2026, 3, 3)
    assert read(4, waits=[ended]).paused_since is None


def test_once_the_pause_is_used_up_the_days_count_though_an_answer_is_awaited():
    clock = read(7, waits=[Wait(since=FILED)], cap=2)

    assert reasons(clock) == [
        DayReason.FILING,
        *[DayReason.PAUSED] * 2,
        *[DayReason.CAPPED] * 2,
        *[DayReason.WEEKEND] * 2,
        DayReason.CAPPED,
    ]
    assert (clock.counted, clock.paused_since) == (3, None)


def test_weekends_and_holidays_of_a_wait_do_not_use_up_the_pause():
    # Thursday to the next Wednesday, with a holiday on Monday: three working days.
    wait = Wait(since=date(2026, 3, 5), until=date(2026, 3, 11))
    monday = Holiday(day=date(2026, 3, 9), names=FEAST)

    assert read(20, waits=[wait], holidays=[monday]).paused == 3


@pytest.mark.parametrize(
    ("later", "left", "is_overdue"),
    [(27, 1, False), (28, 0, False), (29, -1, True)],
    ids=["before", "last-day", "after"],
)
def test_the_last_day_is_in_time_and_the_next_is_late(later, left, is_overdue):
    clock = read(later)

    assert (clock.left, clock.is_overdue) == (left, is_overdue)
    assert clock.due_on == date(2026, 3, 30)


def test_the_day_it_is_due_moves_by_what_was_paused_and_stays_once_reached():
    wait = Wait(since=date(2026, 3, 3), until=date(2026, 3, 5))

    assert read(10, waits=[wait]).due_on == date(2026, 4, 1)
    assert read(60, waits=[wait]).due_on == date(2026, 4, 1)


@given(later=lengths, clock=clocks)
def test_every_day_from_the_filing_on_has_one_place(later, clock):
    reading = read(later, **clock)

    assert [one.day for one in reading.days] == [
        FILED + timedelta(days=step) for step in range(later + 1)
    ]
    assert reading.counted + reading.not_counted + reading.paused == later + 1
    assert reading.counted == sum(one.reason in COUNTING for one in reading.days)
    assert reading.paused == sum(one.reason == DayReason.PAUSED for one in reading.days)


@given(later=lengths, more=st.integers(1, 30), clock=clocks)
def test_a_later_reading_repeats_the_earlier_one_and_never_counts_less(later, more, clock):
    earlier, after = read(later, **clock), read(later + more, **clock)

    assert after.days[: later + 1] == earlier.days
    assert after.counted >= earlier.counted
    assert after.due_on >= earlier.due_on


@given(later=lengths, clock=clocks)
def test_the_legal_clock_never_pauses(later, clock):
    reading = read(later, **clock)

    assert [one.legal for one in reading.days] == list(range(later + 1))
    assert reading.days[-1].legal == legal_clock(filed_on=FILED, on=reading.on).elapsed


@given(later=lengths, clock=clocks)
def test_no_more_is_paused_than_the_cap(later, clock):
    assert read(later, **clock).paused <= clock["cap"]


@given(later=lengths, clock=clocks, data=st.data())
def test_a_wait_taken_apart_is_the_same_wait(later, clock, data):
    whole = data.draw(a_wait())
    middle = data.draw(st.dates(whole.since, whole.until))
    apart = [Wait(since=whole.since, until=middle), Wait(since=middle, until=whole.until)]
    rest = clock.pop("waits")

    assert read(later, waits=[*rest, whole], **clock) == read(later, waits=[*rest, *apart], **clock)


@given(later=lengths, clock=clocks, feast=days)
def test_a_holiday_more_never_makes_it_due_earlier(later, clock, feast):
    more = [*clock["holidays"], Holiday(day=feast, names=FEAST)]

    assert read(later, **{**clock, "holidays": more}).due_on >= read(later, **clock).due_on


@given(filed=st.dates(date(2018, 1, 1), date(2060, 1, 1)), term=st.integers(1, 60), holidays=feasts)
def test_the_day_promised_at_the_filing_is_the_one_that_the_clock_reads(filed, term, holidays):
    promised = working_due_on(filed_on=filed, term=term, holidays=holidays)

    assert read(0, filed_on=filed, term=term, holidays=holidays).due_on == promised
    whole = read((promised - filed).days, filed_on=filed, term=term, holidays=holidays)
    assert whole.left == 0
    assert whole.days[-1].is_counted


def test_without_a_legal_term_the_days_have_no_number_by_law():
    clock = working_clock(
        filed_on=FILED, on=FILED, term=TERM, holidays=[], waits=[], has_legal=False
    )

    assert [one.legal for one in clock.days] == [None]
