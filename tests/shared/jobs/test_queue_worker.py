"""Each queue is done for itself: a server outside that hangs holds up only what waits for it."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django_tasks_db.models import DBTaskResult

from shared.jobs.enums import Queue
from shared.jobs.services.queue_pauses import MAX_PAUSE, pause_after, queue_failed, queue_may_run
from shared.jobs.services.schema_tasks import schema_task
from shared.jobs.services.task_queue import schedule_due
from shared.jobs.services.worker_loop import QueueLane
from shared.kernel import clock
from shared.kernel.seams import seams_replaced
from shared.mail.services import mail_row
from shared.mail.tasks import deliver_mail
from tenants.case_access.tasks import prune
from tests.shared.jobs.workers import run_queue
from tests.shared.mail.smtp import mail_server, mail_settings
from tests.support.moments import days_later
from tests.support.processes import ended, outside_connection, start_child
from tests.support.seams import supply

pytestmark = pytest.mark.django_db

TABLES = (
    "django_tasks_database_dbtaskresult, jobs_workerbeat, jobs_schedulerun, jobs_queuepause,"
    " mail_mail"
)

NOTHING = "tests.shared.jobs.test_queue_worker.nothing"


def mail_queue(number: int = 1) -> None:
    """A letter of the national side that waits to leave."""
    mail = mail_row(
        to=f"person{number}@example.org",
        letter="account_code",
        language="fr",
        reference="",
        context={"code": "12345678"},
    )
    mail.save(force_insert=True)
    deliver_mail.enqueue(mail_id=str(mail.pk))


@pytest.fixture
def committed() -> Iterator[Callable[[str], list[Any]]]:
    """What other processes have really written; it is gone afterwards."""
    with closing(outside_connection()) as outside, outside.cursor() as cursor:

        def rows(query: str) -> list[Any]:
            cursor.execute(query)
            found: list[Any] = cursor.fetchall()
            return found

        cursor.execute("SET search_path = public")
        yield rows
        cursor.execute(f"TRUNCATE {TABLES}")


def wait_for(condition: Callable[[], object]) -> Any:
    """The first true answer; a minute is for a machine that has much else to do."""
    for _look in range(1200):
        if found := condition():
            return found
        time.sleep(0.05)
    raise TimeoutError


@pytest.mark.slow
def test_the_register_goes_on_while_the_mail_server_hangs(committed):
    collected = (
        "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status = 'SUCCESSFUL'"
        " AND task_path = 'tenants.fleet.tasks.collect_register'"
    )
    letters = (
        "SELECT status FROM django_tasks_database_dbtaskresult"
        " WHERE task_path = 'shared.mail.tasks.deliver_mail'"
    )

    with mail_server() as server:
        server.is_hanging = True
        setting = override_settings(**mail_settings(server.port, timeout=600))
        schedule = {"tenants.fleet.tasks.collect_register": 1}

        def worker() -> None:
            with setting, seams_replaced(schedule=schedule, start_check=NOTHING):
                mail_queue()
                call_command("run_worker", interval=0.02)

        pid = start_child(worker)
        try:
            assert server.connected.wait(60)
            before = committed(collected)[0][0]
            wait_for(lambda: committed(collected)[0][0] >= before + 2)
            assert committed(letters) == [("RUNNING",)]
        finally:
            os.kill(pid, signal.SIGKILL)
            ended(pid)


@pytest.mark.slow
def test_a_worker_that_is_told_to_stop_finishes_the_letter_in_hand(committed):
    with mail_server() as server:
        setting = override_settings(**mail_settings(server.port))

        def worker() -> None:
            with setting, seams_replaced(schedule={}, start_check=NOTHING):
                mail_queue()
                call_command("run_worker", interval=0.02)

        pid = start_child(worker)
        assert server.connected.wait(60)
        os.kill(pid, signal.SIGTERM)

        assert ended(pid) == 0
        assert committed("SELECT sent_at IS NOT NULL FROM mail_mail") == [(True,)]


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["schedule", "pause"])
def test_a_worker_goes_on_when_a_look_fails(committed, fault):
    pause = "INSERT INTO jobs_queuepause VALUES ('mail', 5, now(), '4000-01-01 BC')"
    schedule = {"no.such.task": 1} if fault == "schedule" else {}

    def worker() -> None:
        supplied = seams_replaced(schedule=schedule, start_check=NOTHING)
        with supplied, connection.cursor() as cursor:
            if fault == "pause":
                cursor.execute(pause)
            call_command("run_worker", interval=0.02)

    beats = set()

    def has_beaten() -> bool:
        beats.update(committed("SELECT seen_at FROM jobs_workerbeat"))
        return len(beats) > 4

    pid = start_child(worker)
    try:
        wait_for(has_beaten)
    finally:
        os.kill(pid, signal.SIGKILL)
        ended(pid)


def test_a_lane_takes_the_tasks_of_its_own_queue_alone():
    wait_outside.enqueue()
    collect.enqueue()
    lane = QueueLane(queue=Queue.EXTERNAL, worker_id="w", interval=0, stop=threading.Event())

    assert [lane.run_one(), lane.run_one()] == [True, False]
    assert set(DBTaskResult.objects.values_list("queue_name", "status")) == {
        ("external", "SUCCESSFUL"),
        ("default", "READY"),
    }


def test_every_queue_of_the_settings_is_served(settings):
    assert settings.TASKS["default"]["QUEUES"] == list(Queue)


def test_a_queue_that_does_not_exist_is_refused():
    with pytest.raises(CommandError, match="default, mail, external"):
        call_command("run_worker", "--queues=default,letters")


def test_a_job_that_still_waits_is_not_enqueued_again(monkeypatch):
    supply(monkeypatch, schedule={"tenants.case_access.tasks.prune": 3600})
    start = clock.now()
    prune.enqueue()

    with clock.travel(start):
        assert schedule_due() == []
    with clock.travel(start + timedelta(hours=1)):
        assert schedule_due() == []
    run_queue()
    with clock.travel(start + timedelta(hours=2)):
        assert schedule_due() == ["tenants.case_access.tasks.prune"]
    assert DBTaskResult.objects.filter(status="READY").count() == 1


def test_pauses_grow_and_are_bounded():
    assert [pause_after(n).total_seconds() for n in (1, 2, 3, 4, 5, 6, 7, 5000)] == [
        0, 0, 5, 10, 20, 40, 60, 60,
    ]  # fmt: skip


def test_after_a_pause_one_worker_tries_and_the_others_wait():
    for _failure in range(3):
        queue_failed(queue=Queue.MAIL)
    start = clock.now()

    assert not queue_may_run(queue=Queue.MAIL)
    assert queue_may_run(queue=Queue.DEFAULT)
    with clock.travel(start + timedelta(seconds=6)):
        assert [queue_may_run(queue=Queue.MAIL) for _worker in range(3)] == [True, False, False]


def test_a_pause_that_a_wrong_clock_wrote_ends_at_once():
    with clock.travel(days_later(365)):
        for _failure in range(3):
            queue_failed(queue=Queue.MAIL)

    assert queue_may_run(queue=Queue.MAIL)
    assert not queue_may_run(queue=Queue.MAIL)
    with clock.travel(clock.now() + MAX_PAUSE + timedelta(seconds=1)):
        assert queue_may_run(queue=Queue.MAIL)


def nothing() -> None:
    """In place of the check of roles: tests work as the owner."""


@schema_task(queue=Queue.EXTERNAL)
def wait_outside() -> str:
    return "done"


@schema_task()
def collect() -> str:
    return "done"
