"""A unit of work whose connection is lost is run again on a new one, and takes effect once."""

import pytest
from django.db import OperationalError, connection, transaction

from shared.register.services import register_project
from tenants.isolation import retry
from tenants.isolation.retry import retried
from tests.support.factories import filed
from tests.support.processes import in_child, outside_connection

pytestmark = pytest.mark.django_db

TABLES = (
    "public.tenants_route",
    "public.register_registeroutbox",
    "public.register_registereventrow",
    "public.register_registercase",
    "public.register_registermonth",
    "public.django_tasks_database_dbtaskresult",
    "a_roads.complaints_complaint",
    "a_roads.mail_mail",
)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(retry, "PAUSES", (0.0, 0.0))


@pytest.fixture
def committed(roads):
    """Counts what is announced and what is collected, as others see it; one filing waits."""
    assert in_child(lambda: filed(roads)) == 0
    outside = outside_connection()

    def counts():
        with outside.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM register_registeroutbox),"
                " (SELECT count(*) FROM register_registereventrow)"
            )
            return cursor.fetchone()

    yield counts
    with outside.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    outside.close()


def lose_connection():
    """End this connection on the server, as a primary does that goes down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = outside_connection()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()


def losing(times, *, within):
    """Collecting that loses its connection so often: in its transaction, or after the commit."""
    left = [times]

    def collect():
        with transaction.atomic():
            register_project(limit=100)
            if within and left[0]:
                left[0] -= 1
                lose_connection()
        if left[0]:
            left[0] -= 1
            lose_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    return collect


@pytest.mark.parametrize("within", [True, False], ids=["before the commit", "after it"])
def test_collecting_that_loses_its_connection_takes_effect_once(committed, within):
    assert committed() == (1, 0)

    assert in_child(lambda: retried(losing(2, within=within))) == 0

    assert committed() == (0, 1)


def test_a_server_that_is_still_a_standby_is_waited_for(committed):
    def collect():
        left = [2]

        def unit():
            if left[0]:
                left[0] -= 1
                with connection.cursor() as cursor:
                    # What a server refuses that Patroni has just made the primary.
                    cursor.execute("SET default_transaction_read_only = on")
            register_project(limit=100)

        retried(unit)

    assert in_child(collect) == 0

    assert committed() == (0, 1)


@pytest.mark.slow
def test_it_gives_up_when_the_database_stays_away(committed):
    assert in_child(lambda: retried(losing(3, within=True))) == 1

    assert committed() == (1, 0)


def test_the_schema_is_in_force_again_on_the_new_connection(committed):
    def in_schema():
        lost: list[bool] = []

        def unit():
            with connection.cursor() as cursor:
                cursor.execute("SELECT current_setting('search_path')")
                assert cursor.fetchone() == ("public, pg_temp",)
            if not lost:
                lost.append(True)
                lose_connection()
                unit()

        retried(unit)

    assert in_child(in_schema) == 0


def refusing(calls):
    calls.append(1)
    raise OperationalError("canceling statement due to statement timeout")


def test_a_failure_with_the_connection_in_good_health_is_not_repeated(committed):
    def work():
        calls: list[int] = []
        connection.ensure_connection()
        with pytest.raises(OperationalError, match="timeout"):
            retried(lambda: refusing(calls))
        assert calls == [1]

    assert in_child(work) == 0


def test_what_is_part_of_a_transaction_is_not_repeated_alone():
    calls: list[int] = []

    with pytest.raises(OperationalError, match="timeout"), transaction.atomic():
        retried(lambda: refusing(calls))

    assert calls == [1]
