"""Jobs in words: what each state shows, and what never is shown twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from shared.jobs.enums import JobKind, JobState, StepMark
from shared.jobs.presenters import job_detail, step_text
from shared.jobs.types import JobSummary
from shared.kernel import clock
from shared.kernel.seams import seams

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LOOK = JobSummary(
    id=UUID(int=7),
    kind="export",
    schema_name="public",
    subject="souss",
    state=JobState.RUNNING,
    steps=("data", "files", "seal", "verify"),
    step="files",
    done=10,
    total=40,
    fault="",
    fault_text="",
    result={},
    asked_by="نادية",
    is_cancel_asked=False,
    attempts=1,
    created_at=NOON,
    started_at=NOON,
    finished_at=None,
)


def marks(look):
    return [step.mark for step in job_detail(look).steps]


def test_every_kind_of_work_has_a_name_and_names_for_its_steps():
    assert set(JobKind.values) == set(seams().jobs)
    with override("en"):
        assert step_text("bulk", "check") == "List checked"


def test_work_under_way_shows_what_is_done_in_hand_and_waiting():
    with clock.travel(NOON + timedelta(seconds=10)), override("en"):
        sheet = job_detail(LOOK, url="/jobs/7/", cancel_url="/c/", retry_url="/r/")

    assert marks(LOOK) == [StepMark.DONE, StepMark.HERE, StepMark.NEXT, StepMark.NEXT]
    assert [step.note for step in sheet.steps] == ["", "10 of 40", "", ""]
    assert (sheet.percent, sheet.left) == (31, "About 22 seconds left")
    assert (sheet.url, sheet.cancel_url, sheet.retry_url) == ("/jobs/7/", "/c/", "")
    assert sheet.say == "Files read: In progress"


def test_long_waits_are_told_in_minutes():
    with clock.travel(NOON + timedelta(minutes=3)), override("en"):
        assert job_detail(LOOK).left == "About 7 minutes left"


def test_failed_work_says_why_in_the_readers_language_and_can_go_on_or_be_cleared_away():
    failed = replace(LOOK, state=JobState.FAILED, fault="agency_code_taken", finished_at=NOON)

    with override("fr"):
        sheet = job_detail(failed, url="/jobs/7/", cancel_url="/c/", retry_url="/r/")

    assert marks(failed) == [StepMark.DONE, StepMark.FAILED, StepMark.NEXT, StepMark.NEXT]
    assert sheet.refusal == "Une administration a déjà ce code."
    assert (sheet.url, sheet.cancel_url, sheet.retry_url) == ("", "/c/", "/r/")


@pytest.mark.parametrize(
    ("state", "mark"), [(JobState.DONE, StepMark.DONE), (JobState.CANCELLED, StepMark.DROPPED)]
)
def test_work_that_is_over_has_no_buttons_and_asks_no_more(state, mark):
    over = replace(LOOK, state=state, finished_at=NOON)

    sheet = job_detail(over, url="/jobs/7/", cancel_url="/c/", retry_url="/r/")

    assert marks(over) == [mark] * 4
    assert (sheet.url, sheet.cancel_url, sheet.retry_url, sheet.left) == ("", "", "", "")


def test_work_being_cancelled_cannot_be_cancelled_twice():
    with override("en"):
        sheet = job_detail(replace(LOOK, is_cancel_asked=True), cancel_url="/c/")

    assert (sheet.state, sheet.cancel_url, sheet.left) == ("Being cancelled", "", "")


def test_a_count_that_rises_is_not_read_out_again():
    first, second = job_detail(LOOK), job_detail(replace(LOOK, done=11))

    assert first.say == second.say
    assert first.steps != second.steps


def test_the_component_asks_again_only_while_the_work_goes_on():
    going = render_to_string("components/job.html", {"job": job_detail(LOOK, url="/jobs/7/")})
    over = replace(LOOK, state=JobState.DONE, finished_at=NOON)
    ended = render_to_string("components/job.html", {"job": job_detail(over, url="/jobs/7/")})
    heads = [
        render_to_string("components/job_head.html", {"job": job_detail(one, url="/jobs/7/")})
        for one in (LOOK, over)
    ]

    assert 'hx-get="/jobs/7/" hx-trigger="every 1s"' in going
    assert "hx-get" not in ended
    assert ['http-equiv="refresh"' in head for head in heads] == [True, False]
