"""Long work: one process at a time, gone on with after a crash, cancelled, tried again."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from shared.audit.models import AuditEntry
from shared.jobs.enums import JobState
from shared.jobs.errors import JobEnded, JobLost, JobNotFailed, JobNotFound
from shared.jobs.models import Job
from shared.jobs.selectors import job_summary
from shared.jobs.services.job_runner import (
    LOCK_SPACE,
    MAX_ATTEMPTS,
    JobHandle,
    job_cancel,
    job_next,
    job_request,
    job_retry,
)
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import Conflict
from shared.kernel.identifiers import uuid7
from shared.kernel.seams import UNSET, JobPaths, Seam
from tenants.isolation.schema_switch import as_owner
from tests.support.processes import in_child, outside_connection
from tests.support.seams import supply

pytestmark = pytest.mark.django_db

DIARY: list[str] = []
CANARY = "AB123456 of a citizen"


def walk(job: JobHandle) -> None:
    """Three steps; what happens in the second one is written in the job's arguments."""
    for name in ("first", "second", "third"):
        job.step(name, total=2)
        DIARY.append(name)
        if name == "second":
            stumble(job)


def stumble(job: JobHandle) -> None:
    event = job.arguments.get("event")
    marker = Path(str(job.arguments.get("marker", "/nowhere")))
    if event == "kill" and not marker.exists():
        marker.write_text("was here")
        os.kill(os.getpid(), signal.SIGKILL)
    if event == "refuse" and not job.result:
        job.keep(was="refused")
        raise Conflict("somebody was faster")
    if event == "break":
        raise ZeroDivisionError
    if event == "cancel":
        job_cancel(job_id=job.id, actor=SYSTEM)
    if event == "cancel in a transaction":
        job.keep(made="half of it")
        job_cancel(job_id=job.id, actor=SYSTEM)
        with transaction.atomic():
            job.keep(made=None)
    if event == "collide":
        collide()
    if event == "lose":
        Job.objects.filter(pk=job.id).update(worker="another")


def collide() -> None:
    """Two rows with one key, as a restoring that meets somebody's row."""
    try:
        with as_owner(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE papers (number text PRIMARY KEY)")
            cursor.executemany("INSERT INTO papers VALUES (%s)", [[CANARY], [CANARY]])
    except IntegrityError as error:
        # As code does that means well.
        raise RuntimeError(f"it went wrong: {error}") from None


def walk_back(job: JobHandle) -> None:
    DIARY.append("back")
    DIARY.extend(f"{name} was {value}" for name, value in job.result.items())


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    paths = JobPaths(do=Seam(f"{__name__}.walk"), undo=Seam(f"{__name__}.walk_back"), steps=UNSET)
    supply(monkeypatch, jobs={"walk": paths})
    DIARY.clear()


def asked(**arguments):
    return job_request(
        kind="walk",
        subject="roads",
        steps=["first", "second", "third"],
        arguments=arguments,
        actor=SYSTEM,
    )


def test_work_that_is_asked_for_waits_and_then_goes_through_its_steps():
    waiting = asked()
    done = job_next(worker="w")

    assert (waiting.state, waiting.percent) == (JobState.QUEUED, 0)
    assert DIARY == ["first", "second", "third"]
    assert (done.id, done.state, done.percent, done.attempts) == (waiting.id, JobState.DONE, 100, 1)
    assert job_next(worker="w") is None
    assert list(
        AuditEntry.objects.filter(action__startswith="job.").values_list("action", "subject")
    ) == [("job.walk_asked", f"job {waiting.id}")]


def test_what_was_asked_first_is_done_first():
    jobs = [asked(), asked(), asked()]

    assert [job_next(worker="w").id for _ in jobs] == [one.id for one in jobs]


def test_a_refusal_stops_the_work_and_a_second_try_ends_it():
    job = asked(event="refuse")
    failed = job_next(worker="w")
    job_retry(job_id=job.id, actor=SYSTEM)
    done = job_next(worker="w")

    assert (failed.state, failed.fault, failed.step) == (JobState.FAILED, "conflict", "second")
    assert (done.state, done.fault, done.result) == (JobState.DONE, "", {"was": "refused"})


def test_an_error_that_nobody_foresaw_is_kept_for_the_operator():
    asked(event="break")
    failed = job_next(worker="w")

    assert (failed.state, failed.fault) == (JobState.FAILED, "job_failed")
    assert "ZeroDivisionError" in failed.fault_text


def test_of_an_error_of_the_database_no_word_of_a_row_is_kept():
    asked(event="collide")
    text = job_next(worker="w").fault_text

    assert CANARY not in text
    assert "django.db.utils.IntegrityError\n" in text
    assert "UniqueViolation sqlstate=23505" in text
    assert "table_name=papers constraint_name=papers_pkey" in text
    assert "in collide" in text
    assert text.endswith("builtins.RuntimeError\n")


def test_work_that_waits_is_cancelled_without_being_begun():
    job = asked()
    job_cancel(job_id=job.id, actor=SYSTEM)

    assert job_next(worker="w").state is JobState.CANCELLED
    assert DIARY == ["back"]


def test_work_that_runs_is_cancelled_at_its_next_step():
    asked(event="cancel")

    assert job_next(worker="w").state is JobState.CANCELLED
    assert DIARY == ["first", "second", "back"]


def test_undoing_goes_by_what_was_written_and_not_by_what_was_rolled_back():
    asked(event="cancel in a transaction")

    assert job_next(worker="w").state is JobState.CANCELLED
    assert DIARY == ["first", "second", "back", "made was half of it"]


def test_what_failed_work_has_left_behind_is_taken_away_when_it_is_cancelled():
    job = asked(event="break")
    job_next(worker="w")
    job_cancel(job_id=job.id, actor=SYSTEM)

    assert job_next(worker="w").state is JobState.CANCELLED
    assert DIARY == ["first", "second", "back"]


def test_what_is_over_is_neither_cancelled_nor_tried_again():
    job = asked()
    job_next(worker="w")

    with pytest.raises(JobEnded):
        job_cancel(job_id=job.id, actor=SYSTEM)
    with pytest.raises(JobNotFailed):
        job_retry(job_id=job.id, actor=SYSTEM)
    with pytest.raises(JobNotFound):
        job_cancel(job_id=uuid7(), actor=SYSTEM)


def test_who_has_lost_the_work_to_another_process_writes_no_more():
    job = asked(event="lose")
    left = job_next(worker="w")

    assert DIARY == ["first", "second"]
    assert (left.state, left.step) == (JobState.RUNNING, "second")
    with pytest.raises(JobLost):
        JobHandle(Job.objects.get(pk=job.id), "w").require()


def test_work_that_another_process_has_in_hand_is_left_to_it():
    job = asked()
    other = outside_connection()
    with other.cursor() as cursor:
        key = int.from_bytes(job.id.bytes[-4:], signed=True)
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_SPACE, key])

    assert job_next(worker="w") is None
    other.close()
    assert DIARY == []


def test_work_on_which_one_process_after_the_other_has_died_is_given_up():
    job = asked()
    Job.objects.filter(pk=job.id).update(state=JobState.RUNNING, attempts=MAX_ATTEMPTS)

    assert job_next(worker="w") is None
    given_up = job_summary(job_id=job.id)
    assert (given_up.state, given_up.fault, DIARY) == (JobState.FAILED, "job_killed", [])


def test_the_look_belongs_to_the_schema_that_asked():
    job = asked()

    assert job_summary(job_id=job.id, schema_name="public").id == job.id
    with pytest.raises(JobNotFound):
        job_summary(job_id=job.id, schema_name="a_roads")


def test_percent_and_time_left_follow_the_steps():
    job = asked()
    began = clock.now()
    Job.objects.filter(pk=job.id).update(
        state=JobState.RUNNING, step="second", done=1, total=2, started_at=began
    )
    look = job_summary(job_id=job.id)

    assert look.percent == 50
    assert look.seconds_left(at=began + timedelta(seconds=30)) == 30
    assert job.seconds_left(at=began) is None


@pytest.fixture
def committed():
    yield
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute("TRUNCATE public.jobs_job")
        cursor.execute("DELETE FROM public.audit_auditentry WHERE action LIKE 'job.%'")
    outside.close()


def test_work_whose_process_was_killed_is_gone_on_with_at_once(tmp_path, committed):
    def first():
        asked(event="kill", marker=str(tmp_path / "marker"))
        job_next(worker="first")

    def second():
        done = job_next(worker="second")
        assert (done.state, done.attempts) == (JobState.DONE, 2)

    assert in_child(first) == -signal.SIGKILL
    assert in_child(second) == 0
    assert connection.schema_name == "public"
