"""Rows that no code of ours has written: the queue goes on, and they count for nothing.

An agency's role may not write them any more (tests/tenants/isolation/test_queue_rows.py); they may
be left of an earlier release, and a wall may have a hole.
"""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django_tasks_db.models import DBTaskResult

from shared.accounts.enums import Role
from shared.jobs.enums import Queue
from shared.jobs.services.schema_tasks import task_row
from shared.jobs.services.task_queue import schedule_due, tasks_prune, tasks_reap
from shared.jobs.services.worker_loop import QueueLane
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.kernel.seams import seams
from shared.mail.models import Mail
from shared.mail.tasks import deliver_mail
from tenants.case_access.tasks import prune
from tenants.fleet.services.health.summary import mail_health
from tenants.fleet.services.health.undelivered_mail import letters_requeue
from tenants.fleet.tasks import keep_all_cases, keep_cases
from tenants.isolation.schema_switch import agency_context
from tests.public_portal.oversight.test_workspace import person
from tests.support.factories import filed
from tests.support.sampling import one_in, repeats

pytestmark = pytest.mark.django_db

BC, FAR = "4000-01-01 BC", "20000-01-01"
CENTURY = timedelta(days=36500)
TABLE = "django_tasks_database_dbtaskresult"


def spoilt(**columns):
    """A queued letter of roads, spoilt by hand; before all others if it can be."""
    row = task_row(deliver_mail, mail_id=str(uuid7()))
    row.args_kwargs["kwargs"]["_schema"] = "a_roads"
    row.priority = 100
    row.save(force_insert=True)
    with connection.cursor() as cursor:
        for name, value in columns.items():
            cursor.execute(f"UPDATE {TABLE} SET {name} = %s WHERE id = %s", [value, row.pk])
    return row.pk


def called(task: Any) -> int:
    """As a worker calls a task of the national side."""
    found: int = task.func(_schema="public")
    return found


def status_of(key):
    return DBTaskResult.objects.values_list("status", flat=True).get(pk=key)


@pytest.mark.parametrize(
    "columns",
    one_in(
        2,
        [
            {"run_after": BC},
            {"run_after": "-infinity"},
            {"enqueued_at": FAR},
            {"enqueued_at": BC},
            {"finished_at": BC},
            {"worker_ids": "5"},
            {"worker_ids": "null"},
            {"args_kwargs": '{"kwargs": {"_schema": "a_roads"}}'},
            {"args_kwargs": "5"},
            {"task_path": "no.such.thing"},
            {"task_path": "nothing"},
            {"backend_name": "other"},
        ],
    ),
    ids=str,
)
def test_letters_leave_behind_a_row_that_is_no_call(roads, water, mailoutbox, columns):
    key = spoilt(**columns)
    filed(water)
    lane = QueueLane(queue=Queue.MAIL, worker_id="w", interval=0, stop=threading.Event())

    while lane.run_one():
        pass

    assert len(mailoutbox) == 1
    assert status_of(key) not in ("READY", "RUNNING")


@pytest.mark.parametrize(
    ("columns", "is_given_up"),
    [
        ({"started_at": BC}, False),
        ({"started_at": FAR}, False),
        ({"enqueued_at": BC}, False),
        ({"worker_ids": "5"}, True),
        ({"worker_ids": '{"a": 1}'}, True),
        ({"worker_ids": "null"}, True),
        ({"worker_ids": '["a", ["b"]]'}, False),
    ],
    ids=str,
)
def test_orphans_are_given_back_without_reading_their_times(columns, is_given_up):
    spoilt(status="RUNNING", **columns)

    assert tasks_reap() == [is_given_up]


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "FAILED", "finished_at": BC},
        {"status": "FAILED", "finished_at": FAR},
        {"status": "SUCCESSFUL", "finished_at": BC},
        {"status": "SUCCESSFUL", "finished_at": "infinity"},
        {"status": "SUCCESSFUL", "enqueued_at": BC},
        {"status": "READY", "run_after": "2126-01-01"},
        {"status": "READY", "run_after": FAR},
    ],
    ids=str,
)
def test_rows_of_no_possible_time_are_forgotten_with_the_others(columns):
    spoilt(**columns)
    kept = spoilt()

    assert tasks_prune() == 1
    assert DBTaskResult.objects.get().pk == kept
    assert called(prune) == 0


def far(path, **kwargs):
    """A call in the name of roads that would wait for a century."""
    row = task_row(deliver_mail)
    row.task_path, row.queue_name = path, "default"
    row.args_kwargs["kwargs"] = {"_schema": "a_roads", **kwargs}
    row.run_after = clock.now() + CENTURY
    row.save(force_insert=True)


def test_the_schedule_counts_only_what_the_national_side_queued(roads):
    for path in seams().schedule:
        far(path)

    assert set(schedule_due()) == set(seams().schedule)


def test_no_agencys_upkeep_is_stopped_by_a_row_of_another(roads, water):
    far(keep_cases.module_path, agency_code="water")

    assert called(keep_all_cases) == 2


def test_no_letter_passes_for_queued_by_a_row_of_another_agency(roads, water):
    filed(water)
    with agency_context(water):
        letter = Mail.objects.get()
    DBTaskResult.objects.all().delete()
    far(deliver_mail.module_path, mail_id=str(letter.pk))
    DBTaskResult.objects.update(queue_name="mail")

    with clock.travel(clock.now() + timedelta(hours=1)):
        assert letters_requeue(schema_name=water.schema_name) == 1


@pytest.mark.parametrize(
    "number",
    repeats(
        [
            "!",
            "",
            "0",
            "ffffffff-ffff-7fff-bfff-ffffffffffff",
            "00000000-0000-7000-8000-000000000000",
        ]
    ),
)
def test_a_letters_number_that_is_none_stops_no_page(roads, water, number):
    filed(water)
    oldest = mail_health().oldest_at
    row = task_row(deliver_mail, mail_id=number)
    row.save(force_insert=True)
    visitor = Client(headers={"host": "testserver"}, raise_request_exception=False)
    operator = person(Role.OPERATOR, "o@oversight.example")
    operator.raise_request_exception = False

    assert [
        visitor.get("/fr/track/link/asked/").status_code,
        visitor.get("/metrics").status_code,
        operator.get("/agencies/").status_code,
    ] == [200, 200, 200]
    assert mail_health().oldest_at == oldest
