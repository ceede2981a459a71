"""From the approval to the first sign-in: the work is really done, and the institution sees it."""

import re

import pytest
from django.db import connection
from django.test import Client

from public_portal.workspace_requests.services.request_review import request_approve
from public_portal.workspace_requests.types import Approval
from shared.directory.selectors.organisations import organisation_get
from shared.jobs.enums import JobState
from shared.jobs.models import Job
from shared.jobs.services.job_runner import job_cancel, job_next
from shared.kernel.text import Wording
from tenants.agencies.selectors import agency_by_code, agency_for_organisation
from tenants.billing.selectors import subscription_summary
from tests.public_portal.workspace_requests.applicant import EMAIL
from tests.public_portal.workspace_requests.conftest import REVIEWER
from tests.shared.jobs.workers import run_queue
from tests.tenants.billing.paying import load_plans

pytestmark = pytest.mark.django_db
SECRET = "a passphrase of her own"
NAMES = Wording(ar="وكالة الواحات", fr="Agence des oasis", en="Oases agency")


@pytest.fixture
def approved(sent):
    """A request that oversight has approved; the work has not begun."""
    approval = Approval(code="oases", names=NAMES, plan_code="")
    job = request_approve(
        request_id=sent.number, version="waiting.0", approval=approval, actor=REVIEWER
    )
    run_queue()
    return sent, job


def test_the_workspace_is_made_and_its_administrator_sets_a_password(approved, mailoutbox):
    _sent, job = approved
    mailoutbox.clear()

    done = job_next(worker="in-test", only=job.id)
    run_queue()

    assert done is not None
    assert done.state is JobState.DONE
    assert agency_by_code("oases").name_fr == "Agence des oasis"
    assert organisation_get(code="oases").agency_code == "oases"
    assert agency_for_organisation(organisation_code="oases").code == "oases"
    assert [letter.to for letter in mailoutbox] == [[EMAIL]]
    newcomer = Client(headers={"host": "oases.testserver"})
    newcomer.post("/accounts/password/reset/", {"email": EMAIL})
    connection.set_schema_to_public()
    run_queue()
    code = re.search(r"\b([A-Z0-9]{4,}-?[A-Z0-9]{3,})\b", mailoutbox[-1].body)
    assert code is not None
    newcomer.post("/accounts/password/reset/confirm/", {"code": code.group(1)})
    typed = {"password1": SECRET, "password2": SECRET}
    newcomer.post("/accounts/password/reset/complete/", typed)
    newcomer.post("/accounts/login/", {"login": EMAIL, "password": SECRET})
    assert newcomer.get("/").status_code == 200


@pytest.mark.parametrize(
    ("approved_plan", "has", "seats"), [("national", "national", None), ("seats", "free", 3)]
)
def test_the_plan_that_oversight_approved_is_the_one_it_has(sent, approved_plan, has, seats):
    load_plans()
    approval = Approval(code="oases", names=NAMES, plan_code=approved_plan)
    job = request_approve(
        request_id=sent.number, version="waiting.0", approval=approval, actor=REVIEWER
    )

    job_next(worker="in-test", only=job.id)

    look = subscription_summary(agency_by_code("oases"))
    assert (look.plan.code, look.seats, look.is_live) == (has, seats, False)


def test_the_page_shows_the_work_and_ends_in_the_address_of_the_workspace(approved):
    sent, job = approved
    before = sent.see()

    job_next(worker="in-test", only=job.id)
    after = sent.see()

    assert "the workspace is being made" in before.text
    assert f'hx-get="{sent.path}"' in before.text
    assert '<meta http-equiv="refresh" content="3">' in before.text
    assert "Tables made" in before.text
    assert "Your workspace is ready" in after.text
    assert 'href="http://oases.testserver:8000/"' in after.text
    assert "hx-get" not in after.text
    assert "Reviewer" not in before.text + after.text


def test_work_that_stopped_or_was_cancelled_is_told_without_alarm(approved):
    sent, job = approved
    Job.objects.update(state=JobState.FAILED, fault="job_failed", fault_text="Traceback of ours")
    stopped = sent.see()
    job_cancel(job_id=job.id, actor=REVIEWER)
    job_next(worker="in-test", only=job.id)

    cancelled = sent.see()

    assert "the making of the workspace has stopped" in stopped.text
    assert "Traceback" not in stopped.text
    assert "was broken off" in cancelled.text
    assert "Your workspace is ready" not in stopped.text + cancelled.text


def test_a_proposed_institution_gets_its_workspace_too(applicant):
    applicant.do(
        "institution/propose/",
        proposed_ar="وكالة المنارات",
        proposed_fr="Agence des phares",
        proposed_kind="institution",
        proposed_parent="",
    )
    for step in ("email", "code", "person", "needs", "terms"):
        applicant.answer(step)
    applicant.send()
    names = Wording(ar="وكالة المنارات", fr="Agence des phares", en="Lighthouses agency")
    approval = Approval(code="phares", names=names, plan_code="", kind=None, parent_code="")
    job = request_approve(
        request_id=applicant.row().pk, version="waiting.0", approval=approval, actor=REVIEWER
    )

    done = job_next(worker="in-test", only=job.id)

    assert done is not None
    assert done.state is JobState.DONE
    assert agency_for_organisation(organisation_code="phares").code == "phares"
