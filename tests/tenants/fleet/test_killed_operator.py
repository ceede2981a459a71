"""An operator process may die at any moment: its work is finished once, or taken back whole."""

import signal

import pytest

from shared.jobs.enums import JobState
from shared.jobs.selectors import job_summary
from tenants.models import Agency
from tenants.models.enums import AgencyState, ProvisioningStep
from tests.support.operator import (
    NOTHING,
    WHOLE,
    asked_for,
    cancel,
    has_tables_like_new_ones,
    operator,
    operator_command,
    traces,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Just before the commit of each step, and just after it.
MOMENTS = [f"{step}:{when}" for step in ProvisioningStep for when in ("before", "after")]


@pytest.mark.parametrize("moment", MOMENTS)
def test_after_a_kill_the_next_process_makes_exactly_one_whole_agency(moment):
    with asked_for() as job_id:
        assert operator(failpoint=moment) == -signal.SIGKILL
        states = list(Agency.objects.filter(code="lamps").values_list("state", flat=True))
        assert (AgencyState.ACTIVE in states) is (moment == "ready:after")

        assert operator() == 0

        look = job_summary(job_id=job_id)
        assert (look.state, look.attempts, look.percent) == (JobState.DONE, 2, 100)
        assert traces() == WHOLE
        assert Agency.objects.get(code="lamps").state == AgencyState.ACTIVE
        assert has_tables_like_new_ones()


@pytest.mark.parametrize("moment", [one for one in MOMENTS if one != "ready:after"])
def test_cancelled_after_a_kill_nothing_is_left(moment):
    with asked_for() as job_id:
        assert operator(failpoint=moment) == -signal.SIGKILL
        cancel(job_id)

        assert operator() == 0

        assert job_summary(job_id=job_id).state is JobState.CANCELLED
        assert traces() == NOTHING


def test_a_workspace_that_was_ready_before_the_kill_is_not_taken_back():
    with asked_for() as job_id:
        assert operator(failpoint="ready:after") == -signal.SIGKILL
        cancel(job_id)

        assert operator() == 0

        assert job_summary(job_id=job_id).state is JobState.DONE
        assert traces() == WHOLE


def test_work_that_kills_five_processes_is_given_up_and_can_still_be_cancelled():
    with asked_for() as job_id:
        assert [operator(failpoint="tables:before") for _n in range(5)] == [-signal.SIGKILL] * 5
        assert operator(failpoint="tables:before") == 0
        look = job_summary(job_id=job_id)
        assert (look.state, look.fault) == (JobState.FAILED, "job_killed")

        cancel(job_id)
        assert operator() == 0

        assert traces() == NOTHING


def test_the_command_itself_dies_at_a_failpoint_and_goes_on_when_started_again():
    with asked_for() as job_id:
        assert operator_command(failpoint="tables:after") == -signal.SIGKILL
        assert operator_command() == 0

        assert job_summary(job_id=job_id).state is JobState.DONE
        assert traces() == WHOLE


@pytest.mark.parametrize("moment", ["schema:before", "invited:after", "ready:after", "row:0"])
def test_a_list_goes_on_with_the_line_in_hand(moment):
    with asked_for(in_a_list=True) as job_id:
        assert operator(failpoint=moment) == -signal.SIGKILL
        assert operator() == 0

        look = job_summary(job_id=job_id)
        assert (look.state, look.result["made"]) == (JobState.DONE, 1)
        assert "refused" not in look.result
        assert traces() == WHOLE


@pytest.mark.parametrize(
    ("moment", "left"), [("schema:before", NOTHING), ("checked:after", NOTHING), ("row:0", WHOLE)]
)
def test_a_list_that_is_cancelled_after_a_kill_leaves_only_what_is_whole(moment, left):
    with asked_for(in_a_list=True) as job_id:
        assert operator(failpoint=moment) == -signal.SIGKILL
        cancel(job_id)
        assert operator() == 0

        assert job_summary(job_id=job_id).state is JobState.CANCELLED
        assert traces() == left
