"""The pages of long work: who may look, who may act, and that a page loaded again loses nothing."""

import re
from dataclasses import asdict

import pytest

from shared.accounts.enums import Role
from shared.jobs.enums import JobState
from shared.jobs.models import Job
from shared.jobs.selectors import job_summary
from shared.jobs.services.job_runner import job_next, job_request
from shared.kernel.actors import SYSTEM, Actor, ActorKind
from shared.kernel.identifiers import uuid7
from tenants.agencies.types import AgencyInfo
from tenants.agency_export.enums import ExportStep
from tenants.fleet.types import WorkspaceOrder
from tenants.models.enums import ProvisioningStep

pytestmark = pytest.mark.django_db

LAMPS = AgencyInfo(code="lamps", name_ar="الإنارة", name_fr="Éclairage", name_en="Lamps")
NADIA = Actor(kind=ActorKind.OVERSIGHT, label="نادية", user_id=1)


@pytest.fixture
def job():
    return job_request(
        kind="provision",
        subject="lamps",
        steps=ProvisioningStep.values,
        arguments=asdict(WorkspaceOrder(info=LAMPS)),
        actor=NADIA,
    )


def export_job():
    return job_request(kind="export", subject="roads", steps=ExportStep.values, actor=SYSTEM)


def marks(page):
    return re.findall(r'<li class="timeline-(\w+)"', page.content.decode())


def failed(job):
    Job.objects.filter(pk=job.id).update(
        state=JobState.FAILED, step="tables", fault="workspace_incomplete", fault_text="Traceback"
    )


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ANALYST, 200), (Role.OPERATOR, 200), (Role.AGENT, 403)],
)
@pytest.mark.parametrize("path", ["/jobs/", "/jobs/{id}/"])
def test_analysts_and_operators_watch_long_work_and_nobody_else(signed_in, job, role, status, path):
    assert signed_in(role).get(path.format(id=job.id)).status_code == status


def test_visitors_are_asked_to_sign_in(anybody, job):
    assert anybody.get(f"/jobs/{job.id}/")["Location"].startswith("/accounts/login/")


def test_without_any_work_the_page_says_what_will_stand_here(analyst):
    page = analyst.get("/jobs/", headers={"accept-language": "en"}).content.decode()

    assert "There has been no job yet" in page
    assert "jobs-title" not in page


def test_the_list_begins_with_the_latest(analyst, job):
    export_job()

    page = analyst.get("/jobs/").content.decode()

    assert re.findall(r'<bdi dir="ltr">(\w+)</bdi>', page) == ["roads", "lamps"]


@pytest.mark.slow
def test_the_page_of_work_shows_the_same_whenever_it_is_loaded(analyst, job):
    url = f"/jobs/{job.id}/"
    waiting = [marks(analyst.get(url)) for _again in range(2)]
    job_next(worker="w")
    done = [marks(analyst.get(url)) for _again in range(2)]

    steps = len(ProvisioningStep)
    assert waiting == [["next"] * steps] * 2
    assert done == [["done"] * steps] * 2
    assert "http://lamps.testserver:8000" in analyst.get(url).content.decode()


def test_the_page_asks_again_with_script_and_without_while_the_work_goes_on(analyst, job):
    going = analyst.get(f"/jobs/{job.id}/").content.decode()
    job_next(worker="w")
    over = analyst.get(f"/jobs/{job.id}/").content.decode()

    assert f'hx-get="/jobs/{job.id}/" hx-trigger="every 1s"' in going
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in going
    assert "every 1s" not in over
    assert "http-equiv" not in over


@pytest.mark.parametrize(("role", "sees"), [(Role.ANALYST, False), (Role.OPERATOR, True)])
def test_what_the_process_wrote_is_for_operators(signed_in, job, role, sees):
    failed(job)

    page = signed_in(role).get(f"/jobs/{job.id}/", headers={"accept-language": "en"})

    assert ("Traceback" in page.content.decode()) is sees
    assert "The new workspace did not pass its first checks." in page.content.decode()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OPERATOR])
def test_who_approves_workspaces_may_cancel_their_making_and_let_it_go_on(signed_in, job, role):
    browser = signed_in(role)
    failed(job)

    retried = browser.post(f"/jobs/{job.id}/retry/")
    state = job_summary(job_id=job.id).state
    cancelled = browser.post(f"/jobs/{job.id}/cancel/")

    assert (retried.status_code, retried["Location"]) == (302, f"/jobs/{job.id}/")
    assert (state, cancelled.status_code) == (JobState.QUEUED, 302)
    assert job_summary(job_id=job.id).is_cancel_asked


@pytest.mark.parametrize(("role", "status"), [(Role.ANALYST, 403), (Role.OPERATOR, 302)])
def test_other_work_is_the_operators_to_cancel(signed_in, role, status):
    other = export_job()

    answer = signed_in(role).post(f"/jobs/{other.id}/cancel/")

    assert answer.status_code == status
    assert job_summary(job_id=other.id).is_cancel_asked is (role == Role.OPERATOR)


def test_buttons_are_shown_to_those_who_may_press_them(analyst, job):
    other = export_job()

    assert f"/jobs/{job.id}/cancel/" in analyst.get(f"/jobs/{job.id}/").content.decode()
    assert "/cancel/" not in analyst.get(f"/jobs/{other.id}/").content.decode()


def test_work_that_is_over_is_not_cancelled_and_the_refusal_is_a_page(analyst, job):
    job_next(worker="w")

    page = analyst.post(f"/jobs/{job.id}/cancel/", headers={"accept-language": "en"})

    assert page.status_code == 409
    assert "This work is over" in page.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_work_is_not_found(analyst, method):
    path = f"/jobs/{uuid7()}/" + ("cancel/" if method == "post" else "")

    assert getattr(analyst, method)(path).status_code == 404


def test_work_is_changed_by_forms_alone(analyst, job):
    assert analyst.get(f"/jobs/{job.id}/cancel/").status_code == 405
