"""The statements and rows of each thread, as the cursor counts them."""

from io import StringIO

import pytest
from django.db import DataError, connection

from shared.kernel.statement_counter import SENT
from tests.tenants.isolation.committed import in_thread

pytestmark = pytest.mark.django_db

RANGE = "SELECT number FROM generate_series(1, %s) AS number"


def counted(work):
    """How many statements and rows this thread's counter has more after some work."""
    before = SENT.statements, SENT.rows
    work()
    return SENT.statements - before[0], SENT.rows - before[1]


def sent(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_statements_and_the_rows_that_they_read_are_counted(in_roads):
    assert counted(lambda: sent(RANGE, 7)) == (1, 7)
    assert counted(lambda: [sent(RANGE, 2), sent(RANGE, 0)]) == (2, 2)


def test_rows_that_are_written_are_counted(in_roads):
    def many(cursor):
        cursor.executemany(
            "INSERT INTO django_session VALUES (%s, 'w', now())", [("x" * 32,), ("y" * 32,)]
        )

    def copied(cursor):
        cursor.copy_expert("COPY django_session FROM STDIN", StringIO(f"{'z' * 32}\tw\tnow\n"))

    with connection.cursor() as cursor:
        assert counted(lambda: many(cursor))[0] == 1
        assert counted(lambda: copied(cursor)) == (1, 1)
    assert counted(lambda: sent("UPDATE django_session SET session_data = 'v'")) == (1, 3)


def test_a_change_of_agency_is_part_of_the_statement_that_needs_it(roads, water):
    def both():
        for agency in (roads, water):
            connection.set_tenant(agency)
            sent(RANGE, 1)

    assert counted(both) == (2, 2)


def test_a_statement_that_fails_is_counted_without_rows(in_roads):
    def fail():
        with pytest.raises(DataError):
            sent("SELECT 1 / %s", 0)

    assert counted(fail) == (1, 0)


def test_each_thread_has_its_own_numbers(in_roads):
    def elsewhere():
        in_thread(lambda: sent("SELECT 1"))

    assert counted(elsewhere) == (0, 0)
