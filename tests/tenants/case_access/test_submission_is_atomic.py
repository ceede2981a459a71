"""A submission is one transaction: killed between any two statements, all or nothing."""

import os
from collections.abc import Iterator

import pytest
from django.db import Error, connection, transaction

from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from tenants.case_access import gateway
from tenants.case_access.services.routes import IDEMPOTENCY_LIFE
from tenants.models import SubmissionKey
from tests.support.factories import draft
from tests.support.processes import KILLED, ended, in_child, outside_connection, start_child
from tests.support.waiting import wait_until_somebody_waits

pytestmark = pytest.mark.django_db

TABLES = (
    "public.tenants_route",
    "public.tenants_submissionkey",
    "public.register_registeroutbox",
    "public.django_tasks_database_dbtaskresult",
    "a_roads.complaints_complaint",
    "a_roads.complaints_party",
    "a_roads.complaints_complaintevent",
    "a_roads.mail_mail",
)
ONE_COMPLAINT = dict.fromkeys(TABLES, 1)
NOTHING = dict.fromkeys(TABLES, 0)


@pytest.fixture
def committed() -> Iterator[object]:
    """Counts of committed rows; what a child has committed is taken away again."""
    outside = outside_connection()
    yield lambda: _counts(outside)
    with outside.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    outside.close()


def _counts(outside):
    with outside.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
        return found


def submit(agency):
    what = draft(agency)
    return lambda: gateway.complaint_file(draft=what, actor=CITIZEN, idempotency_key="once")


def test_killed_before_any_statement_nothing_is_left_and_unhurt_everything_is(
    roads, committed, settings
):
    # Nothing is kept in memory: the agency is found by a statement too.
    settings.ADDRESS_BOOK_SECONDS = 0
    work = submit(roads)
    killed = 0

    while in_child(work, die_before=killed) == KILLED:
        assert committed() == NOTHING, f"before statement {killed}"
        killed += 1

    assert committed() == ONE_COMPLAINT
    # The work is one statement; the others find the agency and take on its role.
    assert killed >= 4


@pytest.mark.slow
def test_the_same_key_from_two_processes_files_one_complaint(roads, committed):
    work = submit(roads)

    assert in_child(lambda: (in_child(work), work())) == 0

    assert committed() == ONE_COMPLAINT


def test_a_repeated_key_is_no_error_of_the_database(roads):
    """With each error the database may log the statement: here, the whole complaint."""
    work, errors = submit(roads), []

    def watched(execute, *given):
        try:
            return execute(*given)
        except Error as error:
            errors.append(error)
            raise

    first = work()
    with connection.execute_wrapper(watched):
        again = work()

    assert (again.reference, again.is_repeat, errors) == (first.reference, True, [])


def test_an_old_key_is_used_anew_and_files_another_complaint(roads):
    work = submit(roads)
    first = work()
    SubmissionKey.objects.update(created_at=clock.now() - IDEMPOTENCY_LIFE)

    second = work()

    assert (second.reference == first.reference, second.is_repeat) == (False, False)
    assert work().reference == second.reference


def test_a_second_request_with_the_same_key_waits_for_the_first_and_gets_its_receipt(
    roads, committed
):
    work = submit(roads)
    filed, done = os.pipe(), os.pipe()

    def first() -> None:
        with transaction.atomic():
            work()
            os.write(filed[1], b"x")
            os.read(done[0], 1)

    one = start_child(first)
    os.read(filed[0], 1)
    two = start_child(work)
    wait_until_somebody_waits()
    os.write(done[1], b"x")

    assert [ended(one), ended(two)] == [0, 0]
    assert committed() == ONE_COMPLAINT
