"""A real worker process is killed in the middle of a task; another one runs the task again."""

import os
import signal
from pathlib import Path

import pytest

from shared.jobs.services.schema_tasks import schema_task
from shared.jobs.services.task_queue import tasks_reap, worker_heartbeat
from tests.shared.jobs.workers import WORKER, run_queue
from tests.support.processes import in_child, outside_connection

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@schema_task()
def kill_first_worker(marker: str) -> str:
    if not Path(marker).exists():
        Path(marker).write_text("was here")
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


@pytest.fixture
def tasks():
    outside = outside_connection()

    def rows():
        with outside.cursor() as cursor:
            cursor.execute(
                "SELECT status, return_value FROM public.django_tasks_database_dbtaskresult"
            )
            return cursor.fetchall()

    def beats_grow_old():
        with outside.cursor() as cursor:
            cursor.execute(
                "UPDATE public.jobs_workerbeat SET seen_at = now() - interval '1 minute'"
            )

    rows.grow_old = beats_grow_old
    yield rows
    with outside.cursor() as cursor:
        cursor.execute("TRUNCATE public.django_tasks_database_dbtaskresult, public.jobs_workerbeat")
    outside.close()


def test_the_task_of_a_killed_worker_runs_again_in_the_next(tmp_path, tasks):
    marker = str(tmp_path / "marker")

    def first_worker():
        worker_heartbeat(worker_id=WORKER)
        kill_first_worker.enqueue(marker=marker)
        run_queue()

    def next_worker():
        tasks_reap()
        run_queue()

    assert in_child(first_worker) == -signal.SIGKILL
    assert tasks() == [("RUNNING", None)]

    tasks.grow_old()
    assert in_child(next_worker) == 0
    assert tasks() == [("SUCCESSFUL", "done")]
