"""The database goes away under a worker and under the job runner: both wait, and go on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg2
import pytest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

from shared.jobs.enums import JobState, Queue
from shared.jobs.services.job_runner import MAX_ATTEMPTS, JobHandle, job_next, job_request
from shared.jobs.services.schema_tasks import schema_task
from shared.jobs.services.task_queue import MAX_WORKERS
from shared.jobs.services.worker_loop import QueueLane
from shared.kernel.actors import SYSTEM
from shared.kernel.seams import UNSET, JobPaths, Seam, seams_replaced
from tests.support.processes import in_child, outside_connection
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db

TABLES = "django_tasks_database_dbtaskresult, jobs_workerbeat, jobs_job, audit_auditentry"
NOTHING = f"{__name__}.nothing"
WORKER = "w"
STOP = threading.Event()


def nothing() -> None:
    """Instead of the checks of a start, which look at every schema."""


@schema_task()
def note(marker: str) -> None:
    """Write down that it ran."""
    with Path(marker).open("a") as file:
        file.write("ran\n")


@schema_task()
def last() -> None:
    """End the lane."""
    STOP.set()


class Lost:
    """Ends the connection just before a statement, as often as is said."""

    def __init__(self, words: str, *, times: int) -> None:
        self.words, self.left = words, times

    def __call__(self, execute, sql, params, many, context):
        if self.left and self.words in str(sql) + str(params):
            self.left -= 1
            pid = connection.connection.info.backend_pid
            with closing(outside_connection()) as outside, outside.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        return execute(sql, params, many, context)


@pytest.fixture
def committed() -> Iterator[Callable[..., list[tuple[object, ...]]]]:
    """What other processes have really written; it is gone afterwards."""
    with closing(outside_connection()) as outside, outside.cursor() as cursor:

        def rows(query: str) -> list[tuple[object, ...]]:
            cursor.execute(query)
            return list(cursor.fetchall())

        cursor.execute("SET search_path = public")
        yield rows
        cursor.execute(f"TRUNCATE {TABLES}")


def lane() -> QueueLane:
    return QueueLane(queue=Queue.DEFAULT, worker_id=WORKER, interval=0.01, stop=STOP)


def test_a_task_whose_outcome_could_not_be_written_runs_again_in_the_same_worker(
    committed, tmp_path
):
    marker = tmp_path / "marker"

    def worker() -> None:
        note.enqueue(marker=str(marker))
        last.enqueue()
        made = lane()
        # Three for "successful", three for "failed": then the lane is on its own.
        with (
            connection.execute_wrapper(Lost("SUCCESSFUL", times=3)),
            connection.execute_wrapper(Lost("FAILED", times=3)),
        ):
            made.run()
        assert made.failure is None

    assert in_child(worker) == 0
    assert marker.read_text() == "ran\nran\n"
    assert committed(
        "SELECT status, worker_ids FROM django_tasks_database_dbtaskresult ORDER BY enqueued_at"
    ) == [("SUCCESSFUL", [WORKER, WORKER]), ("SUCCESSFUL", [WORKER])]


def test_a_task_that_was_taken_without_an_answer_is_given_back(committed, tmp_path):
    marker = tmp_path / "marker"

    def worker() -> None:
        result = note.enqueue(marker=str(marker))
        last.enqueue()
        # The commit of the claim has happened, and the connection is lost before the answer.
        mark_running(str(result.id), workers=[WORKER])
        with connection.execute_wrapper(Lost("FOR UPDATE", times=1)):
            lane().run()

    assert in_child(worker) == 0
    assert marker.read_text() == "ran\n"


def test_the_tasks_of_others_are_left_to_them(committed, tmp_path):
    marker = tmp_path / "marker"

    def worker() -> None:
        for workers in (["another"], [WORKER, "another"]):
            result = note.enqueue(marker=str(marker))
            mark_running(str(result.id), workers=workers)
        last.enqueue()
        with connection.execute_wrapper(Lost("FOR UPDATE", times=1)):
            lane().run()

    assert in_child(worker) == 0
    assert not marker.exists()
    assert committed(
        "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status = 'RUNNING'"
    ) == [(2,)]


def test_a_task_whose_outcome_can_never_be_written_is_given_up(committed, tmp_path):
    marker = tmp_path / "marker"

    def worker() -> None:
        result = note.enqueue(marker=str(marker))
        last.enqueue()
        mark_running(str(result.id), workers=[WORKER] * MAX_WORKERS)
        with connection.execute_wrapper(Lost("FOR UPDATE", times=1)):
            lane().run()

    assert in_child(worker) == 0
    assert not marker.exists()
    assert committed(
        "SELECT status, traceback FROM django_tasks_database_dbtaskresult ORDER BY enqueued_at"
        " LIMIT 1"
    ) == [("FAILED", "its outcome could not be written")]


def mark_running(task_id: str, *, workers: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE django_tasks_database_dbtaskresult SET status = 'RUNNING',"
            " worker_ids = to_jsonb(%s::text[]) WHERE id = %s",
            [workers, task_id],
        )


# --- the job runner -----------------------------------------------------------------------------


def stumble(job: JobHandle) -> None:
    """Two steps; the first of them is interrupted as often as the job's arguments say."""
    job.step("first")
    seen = Path(str(job.arguments["marker"]))
    with seen.open("a") as file:
        file.write("first\n")
    if len(seen.read_text().split()) <= int(str(job.arguments["times"])):
        fail(str(job.arguments["how"]))
    job.step("second")


def fail(how: str) -> None:
    if how == "interface":
        raise InterfaceError("connection already closed")
    if how == "slow":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '20ms'; SELECT pg_sleep(5)")
    with connection.execute_wrapper(Lost("SELECT 1", times=1)), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask(marker: Path, *, how: str, times: int = 1) -> None:
    job_request(
        kind="stumble",
        subject="roads",
        steps=["first", "second"],
        arguments={"marker": str(marker), "how": how, "times": times},
        actor=SYSTEM,
    )


PATHS = JobPaths(do=Seam(f"{__name__}.stumble"), undo=Seam(f"{__name__}.stumble"), steps=UNSET)


@pytest.mark.parametrize("how", repeats(["lost", "interface"], keep=1))
def test_a_job_whose_connection_is_lost_goes_on_in_the_same_process(committed, tmp_path, how):
    def operator() -> None:
        with seams_replaced(jobs={"stumble": PATHS}, operator_check=NOTHING):
            ask(tmp_path / "marker", how=how)
            call_command("run_operator", batch=True)
            # The look at which the database was away found nothing to do: this is the next one.
            call_command("run_operator", batch=True)

    assert in_child(operator) == 0
    assert committed("SELECT state, attempts, fault FROM jobs_job") == [(JobState.DONE, 2, "")]


def test_a_statement_that_takes_too_long_fails_the_job(committed, tmp_path):
    def operator() -> None:
        with seams_replaced(jobs={"stumble": PATHS}, operator_check=NOTHING):
            ask(tmp_path / "marker", how="slow")
            call_command("run_operator", batch=True)

    assert in_child(operator) == 0
    assert committed("SELECT state, fault FROM jobs_job") == [(JobState.FAILED, "job_failed")]


@pytest.mark.slow
def test_a_job_that_loses_every_connection_is_given_up(committed, tmp_path):
    def operator() -> None:
        with seams_replaced(jobs={"stumble": PATHS}):
            ask(tmp_path / "marker", how="lost", times=99)
            for _attempt in range(MAX_ATTEMPTS + 1):
                with suppress(OperationalError, psycopg2.Error):
                    job_next(worker="w")

    assert in_child(operator) == 0
    assert committed("SELECT state, fault FROM jobs_job") == [(JobState.FAILED, "job_killed")]
