"""Tasks keep their schema, try again, survive their worker, and come when they are due."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from shared.jobs.enums import TaskPlace
from shared.jobs.models import WorkerBeat
from shared.jobs.services import task_queue
from shared.jobs.services.retries import retry_delay
from shared.jobs.services.schema_tasks import schema_task
from shared.kernel import clock
from shared.kernel.seams import Seam, imported, seams
from shared.mail.models import Mail
from shared.mail.tasks import deliver_mail
from tenants.isolation.schema_switch import agency_context
from tests.shared.jobs.workers import run_queue
from tests.support.factories import filed
from tests.support.seams import supply

pytestmark = pytest.mark.django_db

SEEN: list[str] = []


@schema_task(place=TaskPlace.ANYWHERE)
def note_schema(word: str) -> str:
    SEEN.append(f"{connection.schema_name}:{word}")
    return word


@schema_task(place=TaskPlace.ANYWHERE, attempts=3)
def always_fail() -> None:
    raise RuntimeError("the printer is on fire")


def test_a_task_runs_in_the_schema_that_is_stamped_on_it(roads, water):
    SEEN.clear()
    for agency in (roads, water):
        # As the next try of an agency's task; an agency queues two of its own alone.
        enqueue: Any = note_schema.enqueue
        enqueue(word=agency.code, _schema=agency.schema_name)
    note_schema.enqueue(word="national")

    run_queue()

    assert SEEN == ["a_roads:roads", "a_water:water", "public:national"]
    assert connection.schema_name == "public"


def test_a_failed_task_comes_back_later_until_its_attempts_are_spent():
    always_fail.enqueue()
    start = clock.now()

    run_queue()
    waiting = DBTaskResult.objects.get(status="READY")

    assert DBTaskResult.objects.get(status="FAILED").traceback.endswith("fire\n")
    assert timedelta(seconds=29) < waiting.run_after - start < timedelta(seconds=40)
    for _ in range(3):
        DBTaskResult.objects.filter(status="READY").update(run_after=start)
        run_queue()
    assert DBTaskResult.objects.filter(status="FAILED").count() == 3
    assert DBTaskResult.objects.filter(status="READY").count() == 0


def test_delays_grow_and_are_bounded():
    assert [retry_delay(n).total_seconds() for n in (1, 2, 3, 9)] == [30, 90, 270, 21600]


def test_the_letter_of_a_complaint_leaves_once(roads, mailoutbox):
    filed(roads)
    with agency_context(roads):
        mail = Mail.objects.get()
        deliver_mail.enqueue(mail_id=str(mail.pk))

    run_queue()

    assert [(m.to, m.extra_headers["Content-Language"]) for m in mailoutbox] == [
        (["person@example.org"], "fr")
    ]


def test_a_task_of_a_dead_worker_runs_again_and_one_of_a_living_worker_is_left():
    SEEN.clear()
    dead, living = note_schema.enqueue(word="dead"), note_schema.enqueue(word="living")
    for result, worker in ((dead, "w-dead"), (living, "w-living")):
        DBTaskResult.objects.get(pk=result.id).claim(worker)
    task_queue.worker_heartbeat(worker_id="w-dead")
    WorkerBeat.objects.update(seen_at=clock.now() - timedelta(minutes=1))
    task_queue.worker_heartbeat(worker_id="w-living")

    given_up = task_queue.tasks_reap()
    run_queue()

    assert given_up == [False]
    assert SEEN == ["public:dead"]


@pytest.mark.parametrize("ahead", [20, -20], ids=["the-other-is-ahead", "this-one-is-behind"])
def test_a_worker_whose_clock_is_wrong_takes_no_living_workers_task(ahead):
    DBTaskResult.objects.get(pk=note_schema.enqueue(word="living").id).claim("w-living")
    beating, reaping = (0, ahead) if ahead > 0 else (ahead, 0)

    with clock.travel(clock.now() + timedelta(seconds=beating)):
        task_queue.worker_heartbeat(worker_id="w-living")
    with clock.travel(clock.now() + timedelta(seconds=reaping)):
        given_up = task_queue.tasks_reap()

    assert given_up == []


def test_a_task_that_kills_every_worker_is_given_up():
    result = note_schema.enqueue(word="poison")
    DBTaskResult.objects.filter(pk=result.id).update(
        status="RUNNING", worker_ids=["a", "b", "c", "d", "e"]
    )

    assert task_queue.tasks_reap() == [True]
    assert DBTaskResult.objects.get(pk=result.id).status == "FAILED"


def test_a_scheduled_job_is_enqueued_once_a_period_whoever_looks(monkeypatch):
    supply(monkeypatch, schedule={"tenants.case_access.tasks.prune": 3600})
    hour = datetime(2026, 1, 1, 12, 0, 5, tzinfo=UTC)

    with clock.travel(hour):
        assert task_queue.schedule_due() == ["tenants.case_access.tasks.prune"]
        assert task_queue.schedule_due() == []
    with clock.travel(hour + timedelta(minutes=59)):
        assert task_queue.schedule_due() == []
    run_queue()
    with clock.travel(hour + timedelta(minutes=60)):
        assert task_queue.schedule_due() == ["tenants.case_access.tasks.prune"]
    assert DBTaskResult.objects.count() == 2


def test_pruning_forgets_old_successes_and_keeps_recent_failures():
    for word in ("old", "new"):
        note_schema.enqueue(word=word)
    run_queue()
    old = DBTaskResult.objects.order_by("enqueued_at").first()
    DBTaskResult.objects.filter(pk=old.pk).update(finished_at=clock.now() - timedelta(days=2))

    assert task_queue.tasks_prune() == 1
    assert DBTaskResult.objects.count() == 1


def test_a_call_queued_under_the_former_name_of_a_task_is_done(monkeypatch):
    supply(monkeypatch, task_aliases={"gone.tasks.note": note_schema.module_path})
    result = note_schema.enqueue(word="kept")
    DBTaskResult.objects.filter(pk=result.id).update(task_path="gone.tasks.note")

    run_queue()

    assert DBTaskResult.objects.get(pk=result.id).status == "SUCCESSFUL"


def test_every_former_name_leads_to_a_task():
    assert [
        name
        for name, path in seams().task_aliases.items()
        if not isinstance(imported(Seam(path)), Task)
    ] == []
