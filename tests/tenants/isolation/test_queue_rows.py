"""What an agency's role may write into the queue: four calls of its own, and nothing else."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django_tasks_db.models import DBTaskResult

from agency_console.bulk_actions.services.list_files import bulk_export_delete
from agency_console.bulk_actions.services.runner import bulk_action_run
from shared.complaints.services.files import attachments_scan
from shared.jobs.services.schema_tasks import task_row
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.mail.tasks import deliver_mail
from tenants.isolation.database_roles import AGENCY_TASKS
from tenants.isolation.schema_switch import agency_context
from tests.tenants.isolation.test_public_rows import task_place, tasks

pytestmark = pytest.mark.django_db

TABLE = "django_tasks_database_dbtaskresult"
NUMBER = "0199c5e0-1234-7123-8123-0123456789ab"
GOOD = f'{{"args": [], "kwargs": {{"_schema": "a_roads", "mail_id": "{NUMBER}"}}}}'
CALL = {
    "id": "0199c5e0-1234-7123-8123-0123456789ac",
    "status": "READY",
    "enqueued_at": "now()",
    "started_at": None,
    "finished_at": None,
    "args_kwargs": GOOD,
    "priority": 0,
    "task_path": "shared.mail.tasks.deliver_mail",
    "worker_ids": "[]",
    "queue_name": "mail",
    "backend_name": "default",
    "run_after": "9999-01-01 00:00:00+00",
    "return_value": None,
    "exception_class_path": "",
    "traceback": "",
}
BAD_TIMES = (
    "infinity", "-infinity", "4000-01-01 BC", "0001-01-01", "1970-01-01", "9999-12-31",
    "20000-01-01", "2100-01-01",
)  # fmt: skip
BAD = [
    *product(["enqueued_at", "started_at", "finished_at", "run_after"], BAD_TIMES),
    *product(["started_at", "finished_at", "return_value"], ["now()", "0"]),
    *product(["status"], ["RUNNING", "FAILED", "SUCCESSFUL", "zz", ""]),
    *product(["priority"], [100, 1, -100]),
    *product(["worker_ids"], ["{}", "5", "null", '["w"]', '[[["w"]]]']),
    *product(["task_path"], ["os.system", "tenants.fleet.tasks.keep_cases", "", "no.such.thing"]),
    *product(["task_path"], ["shared.complaints.services.files.attachments_scan"]),
    *product(["queue_name"], ["default", "external", "letters", ""]),
    ("backend_name", "other"),
    ("exception_class_path", "a.B"),
    ("traceback", "words"),
]
BAD_CALLS = [
    "{}", "[]", "null", "5", '"a"',
    '{"kwargs": {"_schema": "a_roads"}}',
    '{"args": 5, "kwargs": {"_schema": "a_roads"}}',
    '{"args": {"a": 1}, "kwargs": {"_schema": "a_roads"}}',
    GOOD.replace("[]", '["more"]'),
    GOOD.replace("[]", "{}"),
    GOOD.replace("a_roads", "a_water"),
    GOOD.replace("a_roads", "public"),
    GOOD.replace('"a_roads"', '["a_roads"]'),
    GOOD.replace(NUMBER, "!"),
    GOOD.replace(NUMBER, NUMBER.upper()),
    GOOD.replace(NUMBER, f"{NUMBER} "),
    GOOD.replace(NUMBER, f"{NUMBER}\\n"),
    GOOD.replace(f'"{NUMBER}"', "null"),
    GOOD.replace(f'"{NUMBER}"', "5"),
    GOOD.replace(f'"{NUMBER}"', f'["{NUMBER}"]'),
    GOOD.replace('"mail_id"', '"letter"'),
    GOOD.replace('"mail_id"', '"_attempt": 7, "mail_id"'),
    GOOD.replace('"mail_id"', '"agency_code": "water", "mail_id"'),
    GOOD.replace('"args"', '"more": 1, "args"'),
]  # fmt: skip


def insert(**values):
    """One row by hand, whatever it is."""
    found = CALL | values
    names, holes = ", ".join(found), ", ".join(["%s"] * len(found))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} ({names}) VALUES ({holes})", list(found.values()))


def test_a_whole_call_is_taken_and_no_column_is_left_out(roads):
    with agency_context(roads):
        insert()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s",
            [TABLE],
        )
        assert {name for (name,) in cursor.fetchall()} == set(CALL)

    assert DBTaskResult.objects.count() == 1


def test_nothing_else_is_taken(roads):
    taken = []
    with agency_context(roads):
        for column, value in [*BAD, *(("args_kwargs", call) for call in BAD_CALLS)]:
            try:
                with transaction.atomic():
                    insert(**{column: value})
                    taken.append((column, value))
                    transaction.set_rollback(True)
            except DatabaseError:
                continue

    assert taken == []


@pytest.mark.parametrize(
    "statement",
    [
        f"SELECT id FROM {TABLE}",
        f"UPDATE {TABLE} SET priority = 100",
        f"DELETE FROM {TABLE}",
        f"TRUNCATE {TABLE}",
    ],
    ids=["read", "change", "delete", "empty"],
)
def test_what_is_queued_is_neither_read_nor_changed(roads, statement):
    with agency_context(roads), connection.cursor() as cursor:
        deliver_mail.enqueue(mail_id=str(uuid7()))
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute(statement)


def test_an_agency_queues_its_letters_and_its_scan(roads):
    later = clock.now() + timedelta(days=7, hours=6)
    with agency_context(roads):
        bulk_action_run.enqueue(action_id=str(uuid7()))
        bulk_export_delete.using(run_after=later).enqueue(action_id=str(uuid7()))
        deliver_mail.enqueue(mail_id=str(uuid7()))
        deliver_mail.using(run_after=later).enqueue(mail_id=str(uuid7()))
        task_row(deliver_mail, mail_id=str(uuid7())).save(force_insert=True)
        attachments_scan.enqueue()

    rows = DBTaskResult.objects.all()
    assert {row.args_kwargs["kwargs"]["_schema"] for row in rows} == {"a_roads"}
    assert rows.count() == 6


def test_the_rule_names_the_tasks_that_run_in_agencies():
    ours = {
        (path, one.queue_name, one.priority)
        for path, one in tasks().items()
        if task_place(one) != "national"
    }

    # More may stand there: what the release before still queues.
    assert ours <= {(path, queue, priority) for path, queue, priority, _names in AGENCY_TASKS}
    assert len(ours) == 6
