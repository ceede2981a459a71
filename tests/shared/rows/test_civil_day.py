"""A day that PostgreSQL computes is the day of the clock, at each change of the hours."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection

from shared.jobs.models import WorkerBeat
from shared.kernel import clock
from shared.kernel.zone_data import offset_changes
from shared.rows.civil_day import CivilDay

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
CHANGES = [
    moment
    for moment, _offset in offset_changes(
        clock.NATIONAL_ZONE, after=clock.FIRST_MOMENT, until=clock.LAST_MOMENT
    )
]


def midnights(moment):
    """Midnight, and 23:00 UTC, of the days around a moment."""
    day = moment.replace(hour=0, minute=0, second=0)
    return [day + timedelta(hours=hours) for hours in (-1, 0, 23, 24)]


def moments():
    between = [first + (second - first) / 2 for first, second in pairwise(CHANGES)]
    edges = [clock.FIRST_MOMENT, datetime(2026, 11, 30, 23, 30, tzinfo=UTC), clock.LAST_MOMENT]
    days = [one for moment in (*CHANGES, *between, *edges) for one in midnights(moment)]
    found = {one + step for one in (*CHANGES, *days) for step in (-SECOND, SECOND * 0)}
    return sorted(one for one in found if clock.FIRST_MOMENT <= one < clock.LAST_MOMENT)


def test_the_day_is_the_one_of_the_clock():
    WorkerBeat.objects.bulk_create(
        WorkerBeat(worker_id=f"civil day {number}", seen_at=moment)
        for number, moment in enumerate(moments())
    )
    found = WorkerBeat.objects.filter(worker_id__startswith="civil day ")

    days = found.annotate(day=CivilDay("seen_at")).values_list("seen_at", "day")

    assert len(days) > 500
    assert [(at, day) for at, day in days if day != clock.civil_day(at)] == []


def test_the_session_has_no_part_in_it():
    WorkerBeat.objects.create(worker_id="one", seen_at=datetime(2026, 12, 1, 23, tzinfo=UTC))
    days = WorkerBeat.objects.annotate(day=CivilDay("seen_at")).values_list("day", flat=True)
    expected = [clock.civil_day(datetime(2026, 12, 1, 23, tzinfo=UTC))]

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Pacific/Auckland'")

    assert list(days.filter(worker_id="one")) == expected


def test_nothing_has_no_day():
    text = str(WorkerBeat.objects.values_list(CivilDay("seen_at")).query)
    column = '"jobs_workerbeat"."seen_at"'
    expression = text.removeprefix("SELECT ").rpartition(" AS ")[0]

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression.replace(column, 'NULL::timestamptz')}")
        assert cursor.fetchone() == (None,)
