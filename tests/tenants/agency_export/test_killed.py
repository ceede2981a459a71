"""The process that exports or restores is killed, cancelled or left without room."""

import os
import resource
import signal
from functools import partial

import pytest
from django.core.management import call_command

from shared.jobs.enums import JobState
from shared.jobs.errors import JobLost
from shared.jobs.models import Job
from shared.jobs.services.job_runner import JobHandle, job_cancel, job_next
from tenants.agency_export.services import jobs
from tenants.agency_export.services.jobs import (
    job_export,
    job_export_undo,
    job_restore,
    job_restore_undo,
)
from tenants.agency_export.services.requests import export_ask
from tenants.agency_export.services.work_folders import folder_create, folder_of
from tenants.models import Agency
from tests.support.processes import KILLED, in_child
from tests.support.sampling import repeats
from tests.support.turns import SHARES, each_share
from tests.tenants.agency_export.estate import (
    CODE,
    NEIGHBOUR,
    OPERATOR,
    exported,
    restore_asked,
    worked,
    world,
)
from tests.tenants.isolation.committed import in_thread

pytestmark = pytest.mark.django_db

# Every so many statements the operator process dies once.
STRIDE = 13


def operator(**how):
    """A real operator process that empties the queue."""
    return in_child(partial(call_command, "run_operator", "--batch"), **how)


def state_of(job):
    return Job.objects.get(pk=job.id).state


def sums(one):
    return [(table.member, table.rows, table.sha256) for table in one.sealed.manifest.tables]


@pytest.mark.slow
@each_share
def test_killed_anywhere_and_cancelled_it_leaves_nothing(opened_export, share):
    before = world()
    deaths = 0
    for statement in range(STRIDE * (share + 1), 100_000, STRIDE * SHARES):
        job = restore_asked(opened_export)
        if operator(die_before=statement) != KILLED:
            break
        deaths += 1
        if state_of(job) == JobState.DONE:
            # It died after its last word.
            break
        in_thread(partial(job_cancel, job_id=job.id, actor=OPERATOR))

        assert operator() == 0
        if state_of(job) == JobState.DONE:
            # It died after the agency was open: that is not taken away any more.
            break
        assert (state_of(job), world() == before) == (JobState.CANCELLED, True)

    assert state_of(job) == JobState.DONE
    assert Agency.objects.get(code=CODE).state == "active"
    assert not folder_of(job.id).exists()
    assert deaths > 10 / SHARES


@pytest.mark.slow
@pytest.mark.parametrize("statement", [20, 60, 105, 160])
def test_killed_it_is_gone_on_with_by_the_next_process(statement, opened_export, tmp_path):
    job = restore_asked(opened_export)

    assert operator(die_before=statement) == KILLED
    assert not Agency.objects.filter(code=CODE, step="ready", state="active").exists()
    assert operator() == 0

    assert state_of(job) == JobState.DONE
    assert sums(exported(tmp_path)) == sums(opened_export)


def test_cancelled_on_the_way_it_leaves_nothing(opened_export):
    before = world()
    job = restore_asked(opened_export)
    assert operator(die_before=80) == KILLED
    in_thread(lambda: job_cancel(job_id=job.id, actor=OPERATOR))

    assert worked(job).state is JobState.CANCELLED
    assert world() == before


def test_an_agency_that_is_open_again_is_not_taken_away(opened_export):
    job = restore_asked(opened_export)
    worked(job)
    # As if it had been asked an instant before the end was written down.
    in_thread(
        lambda: Job.objects.filter(pk=job.id).update(
            state=JobState.RUNNING, is_cancel_asked=True, worker="gone"
        )
    )

    done = worked(job)

    assert (done.state, done.fault) == (JobState.DONE, "")
    assert not folder_of(job.id).exists()
    assert Agency.objects.get(code=CODE).state == "active"


def lost(job, work):
    """Let a process work on a job that another one has taken from it meanwhile."""
    handle = JobHandle(Job.objects.get(pk=job.id), "the first")
    in_thread(
        lambda: Job.objects.filter(pk=job.id).update(state=JobState.RUNNING, worker="the second")
    )
    with pytest.raises(JobLost):
        in_thread(lambda: work(handle))


def half_restored(opened_export):
    """A restore that died with its tables made and its files placed; and the world as it is."""
    job = restore_asked(opened_export)

    def dies():
        jobs.files_compare = lambda **_given: os._exit(KILLED)
        call_command("run_operator", "--batch")

    assert in_child(dies) == KILLED
    half = world()
    assert any(folder_of(job.id).iterdir())
    assert f"a_{CODE}" in half["schemas"]
    return job, half


@pytest.mark.slow
@pytest.mark.parametrize("work", [job_restore, job_restore_undo])
def test_who_has_lost_a_restore_leaves_what_the_next_one_makes(work, opened_export):
    job, half = half_restored(opened_export)

    lost(job, work)

    assert world() == half
    assert operator() == 0
    assert state_of(job) == JobState.DONE


@pytest.mark.parametrize("work", repeats([job_export, job_export_undo], keep=1))
def test_who_has_lost_an_export_leaves_the_folder_to_the_next_one(work, opened_export):
    job = exporting()
    (folder_create(job.id) / "theirs").write_text("half of it")

    lost(job, work)

    assert [path.name for path in folder_of(job.id).iterdir()] == ["theirs"]
    assert operator() == 0
    assert state_of(job) == JobState.DONE


def without_room(work, size):
    """Run it in a process that may write no file longer than so many bytes."""

    def run():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        work()

    return in_child(run)


@pytest.mark.parametrize("size", repeats([0, 4_096, 20_000], keep=1))
def test_without_room_for_the_clear_text_nothing_is_restored(size, opened_export):
    before = world()
    job = restore_asked(opened_export)

    assert without_room(lambda: job_next(worker="w", only=job.id), size) == 0

    assert (state_of(job), Job.objects.get(pk=job.id).fault) == (
        JobState.FAILED,
        "bundle_no_space",
    )
    assert world() == before


def exporting():
    agency = Agency.objects.get(code=NEIGHBOUR)
    recipient = "age12hc7689jw72kak2ng0wh7yqqgrvpydn7jhphmak4qd4crmwgfcssqarfhh"
    return in_thread(
        lambda: export_ask(agency=agency, recipient=recipient, page="", actor=OPERATOR)
    )


@pytest.mark.parametrize("size", repeats([0, 4_096], keep=1))
def test_without_room_for_the_bundle_none_is_made(size, opened_export):
    before = world()
    job = exporting()

    assert without_room(lambda: job_next(worker="w", only=job.id), size) == 0

    assert Job.objects.get(pk=job.id).fault == "bundle_no_space"
    assert world() == before


@pytest.mark.slow
def test_a_killed_export_is_made_anew_or_taken_back(opened_export):
    before = world()
    job = exporting()
    assert operator(die_before=12) == KILLED
    in_thread(lambda: job_cancel(job_id=job.id, actor=OPERATOR))
    assert operator() == 0
    assert (state_of(job), world() == before) == (JobState.CANCELLED, True)

    job = exporting()
    assert operator(die_before=12) == KILLED
    assert operator() == 0
    assert state_of(job) == JobState.DONE
    assert len(world()["bundles"]) == len(before["bundles"]) + 1
